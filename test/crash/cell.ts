/** One cell of the crash matrices: what is killed, where and how, what cleans up after it, and what is then left in the simulated AWS. */
import type { StageResult } from '../../scripts/runner.ts'
import { logOf } from '../exit.ts'
import { cancel, type Harness, type HarnessOptions, openHarness, type Play, REGION, ROLE, RUN, type State, TARGET } from './fixture.ts'

/** A request of a run: the nth of its operation, `fis:StartExperiment`. A read is only held; a write before AWS acts, or after. */
export type Point = { readonly operation: string; readonly nth: number; readonly moment: 'before' | 'after' }

export type Outcome = {
  /** What is left, what of others was touched, what AWS does not know, and anything else that should not be. */
  readonly wrong: readonly string[]
  /** From the first signal to the end, in the time of the process; only for a cancel. */
  readonly tookMs?: number
}

/** The longest that a cancelled main may take; the runner kills after twice that. */
export const PROMISED_MS = 5000

const BORN = '2026-03-01T11:00:00.000Z'

/** Of another run that lives: it looks just like ours. */
const LIVING = {
  ManagedBy: 'spot-interrupt',
  'spot-interrupt:run': 'octo/service/4712/1',
  'spot-interrupt:invocation': '6f1c1a52-0f5e-4b6e-9d57-0d6b8d3a9f10',
  'spot-interrupt:created-at': BORN,
  'spot-interrupt:expires-at': '2026-03-01T18:00:00.000Z',
}

/** One target, nothing of ours, and things of others that must be left alone. */
const SETTING: HarnessOptions = {
  inputs: { 'wait-for': 'experiment', 'poll-interval': '2s' },
  seed: {
    instances: [{ id: TARGET, region: REGION }],
    roles: [{ name: 'Theirs' }, { name: 'Living', tags: LIVING }],
    templates: [
      { id: 'EXTtheirs', region: REGION, tags: { team: 'payments' } },
      { id: 'EXTliving', region: REGION, tags: LIVING },
    ],
    experiments: [{ id: 'EXPliving', region: REGION, state: 'running', tags: LIVING }],
  },
}

/** What main, or post, asks of AWS when nobody kills it: the points to kill it at. */
export async function findPoints(journal: readonly { readonly service: string; readonly operation: string }[]): Promise<readonly Point[]> {
  const counts = new Map<string, number>()
  return journal.flatMap(({ service, operation }): Point[] => {
    const name = `${service}:${operation}`
    const nth = (counts.get(name) ?? 0) + 1
    counts.set(name, nth)
    const held = { operation: name, nth }
    return isWrite(name)
      ? [
          { ...held, moment: 'before' },
          { ...held, moment: 'after' },
        ]
      : [{ ...held, moment: 'before' }]
  })
}

export function isWrite(operation: string): boolean {
  return !/:(Get|List|Describe)/.test(operation)
}

/** The requests of a whole run of main. */
export async function journalOfMain(): Promise<Harness['simulator'] extends { journal: () => infer T } ? T : never> {
  return await withHarness(SETTING, 20, async (harness) => {
    const result = await (await harness.start('main')).done
    if (result.code !== 0) throw new Error(`the run that is to be killed fails by itself. ${logOf(result)}`)
    return harness.simulator.journal()
  })
}

/** The requests of a post that cleans up after a main that was killed at a point. */
export async function journalOfPost(base: Point): Promise<Awaited<ReturnType<typeof journalOfMain>>> {
  return await withHarness({ ...SETTING, faults: [toFault(base)] }, 20, async (harness) => {
    const { state } = await killMain(harness, base)
    const before = harness.simulator.journal().length
    await (await harness.start('post', { state })).done
    return harness.simulator.journal().slice(before)
  })
}

/** Main killed at a point, then post. */
export async function playMain(point: Point, how: 'kill' | 'cancel'): Promise<Outcome> {
  const speed = how === 'kill' ? 20 : 5
  return await withHarness({ ...SETTING, faults: [toFault(point)] }, speed, async (harness) => {
    if (how === 'kill') return await cleanUp(harness, (await killMain(harness, point)).state)
    const main = await harness.start('main')
    if (!(await harness.arrival(point.operation, point.nth, main))) return { wrong: [`never came to ${point.operation}`] }
    const { result, tookMs } = await cancel(main, speed)
    const cleaned = await cleanUp(harness, result.state)
    return { tookMs, wrong: [...cleaned.wrong, ...findCancelFaults(result, tookMs)] }
  })
}

/** Main cancelled, and killed while it stops its experiment; then post. */
export async function playStop(moment: Point['moment']): Promise<Outcome> {
  const point = { operation: 'fis:StopExperiment', nth: 1, moment }
  return await withHarness({ ...SETTING, faults: [toFault(point)] }, 5, async (harness) => {
    const main = await harness.start('main')
    await harness.arrival('fis:GetExperiment', 2, main)
    main.child.kill('SIGINT')
    if (!(await harness.arrival(point.operation, 1, main))) return { wrong: ['never came to StopExperiment'] }
    return await cleanUp(harness, (await kill(harness, main)).state)
  })
}

/** Main killed at `base`, its post killed at `point`, and then post once more, or the clean-up action. */
export async function playPost(base: Point, point: Point, then: 'post' | 'sweep'): Promise<Outcome> {
  return await withHarness({ ...SETTING, faults: [toFault(base)] }, 20, async (harness) => {
    const { state } = await killMain(harness, base)
    harness.simulator.setFaults([toFault(point)])
    const before = countOf(harness, point.operation)
    const post = await harness.start('post', { state })
    // How often post looks depends on the time that its requests take: one that ends before the point has to be clean, too.
    if (await harness.arrival(point.operation, before + point.nth, post)) await kill(harness, post)
    if (then === 'post') return await cleanUp(harness, state)
    harness.simulator.setFaults([])
    const swept = await (await harness.start('cleanup', { inputs: { run: RUN, 'delete-role': 'true' } })).done
    return { wrong: findWrong(harness, swept) }
  })
}

async function withHarness<T>(options: HarnessOptions, speed: number, act: (harness: Harness) => Promise<T>): Promise<T> {
  const harness = await openHarness({ ...options, speed })
  try {
    return await act(harness)
  } finally {
    await harness.close()
  }
}

function toFault({ operation, nth, moment }: Point) {
  const [service, name] = operation.split(':') as ['fis' | 'iam' | 'ec2' | 'sts', string]
  return { service, operation: name, nth, fault: moment === 'before' ? ('hold' as const) : ('commit-hold' as const) }
}

function countOf(harness: Harness, wanted: string): number {
  return harness.simulator.journal().filter(({ service, operation }) => `${service}:${operation}` === wanted).length
}

async function killMain(harness: Harness, point: Point): Promise<StageResult> {
  const main = await harness.start('main')
  if (!(await harness.arrival(point.operation, point.nth, main))) throw new Error(`main never came to ${point.operation} #${point.nth}`)
  return await kill(harness, main)
}

async function kill(harness: Harness, { child, done }: Play): Promise<StageResult> {
  child.kill('SIGKILL')
  const result = await done
  harness.simulator.setFaults([])
  return result
}

async function cleanUp(harness: Harness, state: State): Promise<Outcome> {
  harness.simulator.setFaults([])
  return { wrong: findWrong(harness, await (await harness.start('post', { state })).done) }
}

function findWrong({ simulator }: Harness, last: StageResult): readonly string[] {
  const { leftovers, foreignTouched, strict } = simulator.leftovers()
  return [
    ...leftovers.map(({ kind, id }) => `left: ${kind} ${id === ROLE ? ROLE : kind}`),
    ...foreignTouched.map(({ operation }) => `touched what is not of ${RUN}: ${operation}`),
    ...strict.map(({ name }) => `asked what AWS does not know: ${name}`),
    ...(last.code === 0 ? [] : [`clean-up ended with ${last.code ?? last.signal}. ${logOf(last)}`]),
  ]
}

/** A cancelled main fails once, unless its result was out already: then a cancel changes nothing in it. */
function findCancelFaults(ended: StageResult, tookMs: number): readonly string[] {
  const expected = ended.stdout.includes('::notice::') ? 0 : 1
  const errors = ended.stdout.split('\n').filter((line) => line.startsWith('::error::')).length
  return [
    ...(tookMs <= PROMISED_MS ? [] : [`took ${Math.round(tookMs)} ms to end`]),
    ...(ended.code === expected && errors === expected
      ? []
      : [`main ended with ${ended.code ?? ended.signal} and ${errors} errors. ${logOf(ended)}`]),
  ]
}
