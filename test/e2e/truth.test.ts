/**
 * Ground truth: a real service on a simulated instance, whose own words on when it listened and when it closed, and an independent client
 * that asks it all the time, are held against what the action reports.
 */
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { createProcessHost, type ProcessHost } from '../../simulator/fleet/process.ts'
import type { Simulator } from '../../simulator/server.ts'
import { measureProbe } from '../../src/model/probes/metrics.ts'
import type { ReportFile } from '../../src/report/schema.ts'
import { CLIENT_INTERVAL_MS, startClient, toTolerance } from './client.ts'
import { paced } from './pace.ts'
import { play, REGION, TARGET } from './scenario.ts'
import { findPort } from './service.ts'

const SPEED = paced(12)
const INTERVAL_MS = 2000
const SUCCESSOR = 'i-0fedcba9876543210'
const REPLACED_SECONDS = 45

/** When the service said so, in simulated milliseconds. */
function heard(host: ProcessHost, instance: string, what: string): number {
  const lines = host.log().filter((entry) => entry.instance === instance && entry.what === 'line')
  const said = lines.map(({ text }) => JSON.parse(text) as { at: number; what: string }).find((line) => line.what === what)
  expect(said, `${instance} ${what}`).toBeDefined()
  return said?.at ?? 0
}

const COMMAND = [process.execPath, resolve(import.meta.dirname, '../../simulator/example/service.ts')]

/** The service on its instance, its successor on the same port after a while, and the client. */
async function arrange(simulator: Simulator) {
  const port = await findPort()
  const host = createProcessHost(simulator)
  const env = { PORT: String(port) }
  const replaced = { for: TARGET, after: 'interruption', delaySeconds: REPLACED_SECONDS } as const
  host.run({ instance: TARGET, command: COMMAND, env })
  host.replace({ instance: SUCCESSOR, command: COMMAND, env, region: REGION, ...replaced })
  while (!host.log().some(({ text }) => text.includes('listening'))) await new Promise((done) => setTimeout(done, 10))
  const url = `http://127.0.0.1:${port}/`
  return { host, url, client: startClient(simulator, url) }
}

/** The run with all three witnesses: what the action reported, what the service wrote, what the client saw. */
async function witness() {
  const RUNNER_TEMP = await mkdtemp(join(tmpdir(), 'spot-truth-'))
  const arranged: Awaited<ReturnType<typeof arrange>>[] = []
  const { main } = await play({
    speed: SPEED,
    env: { RUNNER_TEMP },
    inputs: { 'observe-for': '1m', 'probe-interval': '2s' },
    arrange: async (simulator) => {
      arranged.push(await arrange(simulator))
      return { probes: arranged.map(({ url }) => `web=${url}`).join() }
    },
  })
  const [end] = arranged
  if (end === undefined) throw new Error('nothing was arranged')
  end.client.stop()
  await end.host.close()
  const report: ReportFile = JSON.parse(await readFile(main.outputs.report ?? '', 'utf8'))
  return { main, report, host: end.host, seen: end.client.samples() }
}

function milliseconds(text: string | undefined): number {
  return Date.parse(text ?? '')
}

it('reports the outage and the availability that the service and an independent client saw', async () => {
  const { main, report, host, seen } = await witness()
  expect(main.outputs, main.stdout).toMatchObject({ verdict: 'not-survived', interrupted: 'true' })
  const [web] = report.probes
  expect(web?.outages).toHaveLength(1)
  const reported = { outage: report.longestOutageMs ?? 0, availability: report.availability ?? 0, gap: web?.outages[0] }

  // The service's own words. The first is ended as an operating system ends it.
  expect(host.log().filter(({ instance, what }) => instance === TARGET && what === 'SIGTERM')).toHaveLength(1)
  const closedMs = heard(host, TARGET, 'closed')
  const listenedMs = heard(host, SUCCESSOR, 'listening')
  expect(Math.abs(milliseconds(reported.gap?.fromAt) - closedMs)).toBeLessThanOrEqual(2 * INTERVAL_MS)
  expect(Math.abs(milliseconds(reported.gap?.toAt) - listenedMs)).toBeLessThanOrEqual(2 * INTERVAL_MS)
  expect(Math.abs(reported.outage - (listenedMs - closedMs))).toBeLessThanOrEqual(2 * INTERVAL_MS)

  // The client's log, judged by the same rules over the same time.
  const fromMs = milliseconds(report.judged?.fromAt)
  const untilMs = milliseconds(report.judged?.untilAt)
  const recorded = measureProbe(seen, { startMs: fromMs, fromMs, leftMs: undefined, untilMs, intervalMs: CLIENT_INTERVAL_MS, whole: true })
  if (web === undefined) throw new Error('the report has no probe')
  const share = toTolerance(untilMs - fromMs, [
    { counts: web, intervalMs: INTERVAL_MS },
    { counts: recorded, intervalMs: CLIENT_INTERVAL_MS },
  ])
  expect(recorded.healthy + recorded.failed).toBeGreaterThan(200)
  expect(Math.abs(recorded.longestOutageMs - reported.outage)).toBeLessThanOrEqual(2 * INTERVAL_MS)
  expect(Math.abs((recorded.availability ?? 0) - reported.availability)).toBeLessThanOrEqual(share)
})
