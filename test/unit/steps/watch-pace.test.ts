/** The pace of the watch with any poll-interval, for actions that start one after the other, with clocks that are wrong. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toBatches } from '../../../src/model/plan/template.ts'
import { watch } from '../../../src/steps/watch.ts'
import { fakeClock } from '../../fakes/clock.ts'
import { action, experiment, fakePlan, ids, instance, moment, openLedger } from '../../fakes/timeline.ts'
import { fakeWorld } from '../../fakes/world.ts'

const DURATION_MS = 300_000
/** The time from an event to the poll that shows it, where nobody expects the event. */
const GRACE_MS = 2100

const watchCases = fc.record({
  pollMs: fc.integer({ min: 2, max: 60 }).map((seconds) => seconds * 1000),
  reactTo: fc.constantFrom('notice' as const, 'rebalance' as const),
  /** When each action starts. */
  starts: fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 4 }),
  /** How much later than the interruption FIS shows its end, and how: negative for before it. */
  doneMs: fc.integer({ min: -300_000, max: 20_000 }),
  status: fc.constantFrom('completed' as const, 'failed' as const, 'running' as const),
  wallWrongMs: fc.integer({ min: -7_200_000, max: 7_200_000 }),
  awsJitterMs: fc.integer({ min: 0, max: 900 }),
})
type WatchCase = typeof watchCases extends fc.Arbitrary<infer T> ? T : never

async function run({ pollMs, reactTo, starts, doneMs, status, wallWrongMs, awsJitterMs }: WatchCase) {
  const instanceIds = ids(starts.length * 5)
  const batches = toBatches(instanceIds)
  const lastMs = Math.max(...starts) + DURATION_MS
  const overMs = Math.max(Math.max(...starts) + 1, lastMs + doneMs)
  const base = fakeClock(moment(wallWrongMs / 1000))
  const awsNow = () => new Date(base.awsNow().getTime() + (Math.floor(base.monotonicMs() / 7000) % 2) * awsJitterMs)
  let sleeps = 0
  const sleep = async (ms: number) => {
    // A watch that sleeps without an end would hang the test.
    if (++sleeps > 2000) throw new Error(`the watch sleeps ${ms} ms again and again`)
    await base.sleep(ms)
  }
  const clock = { ...base, awsNow, sleep }
  const at = (ms: number) => moment(ms / 1000)
  const actions = () =>
    batches.map(({ action: name }, nth) => {
      const startMs = starts[nth] ?? 0
      const started = clock.monotonicMs() >= startMs
      return started ? action({ name, startAt: at(startMs) }) : { name, status: 'pending', reason: '' }
    })
  const readExperiment = async () => experiment({ actions: actions(), status: clock.monotonicMs() >= overMs ? status : 'running' })
  const readInstances = async (wanted: readonly string[]) =>
    wanted.map((id) => {
      const batch = batches.findIndex((one) => one.ids.includes(id))
      const gone = clock.monotonicMs() >= (starts[batch] ?? 0) + DURATION_MS
      return instance({ id, ...(gone ? { state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' } : {}) })
    })
  const world = fakeWorld({ clock, ec2: { readInstances, readSpotRequests: async () => [] }, fis: { readExperiment } })
  const plan = fakePlan({ instanceIds, durationMs: DURATION_MS, timeoutMs: 900_000, pollIntervalMs: pollMs, reactTo })
  const ledger = openLedger([{ kind: 'experiment', name: 'token', id: 'EXP1', templateId: 'EXT1' }])
  world.log.record({ kind: 'starting', templateId: 'EXT1', attempt: 1 })
  const unstarted = batches.map(({ action: name }) => ({ name, status: 'pending', reason: '' }))
  world.log.record({ kind: 'started', snapshot: experiment({ status: 'pending', actions: unstarted }) })
  const ending = await watch(world, plan, { ledger, templateId: 'EXT1' })
  const polls = (name: string) => world.calls.filter((one) => one.name === name).map(({ atMs }) => atMs)
  return { ending, endMs: clock.monotonicMs(), lastMs, overMs, ec2: polls('ec2.readInstances'), fis: polls('fis.readExperiment'), world }
}

function findGaps(polls: readonly number[]): readonly number[] {
  return polls.slice(1).map((at, nth) => at - (polls[nth] ?? 0))
}

it('keeps the gaps, shows each departure in time, and ends within one poll of what decides', async () => {
  await fc.assert(
    fc.asyncProperty(watchCases, async (given) => {
      const { pollMs, reactTo, starts, status } = given
      const { ending, endMs, lastMs, overMs, ec2, fis } = await run(given)
      expect(Math.min(...findGaps(ec2), ...findGaps(fis))).toBeGreaterThanOrEqual(1999.9)
      const noticeMs = Math.min(...starts) + DURATION_MS - 120_000
      const longest = (from: number) => (reactTo === 'notice' && from < noticeMs + 1000 ? 1.25 * pollMs : pollMs)
      for (const [nth, gap] of findGaps(ec2).entries()) expect(gap).toBeLessThanOrEqual(longest(ec2[nth] ?? 0) + 0.1)
      expect(Math.max(...findGaps(fis))).toBeLessThanOrEqual(pollMs + 0.1)
      for (const startMs of starts) {
        const dueMs = startMs + DURATION_MS
        expect((ec2.find((at) => at >= dueMs) ?? Number.POSITIVE_INFINITY) - dueMs).toBeLessThanOrEqual(2500 + 2 * given.awsJitterMs)
      }
      const decidesMs = status === 'running' ? lastMs + 30_000 + 3400 : Math.max(lastMs, Math.min(overMs, lastMs + 33_400))
      expect(endMs - decidesMs).toBeLessThanOrEqual(pollMs + GRACE_MS)
      expect(ending).toBe(status === 'failed' ? 'experiment-failed' : 'landed')
    }),
    // A run takes many polls, so finding a smaller failing one would take minutes.
    { numRuns: 40, endOnFailure: true },
  )
})
