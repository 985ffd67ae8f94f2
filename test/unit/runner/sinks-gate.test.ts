/** Text from outside on its way through a whole run: a secret and control characters are planted everywhere, and no sink shows them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { run } from '../../../src/flows/run.ts'
import { createLedger } from '../../../src/model/cleanup/ledger.ts'
import { ActionError, joinSentences } from '../../../src/model/errors.ts'
import type { Inputs } from '../../../src/model/inputs/main.ts'
import type { Event, EventKind } from '../../../src/model/timeline/event.ts'
import { toLines } from '../../../src/report/log.ts'
import { toEarlyOutputs } from '../../../src/report/outputs.ts'
import { createLog } from '../../../src/runner/log.ts'
import { publishReport } from '../../../src/runner/publish.ts'
import { createSinks } from '../../../src/runner/sinks.ts'
import { fakeClock } from '../../fakes/clock.ts'
import { concluded } from '../../fakes/conclusion.ts'
import { probeRules } from '../../fakes/probe-rules.ts'
import { draw } from '../../fakes/samples.ts'
import { action, at, experiment, INVOCATION, instance, moment, planned, spot } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld, type Overrides } from '../../fakes/world.ts'

const SECRET = 'S3cr3tOfThisJob+/IQoJb3JpZ2luX2Vj=='
const POISON = `\u001b[31m\u0007${SECRET}\u202e\u2028\ufffe\ud800 ${encodeURIComponent(SECRET)} ##[error]x \n::error::y \u0000`
const WHO = { run: 'o/r/1/1', invocation: INVOCATION, job: 'test', leg: '1' }

let folder = ''
let printed = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gate-'))
  printed = ''
  for (const name of ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY']) {
    vi.stubEnv(name, join(folder, name))
    writeFileSync(join(folder, name), '')
  }
  vi.stubEnv('RUNNER_TEMP', folder)
  vi.stubEnv('AWS_SESSION_TOKEN', SECRET)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text
    return true
  })
})
const before = process.stdout.listenerCount('error')
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  for (const stream of [process.stdout, process.stderr]) {
    for (const listener of stream.listeners('error').slice(before)) stream.off('error', listener as () => void)
  }
  rmSync(folder, { recursive: true })
  process.exitCode = undefined
})

/** What an entry does with events: it shows them at once, and sets early outputs. */
function openLog() {
  const sinks = createSinks(process.env, () => undefined)
  const show = (event: Parameters<typeof toLines>[0]) => {
    sinks.print(toLines(event, 'UTC'))
    sinks.setOutputs(toEarlyOutputs(event))
  }
  return { sinks, log: createLog(fakeClock(), show, sinks.clean) }
}

/** Every sink: what was printed, and every file. */
function shown(): Readonly<Record<string, string>> {
  return { log: printed, ...Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])) }
}

function expectSafe(): void {
  for (const [sink, text] of Object.entries(shown())) {
    expect(`${sink} ${text}`).not.toMatch(/S3cr3t/)
    expect(`${sink} ${text}`).not.toMatch(/(?!\n)\p{Cc}|[\p{Cs}\p{Zl}\p{Noncharacter_Code_Point}]|[\u202a-\u202e]/u)
    // The same where JSON has escaped it.
    expect(`${sink} ${text}`).not.toMatch(/\\u00[01]|\\u20[23]|\\ud8/i)
    expect(`${sink} ${text}`).not.toMatch(/^##\[|^::error::y/m)
  }
  expect(printed).not.toContain('##[error]')
}

const FROM = {
  source: { url: POISON, workflow: { path: POISON, server: POISON, repository: POISON, ref: POISON, commit: POISON } },
  kind: { rehearsal: false, dryRun: false },
}
const rules = probeRules({ probes: [{ name: POISON, shown: POISON }] })
const plan = planned({ region: POISON, instanceIds: [POISON], probeRules: rules })
const seen = experiment({ id: POISON, status: POISON, reason: POISON, actions: [action({ name: POISON, status: POISON, reason: POISON })] })
const target = instance({ id: POISON, state: POISON, reasonCode: POISON, transition: POISON, tags: { a: POISON } })
const one = { resource: 'role', id: POISON, run: POISON } as const

const READING = {
  members: [{ id: POISON, shown: POISON, instanceId: POISON, state: POISON, serving: true, draining: false }],
  hosts: [{ instanceId: POISON, state: POISON, draining: true }],
  traced: true,
}

/** Each kind of event with poison in every text that a type does not limit to words of ours. A new kind does not compile without. */
const EVENTS: { readonly [K in EventKind]: Extract<Event, { kind: K }> } = {
  'phase-begun': { kind: 'phase-begun', phase: 'setup' },
  'phase-ended': { kind: 'phase-ended', phase: 'setup', ok: true, tookMs: 1 },
  planned: { kind: 'planned', plan },
  announced: { kind: 'announced', plan },
  rehearsal: { kind: 'rehearsal', at: POISON },
  caller: { kind: 'caller', account: POISON, arn: POISON, source: POISON },
  alarm: { kind: 'alarm', arn: POISON, state: POISON },
  queued: { kind: 'queued', why: POISON, pauseMs: 1, leftMs: 1 },
  would: { kind: 'would', what: POISON },
  permission: { kind: 'permission', action: POISON, resource: POISON, answer: 'denied', statement: POISON },
  selected: { kind: 'selected', ids: [POISON], selection: POISON, candidates: 1, numbers: POISON },
  reselected: { kind: 'reselected', ids: [POISON], gone: [POISON], added: [POISON], numbers: POISON },
  checked: { kind: 'checked', targets: 1 },
  warned: { kind: 'warned', what: POISON },
  role: { kind: 'role', origin: 'created', name: POISON, arn: POISON },
  template: { kind: 'template', id: POISON },
  starting: { kind: 'starting', templateId: POISON, attempt: 1 },
  started: { kind: 'started', snapshot: seen },
  unanswered: { kind: 'unanswered', templateId: POISON },
  repeated: { kind: 'repeated', reason: POISON, pauseMs: 1 },
  experiment: { kind: 'experiment', poll: 1, snapshot: seen, sinceMs: 1, more: true },
  target: {
    kind: 'target',
    snapshot: { id: POISON, instance: target, spot: spot({ instanceId: POISON, code: POISON, behaviour: POISON }) },
  },
  waiting: { kind: 'waiting', ended: 1, of: 2, sinceMs: 1, dueInMs: 1 },
  unread: { kind: 'unread', source: 'fis', why: POISON, inARow: 1 },
  cancelled: { kind: 'cancelled', by: POISON },
  ended: { kind: 'ended', ending: 'landed' },
  baseline: { kind: 'baseline', ok: false, why: POISON },
  probe: { kind: 'probe', name: POISON, nth: 1, healthy: false, sentAt: moment(1), sentMs: 1000, why: POISON },
  breach: { kind: 'breach', name: POISON, downMs: 1, allowedMs: 1 },
  observing: { kind: 'observing', forMs: 1 },
  recovering: { kind: 'recovering', names: [POISON], capacities: [POISON], forMs: 1 },
  'capacity-baseline': { kind: 'capacity-baseline', name: POISON, shown: POISON, level: 1, members: [POISON] },
  capacity: { kind: 'capacity', name: POISON, count: 1, level: 1, joined: [POISON], lost: [POISON] },
  reaction: { kind: 'reaction', target: POISON, by: POISON, state: POISON, sentMs: 1 },
  'capacity-read': {
    kind: 'capacity-read',
    allReadings: [{ name: POISON, readings: [READING], polls: [{ sentMs: 1, at: 0 }] }],
    untilMs: 1,
    whole: true,
  },
  scaling: { kind: 'scaling', group: POISON, description: POISON, cause: POISON, status: POISON, startAt: moment(1) },
  probed: { kind: 'probed', allSamples: [draw('..x..', { name: POISON })], untilMs: 5000, whole: true },
  stopping: { kind: 'stopping', id: POISON },
  recalled: { kind: 'recalled', id: POISON },
  removed: { kind: 'removed', resource: 'role', id: POISON, how: 'deleted' },
  kept: { kind: 'kept', resource: 'role', id: POISON },
  left: { kind: 'left', resource: 'role', id: POISON, why: POISON, commands: [POISON] },
  swept: { kind: 'swept', ...one, because: 'run' },
  unswept: { kind: 'unswept', why: POISON },
  found: { kind: 'found', ...one, because: 'run' },
  spared: { kind: 'spared', ...one },
  commented: { kind: 'commented', how: 'written', url: POISON },
  passed: { kind: 'passed', text: POISON },
  failed: { kind: 'failed', text: POISON },
}

describe('no sink shows a secret or a control character', () => {
  it.each([
    ['', 5],
    ['rehearsal', 6],
  ])('of any event, and of what is concluded from them (without: %s)', async (without, places) => {
    const { sinks, log } = openLog()
    const events = Object.values(EVENTS).filter(({ kind }) => kind !== without)
    for (const event of events) log.record(event)
    const raw = events.map((event, index) => at(index, event))
    const conclusion = concluded(raw, { pass: false, text: POISON, hint: POISON, landing: POISON })
    await publishReport(sinks, log, { conclusion, who: { ...WHO, run: POISON }, ...FROM })
    sinks.notice(conclusion.result.text)
    sinks.fail(joinSentences(conclusion.result.text, conclusion.result.hint))
    // Only what is no rehearsal has a predicate.
    expect(Object.keys(shown())).toHaveLength(places)
    expect(printed).toContain('***')
    expectSafe()
  })

  it.each(listAnswers())('of the answer of %s', async (port, method) => {
    await play((world) => ({ [port]: { [method]: poisonAnswer(Reflect.get(Reflect.get(world, port), method)) } }))
    expectSafe()
  })

  it.each(listAnswers())('of the error of %s', async (port, method) => {
    const throwing = async () => {
      throw new ActionError('denied', POISON, POISON, new Error(POISON))
    }
    await play(() => ({ [port]: { [method]: throwing } }))
    expectSafe()
  })
})

it('shows of a reason of three megabytes, at every poll, what fits into a line', async () => {
  const reason = 'because '.repeat(400_000)
  const readExperiment = async () => experiment({ reason, actions: [action({ reason })] })
  await play(() => ({
    fis: { readExperiment },
    ec2: { readInstances: async () => [instance({ transition: reason })] },
  }))
  const lengths = Object.values(shown()).map((text) => text.length)
  expect(Math.max(...lengths)).toBeLessThan(100_000)
  expect(printed).toMatch(/Poll #\d+ .* \(because because .{400,500}…\)/)
})

const INPUTS: Inputs = {
  ...planned(),
  ...{
    roleArn: null,
    roleName: 'r',
    createRole: true,
    deleteRole: true,
    maxTargets: 50,
    timezone: 'UTC',
    tags: {},
    sweep: false,
    rehearsal: false,
  },
}

/** A whole run with one port changed, and everything that an entry makes of it. */
async function play(change: (world: FakeWorld) => Overrides): Promise<void> {
  const { sinks, log } = openLog()
  const clock = fakeClock()
  const world = { ...fakeWorld({ ...change(fakeWorld({ clock })), clock }), log }
  const conclusion = await run(INPUTS, WHO, { worlds: { steps: world }, ledger: createLedger(() => undefined) })
  await publishReport(sinks, log, { conclusion, who: WHO, ...FROM })
  const { pass, text, hint } = conclusion.result
  if (pass) sinks.notice(text)
  else sinks.fail(joinSentences(text, hint))
  expect(printed).toContain(pass ? '::notice::' : '::error::')
}

/** Every method of every port that answers from outside. */
function listAnswers(): readonly (readonly ['sts' | 'ec2' | 'iam' | 'fis', string])[] {
  const world = fakeWorld()
  return (['sts', 'ec2', 'iam', 'fis'] as const).flatMap((port) => Object.keys(world[port]).map((method) => [port, method] as const))
}

/** The same answer with poison at the end of every text in it. Ids and documents of JSON are read by the run, so they stay whole. */
function poisonAnswer(answer: (...given: readonly unknown[]) => Promise<unknown>) {
  return async (...given: readonly unknown[]) => poison(await answer(...given), '')
}

const READ = ['id', 'instanceId', 'requestId', 'trust', 'account', 'owner', 'state', 'lifecycle', 'templateId']

function poison(value: unknown, key: string): unknown {
  if (typeof value === 'string')
    return READ.includes(key) || key.startsWith('spot-interrupt:') || value.startsWith('{') ? value : value + POISON
  if (Array.isArray(value)) return value.map((item) => poison(item, key))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poison(item, name)]))
}
