import { expect, it } from 'vitest'
import type { CapacityReading } from '../../../src/model/capacity/reading.ts'
import { createLog } from '../../../src/runner/log.ts'
import { createCapacityPolls } from '../../../src/steps/capacity-polls.ts'
import { capacity, type Fleet, KINDS, type Kind, show } from '../../fakes/capacity.ts'
import { fakeTime } from '../../fakes/time.ts'
import { experiment, fakePlan, ID, instance, moment, OTHER_ID, spot } from '../../fakes/timeline.ts'

const POLLS = 400
const LEFT_S = 120

/** Polls of a fleet of which no two look alike, and that never comes back; counts how often the members of a reading are looked at. */
async function countLooks(kind: Kind): Promise<readonly number[]> {
  const clock = fakeTime()
  const log = createLog(clock, () => undefined)
  let looks = 0
  const counted = (reading: CapacityReading): CapacityReading => ({
    ...reading,
    get members() {
      looks++
      return reading.members
    },
  })
  let poll = 0
  const read = async () => {
    const left = clock.monotonicMs() >= LEFT_S * 1000
    const fleet: Fleet = { [OTHER_ID]: 'up', [`i-${++poll}`]: 'starting', ...(left ? {} : { [ID]: 'up' }) }
    return new Map([['web', { reading: counted(show(kind, fleet)), problems: [], notes: [] }]])
  }
  const plan = fakePlan({})
  const facts = [{ capacity: capacity(kind), reading: counted(show(kind, { [ID]: 'up', [OTHER_ID]: 'up' })), problems: [], notes: [] }]
  const stop = new AbortController()
  const polls = createCapacityPolls({ clock, log }, { read }, { baseline: { sentMs: 0, facts }, plan, signal: stop.signal })
  log.record({ kind: 'planned', plan })
  log.record({ kind: 'starting', templateId: 'T', attempt: 1 })
  const startAt = moment(0)
  const actions = [{ name: 'signal-1', status: 'completed', reason: '', startAt }]
  log.record({ kind: 'started', snapshot: experiment({ startAt, actions }) })
  log.record({ kind: 'target', snapshot: { id: ID, instance: instance(), spot: spot() } })
  const perPoll: number[] = []
  const follow = async () => {
    while (perPoll.length < POLLS) {
      const [before, at] = [looks, poll]
      while (poll === at) await clock.sleep(250)
      if (clock.monotonicMs() >= LEFT_S * 1000 && log.timeline().at(-1)?.kind !== 'observing') {
        const gone = instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' })
        log.record({ kind: 'target', snapshot: { id: ID, instance: gone } })
        log.record({ kind: 'observing', forMs: 0 })
      }
      polls.findMissing(clock.monotonicMs())
      perPoll.push(looks - before)
    }
    stop.abort()
  }
  const running = polls.run()
  await clock.run(follow())
  await running
  expect(polls.findMissing(clock.monotonicMs())).toEqual(['web'])
  return perPoll
}

it.each(KINDS.filter((kind) => kind !== 'ecs-untraced'))('a poll of %s costs the same, however many came before', async (kind) => {
  const looks = await countLooks(kind)
  const most = Math.max(...looks.slice(40, 60))
  expect(most).toBeGreaterThan(0)
  expect(Math.max(...looks.slice(-50))).toBeLessThanOrEqual(most)
})
