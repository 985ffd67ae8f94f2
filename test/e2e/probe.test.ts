import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { XMLParser } from 'fast-xml-parser'
import { expect, it } from 'vitest'
import type { StageResult } from '../../scripts/runner.ts'
import type { ReportFile } from '../../src/report/schema.ts'
import { expectExit } from '../exit.ts'
import { paced } from './pace.ts'
import { calls, errorOf, expectClean, outcomes, play, REGION, type RunOptions, TARGET } from './scenario.ts'
import { serve, sinceInterruption } from './service.ts'

/** An interval of 2 s is 167 ms of real time at this speed; a probe's time-out stays real time. */
const SPEED = paced(12)
const WEB = { 'probe-interval': '2s', 'observe-for': '30s' }

/** A scenario whose files are kept. */
async function probe(options: RunOptions) {
  const RUNNER_TEMP = await mkdtemp(join(tmpdir(), 'spot-probe-'))
  const played = await play({ speed: SPEED, ...options, inputs: { ...WEB, ...options.inputs }, env: { RUNNER_TEMP, ...options.env } })
  return { ...played, ...(await readReports(played.main, RUNNER_TEMP)) }
}

/** Both files, held against the published schema. They are written on every path. */
async function readReports(main: StageResult, folder: string) {
  const { report: path = '', junit: xml = '' } = main.outputs
  expect(dirname(path)).toBe(folder)
  expect(path).toMatch(/spot-interrupt-[0-9a-f-]{36}\.json$/)
  expect(xml).toBe(path.replace(/json$/, 'xml'))
  const report: ReportFile = JSON.parse(await readFile(path, 'utf8'))
  const schema = JSON.parse(await readFile(resolve(import.meta.dirname, '../../docs/report.schema.json'), 'utf8'))
  const ajv = new Ajv2020({ allErrors: true })
  addFormats.default(ajv)
  const valid = ajv.compile(schema)
  expect(valid(report), JSON.stringify(valid.errors)).toBe(true)
  const text = await readFile(xml, 'utf8')
  const parsed = new XMLParser({ ignoreAttributes: false, isArray: (name) => name === 'testsuite' || name === 'testcase' }).parse(text)
  const cases: Record<string, unknown>[] = parsed.testsuites.testsuite.flatMap((suite: { testcase: unknown }) => suite.testcase)
  const failed = cases.filter((one) => 'failure' in one).map((one) => String(one['@_name']))
  return { report, failed, cases }
}

/** The one line that GitHub shows beside the run. */
function annotations({ stdout }: StageResult): readonly string[] {
  return stdout.split('\n').filter((line) => /^::(error|warning|notice)/.test(line))
}

it.concurrent('passes when every probe is healthy all through the interruption', async () => {
  let asked: Awaited<ReturnType<typeof serve>> | undefined
  const played = await probe({
    arrange: async () => {
      asked = await serve(() => ({ status: 200 }))
      return { probes: `web=${asked.url}/health?token=s3cret\nport=tcp://127.0.0.1:${asked.port}` }
    },
  })
  const { main, report, failed } = played
  expectExit(main, 0)
  expect(main.outputs, main.stdout).toMatchObject({ verdict: 'survived', availability: '100', interrupted: 'true' })
  expect(main.outputs).toMatchObject({ 'longest-outage-seconds': '0', 'recovery-seconds': '0' })
  expect(main.summary).toMatch(/^## 🎭 Rehearsal: would survive\n[\s\S]*\nEach of 2 probes was healthy in every check\.\n/)
  expect(annotations(main)).toEqual([
    expect.stringMatching(/^::notice::Rehearsal, not AWS: .*%0A🎭 availability 100 %25 \(≥ 80 %25\) · 🎭 outage none \(≤ 30s\) · /),
  ])
  expect(main.stdout).toContain('✓ SUCCESS')
  expect(report).toMatchObject({ passed: true, verdict: 'survived' })
  expect(report.probes.map(({ name, recovered }) => [name, recovered])).toEqual([
    ['web', true],
    ['port', true],
  ])
  expect(failed).toEqual([])
  // Every probe has a connection of its own, and of its address only scheme, host and path are shown.
  expect(asked?.sockets()).toBeGreaterThan((asked?.asked.length ?? 0) * 1.5)
  expect(`${main.stdout}${main.summary}${JSON.stringify(report)}`).not.toContain('s3cret')
  expectClean(played)
})

it.concurrent('fails when the service is down for longer than allowed after the interruption, and says for how long', async () => {
  const played = await probe({
    arrange: async (simulator) => {
      const isDown = () => sinceInterruption(simulator) >= 0 && sinceInterruption(simulator) < 45
      const { url } = await serve(() => (isDown() ? 'reset' : { status: 200 }))
      return { probes: `web=${url}/health` }
    },
  })
  const { main, report, failed } = played
  expectExit(main, 1)
  expect(main.outputs, main.stdout).toMatchObject({ verdict: 'not-survived', interrupted: 'true' })
  expect(outcomes(main)).toEqual({ [TARGET]: 'interrupted' })
  expect(errorOf(main)).toMatch(/web was down for 4[3-9]s, longer than the 30s of max-outage/)
  expect(annotations(main)).toEqual([expect.stringMatching(/^::error::/)])
  expect(main.stdout).not.toContain('SUCCESS')
  expect(Number(main.outputs['longest-outage-seconds'])).toBeGreaterThanOrEqual(43)
  expect(Number(main.outputs['longest-outage-seconds'])).toBeLessThanOrEqual(49)
  expect(main.summary).toMatch(/^## 🎭 Rehearsal: would not survive\n[\s\S]*web was down for 4/)
  expect(failed).toEqual(expect.arrayContaining(['web is never down for more than 30s']))
  expect(report.events.filter(({ kind }) => kind === 'probe')).toHaveLength(2)
  expectClean(played)
})

it.concurrent('takes silence for an outage, from the first send that got no answer on', async () => {
  const played = await probe({
    inputs: { 'probe-timeout': '2s' },
    arrange: async (simulator) => {
      const isSilent = () => sinceInterruption(simulator) >= 0 && sinceInterruption(simulator) < 60
      const { url } = await serve(() => (isSilent() ? 'silence' : { status: 200 }))
      return { probes: `web=${url}/health` }
    },
  })
  const { main, report } = played
  expectExit(main, 1)
  expect(main.outputs, main.stdout).toMatchObject({ verdict: 'not-survived', interrupted: 'true' })
  expect(main.stdout).toContain('no answer within 2 s')
  const [interruption] = played.simulator.leftovers().interrupted
  const [outage] = report.probes[0]?.outages ?? []
  const sinceStart = (at: string | null | undefined) => (Date.parse(at ?? '') - Date.parse(interruption?.at ?? '')) / 1000
  expect(report.probes[0]?.outages).toHaveLength(1)
  expect(sinceStart(outage?.fromAt)).toBeGreaterThanOrEqual(-2)
  expect(sinceStart(outage?.fromAt)).toBeLessThan(30)
  expect(sinceStart(outage?.toAt)).toBeGreaterThanOrEqual(59)
  expectClean(played)
})

it.concurrent('waits for the recovery, and passes when it comes in time', async () => {
  const played = await probe({
    inputs: { 'observe-for': '10s', 'max-outage': '2m', 'min-availability': '20', 'recovery-timeout': '2m' },
    arrange: async (simulator) => {
      const { url } = await serve(() => (Math.abs(sinceInterruption(simulator) - 25) < 25 ? { status: 503 } : { status: 200 }))
      return { probes: `web=${url}` }
    },
  })
  expectExit(played.main, 0)
  expect(played.main.stdout).toContain('for web to recover')
  expect(played.main.outputs).toMatchObject({ verdict: 'survived' })
  expect(Number(played.main.outputs['recovery-seconds'])).toBeGreaterThan(30)
  expectClean(played)
})

it.concurrent('creates nothing when the service is down already', async () => {
  const played = await probe({
    arrange: async () => ({ probes: `web=${(await serve(() => ({ status: 503 }))).url}` }),
    inputs: { 'probe-interval': '5s' },
  })
  const { main, report, cases } = played
  expectExit(main, 1)
  expect(main.outputs, main.stdout).toMatchObject({ verdict: 'inconclusive', interrupted: 'false', 'experiment-id': '', availability: '' })
  expect(errorOf(main)).toContain('not every probe was healthy 3 times in a row within 30 s: web (')
  expect(calls(played).filter((call) => /Create|Start|Put/.test(call))).toEqual([])
  expect(report.reasons).toEqual([
    expect.stringMatching(/^before anything was created, .*: web \(http:\/\/127\.0\.0\.1:\d+\/\), last answer: HTTP 503$/),
  ])
  expect(cases.some((one) => 'skipped' in one)).toBe(true)
  expectClean(played)
})

it.concurrent('ends the watch at once with abort-on-outage, stops the experiment and fails', async () => {
  const played = await probe({
    inputs: { 'abort-on-outage': 'true', 'max-outage': '10s' },
    switches: { completed: 'interruption' },
    arrange: async (simulator) => {
      const started = () => simulator.journal().some(({ operation }) => operation === 'StartExperiment')
      const { url } = await serve(() => (started() ? 'reset' : { status: 200 }))
      return { probes: `web=${url}` }
    },
  })
  expectExit(played.main, 1)
  expect(played.main.outputs).toMatchObject({ verdict: 'not-survived', interrupted: 'unknown' })
  expect(errorOf(played.main)).toContain('longer than the 10s of max-outage')
  expect(calls(played)).toContain('fis:StopExperiment')
  expect(Number(played.main.outputs['elapsed-seconds'])).toBeLessThan(60)
  expectClean(played)
})

it.concurrent('sends headers, and masks their values before anything else is printed', async () => {
  let seen: (string | undefined)[] = []
  const played = await probe({
    inputs: { 'probe-headers': 'web: Authorization: Bearer abc.def.ghi\nweb: X-Team: chaos' },
    arrange: async () => {
      const { url } = await serve(({ headers }) => {
        seen = [headers.authorization, headers['x-team'] as string]
        return { status: headers.authorization === 'Bearer abc.def.ghi' ? 301 : 500, headers: { location: '/elsewhere' } }
      })
      return { probes: `web=${url} 301` }
    },
  })
  const { main, report } = played
  expectExit(main, 0)
  expect(seen).toEqual(['Bearer abc.def.ghi', 'chaos'])
  const lines = main.stdout.split('\n')
  // A short value is not masked: GitHub would drop every output that contains it.
  expect(lines.filter((line) => line.startsWith('::add-mask::'))).toEqual(lines.slice(0, 2))
  expect(lines.slice(0, 2)).toEqual(['::add-mask::Bearer abc.def.ghi', '::add-mask::abc.def.ghi'])
  expect(`${lines.slice(2).join('\n')}${main.summary}${JSON.stringify(report)}`).not.toContain('abc.def')
})

it.concurrent('is not judged after bad input, which shows no secret, and still writes its reports', async () => {
  const { main, report } = await probe({
    inputs: {
      probes: 'web=https://user:hunter2@example.com/?key=hunter3\nweb=ftp://x',
      'probe-headers': 'web Authorization hunter4',
      'min-availability': '101',
    },
  })
  expectExit(main, 1)
  expect(main.outputs, main.stdout).toMatchObject({ verdict: 'not-judged', interrupted: 'false' })
  expect(errorOf(main)).toMatch(/probes: .*probe-headers: .*min-availability: /)
  const masks = main.stdout.split('\n').filter((line) => line.startsWith('::add-mask::'))
  expect(masks).toEqual(['::add-mask::web Authorization hunter4'])
  expect(`${main.stdout.replaceAll(masks[0] ?? '-', '')}${main.summary}${JSON.stringify(report)}`).not.toMatch(/hunter/)
})

it.concurrent('is inconclusive when preflight refuses, for the probes were given and not judged', async () => {
  const { main, report } = await probe({
    seed: { instances: [{ id: TARGET, state: 'stopped' }] },
    arrange: async () => ({ probes: `web=${(await serve(() => ({ status: 200 }))).url}` }),
  })
  expectExit(main, 1)
  expect(main.outputs.verdict).toBe('inconclusive')
  expect(report.probes).toEqual([])
})

it.concurrent('counts a drain by somebody else as landed, and does not call it red', async () => {
  const played = await probe({
    script: [{ instance: TARGET, at: 'notice', afterSeconds: 20, do: 'terminate', by: 'autoscaling' }],
    arrange: async () => ({ probes: `web=${(await serve(() => ({ status: 200 }))).url}` }),
  })
  expectExit(played.main, 0)
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'drained' })
  expect(played.main.outputs).toMatchObject({ verdict: 'survived', interrupted: 'true' })
  expectClean(played)
})

it.concurrent('is inconclusive at the time-out, and writes its reports', async () => {
  const { main, report, failed } = await probe({
    inputs: { duration: '3m', timeout: '3m' },
    switches: { completed: 'interruption', startDelaySeconds: 30 },
    arrange: async () => ({ probes: `web=${(await serve(() => ({ status: 200 }))).url}` }),
  })
  expectExit(main, 1)
  expect(main.outputs, main.stdout).toMatchObject({ verdict: 'inconclusive', interrupted: 'unknown' })
  expect(main.summary.split('\n')[0]).toBe('## 🎭 Rehearsal: inconclusive, timed out')
  expect(report.reasons.join()).toContain(`the interruption was not proved for ${TARGET} (unknown)`)
  expect(failed).toEqual(expect.arrayContaining([`${TARGET} is interrupted`]))
})

it.concurrent('is red where the experiment failed after the notice, and the service went down all the same', async () => {
  const { main, report } = await probe({
    switches: { failExperiment: { when: 'after-start', code: 'X', reason: 'Some reason.', lands: true } },
    arrange: async (simulator) => {
      const { url } = await serve(() =>
        sinceInterruption(simulator) >= 0 && sinceInterruption(simulator) < 40 ? 'reset' : { status: 200 },
      )
      return { probes: `web=${url}` }
    },
  })
  expectExit(main, 1)
  expect(main.outputs, main.stdout).toMatchObject({ verdict: 'not-survived', state: 'failed' })
  expect(errorOf(main)).toMatch(/ended failed.*did not survive/)
  expect(report.probes[0]?.outages).toHaveLength(1)
})

it.concurrent('judges a rebalance recommendation from the start on, for as long as is observed', async () => {
  const played = await probe({
    inputs: { mode: 'rebalance' },
    switches: { rebalanceRegions: [REGION] },
    arrange: async () => ({ probes: `web=${(await serve(() => ({ status: 200 }))).url}` }),
  })
  expectExit(played.main, 0)
  expect(played.main.outputs).toMatchObject({ verdict: 'survived', interrupted: '' })
  const { fromAt = '', untilAt = '' } = played.report.judged ?? {}
  const seconds = (Date.parse(untilAt) - Date.parse(fromAt)) / 1000
  expect(seconds).toBeGreaterThanOrEqual(29)
  // Longer than `observe-for` by the wait for 60 s and 30 checks without a failure, which began before the start.
  expect(seconds).toBeLessThan(75)
  expectClean(played)
})

it.concurrent('ends the observation at once when the job is cancelled, and still writes its reports', async () => {
  let child: ChildProcess | undefined
  let cancelledMs = Number.NaN
  const { main, report } = await probe({
    speed: 10,
    inputs: { 'observe-for': '10m' },
    onSpawn: (one) => {
      child = one
    },
    meanwhile: {
      seen: /The observation goes on/,
      act: () => {
        cancelledMs = Date.now()
        child?.kill('SIGINT')
      },
    },
    arrange: async () => ({ probes: `web=${(await serve(() => ({ status: 200 }))).url}` }),
  })
  expect(Date.now() - cancelledMs).toBeLessThan(5000)
  expectExit(main, 1)
  expect(main.outputs, main.stdout).toMatchObject({ verdict: 'inconclusive', interrupted: 'true' })
  expect(report.reasons).toEqual(['the job was cancelled before the service could be judged'])
  expect(annotations(main)).toEqual([expect.stringMatching(/^::error::/)])
})
