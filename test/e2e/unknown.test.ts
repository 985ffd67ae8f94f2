/**
 * What the action cannot know, it must not call survived: a paused runner, a cache before the service, checks that fail now and then. An
 * independent client asks the service all the time; its log is held against what the action says.
 */
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Simulator } from '../../simulator/server.ts'
import { measureProbe, type ProbeMetrics } from '../../src/model/probes/metrics.ts'
import type { ReportFile } from '../../src/report/schema.ts'
import { expectExit } from '../exit.ts'
import { CLIENT_INTERVAL_MS, startClient } from './client.ts'
import { paced } from './pace.ts'
import { play, type RunOptions } from './scenario.ts'
import { type Reply, type Service, serve, sinceInterruption } from './service.ts'

const SPEED = paced(12)
const INPUTS = { 'observe-for': '1m', 'poll-interval': '2s' }
const OK: Reply = { status: 200, headers: { 'cache-control': 'max-age=600' } }
const MAX_OUTAGE_MS = 30_000

/** When the service is down, in simulated milliseconds; the scenario moves it. */
type Plan = { downFromMs: number; downToMs: number }

type Scenario = {
  readonly inputs?: Readonly<Record<string, string>>
  readonly preload?: RunOptions['preload']
  /** What the service answers while it is up. */
  readonly up?: (nth: number, simulator: Simulator) => Reply
  /** The probes, and the environment that they need. */
  readonly probes?: (service: Service) => Promise<{ readonly probes: string; readonly env?: Readonly<Record<string, string>> }>
  /** What happens once, when the first poll is shown. */
  readonly meanwhile?: (simulator: Simulator, child: ChildProcess, plan: Plan) => Promise<void>
  /** The service is down for good from the interruption on. */
  readonly dies?: boolean
}

/** The run, the report, and what the independent client saw in the time that was judged. */
async function watchBoth({ inputs, preload, up = () => OK, probes, meanwhile, dies = false }: Scenario) {
  const RUNNER_TEMP = await mkdtemp(join(tmpdir(), 'spot-unknown-'))
  const plan: Plan = { downFromMs: Number.POSITIVE_INFINITY, downToMs: Number.POSITIVE_INFINITY }
  const env: Record<string, string> = { RUNNER_TEMP }
  let child: ChildProcess | undefined
  let client: ReturnType<typeof startClient> | undefined
  const { main } = await play({
    speed: SPEED,
    env,
    inputs: { ...INPUTS, ...inputs },
    ...(preload === undefined ? {} : { preload }),
    onSpawn: (one) => {
      child = one
    },
    ...(meanwhile === undefined
      ? {}
      : { meanwhile: { seen: /Poll #1 /, act: (simulator) => child !== undefined && meanwhile(simulator, child, plan) } }),
    arrange: async (simulator) => {
      let nth = 0
      const isDown = () => {
        const nowMs = simulator.now().getTime()
        return (nowMs >= plan.downFromMs && nowMs < plan.downToMs) || (dies && sinceInterruption(simulator) >= 0)
      }
      const service = await serve(({ headers }) => {
        if (isDown()) return 'reset'
        return headers['user-agent']?.startsWith('spot-interrupt') === true ? up(nth++, simulator) : up(nth, simulator)
      })
      client = startClient(simulator, service.url)
      const given = (await probes?.(service)) ?? { probes: `web=${service.url}/` }
      Object.assign(env, given.env)
      return { probes: given.probes }
    },
  })
  client?.stop()
  const report: ReportFile = JSON.parse(await readFile(main.outputs.report ?? '', 'utf8'))
  const fromMs = Date.parse(report.judged?.fromAt ?? '')
  const untilMs = Date.parse(report.judged?.untilAt ?? '')
  const window = { startMs: fromMs, fromMs, leftMs: undefined, untilMs, intervalMs: CLIENT_INTERVAL_MS, whole: true }
  const seen: ProbeMetrics | undefined = client === undefined ? undefined : measureProbe(client.samples(), window)
  return { main, report, seen, web: report.probes[0] }
}

const realTime = (simulated: number) => new Promise((done) => setTimeout(done, (simulated * 1000) / SPEED))

/** Stops the runner for so long, as a frozen virtual machine is stopped. */
async function pause(child: ChildProcess, seconds: number): Promise<void> {
  child.kill('SIGSTOP')
  await realTime(seconds)
  child.kill('SIGCONT')
}

it.concurrent('a service that is down for most of a pause of the runner is not called survived', async () => {
  const { main, report, seen, web } = await watchBoth({
    meanwhile: async (simulator, child, plan) => {
      await realTime(10)
      plan.downFromMs = simulator.now().getTime() + 2000
      plan.downToMs = plan.downFromMs + 41_000
      await pause(child, 45)
    },
  })
  expect(seen?.longestOutageMs).toBeGreaterThan(MAX_OUTAGE_MS)
  expect(main.outputs, main.stdout).toMatchObject({ verdict: 'inconclusive', interrupted: 'true' })
  expect(report.reasons).toContainEqual(expect.stringMatching(/^web may have been down for [4-6]\ds, longer than the 30s of max-outage/))
  expect(report.warnings).toContainEqual(expect.stringMatching(/^The runner was paused for 4\ds: /))
  expect(web?.longestPossibleOutageMs).toBeGreaterThan(MAX_OUTAGE_MS)
  expectExit(main, 1)
})

it.concurrent.each([
  ['is not blamed for a pause of the runner', {}, 'inconclusive'],
  ['survives a pause that max-outage allows', { 'max-outage': '80s', 'observe-for': '3m' }, 'survived'],
])('a healthy service that takes 1.2 s to answer %s', async (_, inputs, verdict) => {
  const { main, seen, web } = await watchBoth({
    inputs,
    up: () => ({ status: 200, lateMs: 1200 / SPEED }),
    meanwhile: async (_, child) => {
      await realTime(10)
      await pause(child, 40)
    },
  })
  expect(seen?.failed).toBe(0)
  expect(main.outputs, main.stdout).toMatchObject({ verdict, interrupted: 'true', 'longest-outage-seconds': '0', availability: '100' })
  expect(web?.failed).toBe(0)
  expect(main.stdout).not.toContain('Probe web failed')
})

it.concurrent.each([
  ['obeys no-cache', true, 'not-survived'],
  ['obeys nothing, and shows the age of its pages', false, 'inconclusive'],
])('a service that dies for good behind a cache that %s is not called survived', async (_, obeys, verdict) => {
  const { main, seen } = await watchBoth({
    dies: true,
    probes: async ({ port }) => ({ probes: `web=http://service.test:${port}/`, env: { HTTP_PROXY: await startCache(obeys) } }),
    inputs: { 'recovery-timeout': '1m' },
  })
  expect(seen?.longestOutageMs).toBeGreaterThan(MAX_OUTAGE_MS)
  expect(main.outputs, main.stdout).toMatchObject({ verdict, interrupted: 'true' })
  if (!obeys) expect(main.stdout).toContain('the answer came from a cache (Age: ')
})

it.concurrent.each([2, 3, 4])('a service that fails every %ith check for good does not recover', async (k) => {
  const { main, report } = await watchBoth({
    inputs: { 'min-availability': '0', 'recovery-timeout': '2m' },
    up: (nth, simulator) => (sinceInterruption(simulator) >= 0 && nth % k === 0 ? { status: 503 } : OK),
  })
  expect(main.outputs, main.stdout).toMatchObject({ verdict: 'not-survived', interrupted: 'true', 'recovery-seconds': '' })
  expect(report.reasons).toEqual(['web did not recover within 3m 0s'])
})

it.concurrent('a service on a name with two addresses, of which the first is dead, is healthy', async () => {
  const { main, seen } = await watchBoth({
    preload: ['simulator/preload.ts', 'test/e2e/two-addresses.ts'],
    probes: async ({ port }) => ({ probes: `web=http://service.test:${port}/\nport=tcp://service.test:${port}` }),
  })
  expect(seen?.failed).toBe(0)
  expect(main.outputs, main.stdout).toMatchObject({ verdict: 'survived', availability: '100' })
})

const open: (() => void)[] = []
afterAll(() => {
  for (const close of open.splice(0)) close()
})

type Page = { readonly text: string; readonly status: number }

/**
 * A caching proxy before `service.test`. One that obeys asks the service again where the request says `no-cache`. One that does not
 * passes the first three requests on, so that the baseline passes, and from then on shows one page for good.
 */
async function startCache(obeys: boolean): Promise<string> {
  const pages: Page[] = []
  const server = createServer(async ({ headers }, response) => {
    const kept = pages[2]
    if (kept !== undefined && !(obeys && headers['cache-control'] === 'no-cache'))
      return void response.writeHead(kept.status, { age: '40' }).end(kept.text)
    const page = await ask(headers.host ?? '')
    if (page.status === 200) pages.push(page)
    response.writeHead(page.status).end(page.text)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()))
  open.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function ask(host: string): Promise<Page> {
  try {
    const answer = await fetch(`http://${host.replace('service.test', '127.0.0.1')}/`)
    return { text: await answer.text(), status: answer.status }
  } catch {
    return { text: '', status: 502 }
  }
}
