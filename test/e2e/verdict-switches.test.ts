/**
 * Every verdict, under every setting of what AWS does not document: a real service behind a load balancer on simulated instances, and an
 * independent client whose figures the report must have, too. `VERDICT_RUNS=10` runs each of them ten times.
 */
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Switches } from '../../simulator/account/switches.ts'
import { startBalancer } from '../../simulator/fleet/balancer.ts'
import { createProcessHost } from '../../simulator/fleet/process.ts'
import type { Simulator } from '../../simulator/server.ts'
import { measureProbe } from '../../src/model/probes/metrics.ts'
import type { ReportFile } from '../../src/report/schema.ts'
import { expectExit } from '../exit.ts'
import { CLIENT_INTERVAL_MS, startClient, toTolerance } from './client.ts'
import { paced } from './pace.ts'
import { expectClean, play, READY, REGION, type RunOptions, TARGET } from './scenario.ts'
import { findPort } from './service.ts'
import { SETTINGS } from './undocumented.ts'

const SPEED = paced(12)
const RUNS = Number(process.env.VERDICT_RUNS ?? 1)
const INTERVAL_MS = 2000
const SUCCESSOR = 'i-0fedcba9876543210'
const COMMAND = [process.execPath, resolve(import.meta.dirname, '../../simulator/example/service.ts')]

type Service = { readonly drains: boolean; readonly after: 'notice' | 'interruption'; readonly delaySeconds: number }
type Scenario = { readonly verdict: string; readonly service: Service; readonly options: RunOptions }

const DRAINING: Service = { drains: true, after: 'notice', delaySeconds: 20 }
const OWN = { ...READY, instances: [{ id: TARGET, region: REGION, foreign: false }] }
const SCENARIOS: readonly (readonly [string, Scenario])[] = [
  ['a service that drains and is replaced in time survives', { verdict: 'survived', service: DRAINING, options: {} }],
  [
    'a service that is replaced late does not survive',
    { verdict: 'not-survived', service: { drains: false, after: 'interruption', delaySeconds: 60 }, options: {} },
  ],
  [
    'a healthy service proves nothing when somebody ends the target before its notice',
    {
      verdict: 'inconclusive',
      service: DRAINING,
      options: {
        seed: OWN,
        inputs: { duration: '4m', 'max-outage': '5m', 'min-availability': '1' },
        script: [{ instance: TARGET, do: 'terminate', by: 'user', at: 'start', afterSeconds: 5 }],
      },
    },
  ],
]

/** The service on the target, its successor, a load balancer in front of both, and the client. */
async function arrange(simulator: Simulator, { drains, after, delaySeconds }: Service) {
  const host = createProcessHost(simulator)
  const ports = [await findPort(), await findPort()] as const
  const toProgram = (instance: string, port: number) => ({
    instance,
    command: COMMAND,
    env: { PORT: String(port), DRAIN: String(drains), DRAIN_AFTER_SECONDS: '60' },
  })
  host.run(toProgram(TARGET, ports[0]))
  host.replace({ ...toProgram(SUCCESSOR, ports[1]), region: REGION, for: TARGET, after, delaySeconds })
  while (!host.log().some(({ text }) => text.includes('listening'))) await new Promise((done) => setTimeout(done, 10))
  const balancer = await startBalancer(simulator.clock, ports)
  return { host, balancer, client: startClient(simulator, `${balancer.url}/`) }
}

/** One run: what the action reported, and what the client saw. */
async function witness({ service, options }: Scenario, switches: Partial<Switches>) {
  const RUNNER_TEMP = await mkdtemp(join(tmpdir(), 'spot-verdict-'))
  const arranged: Awaited<ReturnType<typeof arrange>>[] = []
  const played = await play({
    ...options,
    speed: SPEED,
    switches,
    env: { RUNNER_TEMP },
    inputs: { 'observe-for': '1m', 'probe-interval': '2s', ...options.inputs },
    arrange: async (simulator) => {
      arranged.push(await arrange(simulator, service))
      return { probes: arranged.map(({ balancer }) => `web=${balancer.url}/`).join() }
    },
  })
  const [end] = arranged
  if (end === undefined) throw new Error('nothing was arranged')
  end.client.stop()
  await end.host.close()
  await end.balancer.close()
  const report: ReportFile = JSON.parse(await readFile(played.main.outputs.report ?? '', 'utf8'))
  return { played, report, seen: end.client.samples() }
}

describe.concurrent.each(SETTINGS.map((switches) => [JSON.stringify(switches), switches] as const))('with %s', (_, switches) => {
  it.each(SCENARIOS.flatMap(([name, one]) => Array.from({ length: RUNS }, (_, at) => [`${name}, run ${at + 1}`, one] as const)))(
    '%s',
    async (_, scenario) => {
      const { played, report, seen } = await witness(scenario, switches)
      const { main } = played
      expectExit(main, scenario.verdict === 'survived' ? 0 : 1)
      expect(main.outputs.verdict, main.stdout).toBe(scenario.verdict)
      const [fromMs, untilMs] = [Date.parse(report.judged?.fromAt ?? ''), Date.parse(report.judged?.untilAt ?? '')]
      const whole = { startMs: fromMs, fromMs, leftMs: undefined, untilMs, intervalMs: CLIENT_INTERVAL_MS, whole: true }
      const recorded = measureProbe(seen, whole)
      const [web] = report.probes
      if (web === undefined) throw new Error('the report has no probe')
      const share = toTolerance(untilMs - fromMs, [
        { counts: web, intervalMs: INTERVAL_MS },
        { counts: recorded, intervalMs: CLIENT_INTERVAL_MS },
      ])
      expect(Math.abs(recorded.longestOutageMs - (report.longestOutageMs ?? 0))).toBeLessThanOrEqual(2 * INTERVAL_MS)
      expect(Math.abs((recorded.availability ?? 0) - (report.availability ?? 0))).toBeLessThanOrEqual(share)
      expectExit(await played.post(), 0)
      expectClean(played)
    },
  )
})
