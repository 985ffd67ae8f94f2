import type { Timeline } from '../../src/model/timeline/event.ts'
import type { Planned } from '../../src/model/timeline/planned.ts'
import { capacity, capacityRules, type Fleet, type Kind, readings, show } from './capacity.ts'
import { reported } from './conclusion.ts'
import { at, begun, experiment, experimentPolled, ID, instance, moment, OTHER_ID, planned, spot, targetPolled } from './timeline.ts'

export const NEW_ID = 'i-0bbbbbbbbbbbbbbb1'
const END = 481

/** A group of two whose target drains at 30 s, leaves at 121 s and is replaced at 150 s, or never. */
function makeTimeline({
  comes = 150,
  drains = 30,
  kind = 'asg-rebalancing' as Kind,
  plan = {} as Partial<Planned>,
  desired = 2,
} = {}): Timeline {
  const fleetAt = (second: number): Fleet => ({
    [ID]: second >= 121 ? 'gone' : second >= drains ? 'draining' : 'up',
    [OTHER_ID]: 'up',
    [NEW_ID]: second >= comes ? 'up' : 'gone',
  })
  const seconds = [...Array.from({ length: 49 }, (_, index) => index * 10), 118.5].toSorted((a, b) => a - b)
  const polls = [
    [-10, show(kind, fleetAt(-10), 2)] as const,
    ...seconds.map((second) => [second, show(kind, fleetAt(second), second > 200 ? desired : 2)] as const),
  ]
  const reactWithinMs = 60_000
  return [
    at(-20, { kind: 'planned', plan: planned({ capacityRules: capacityRules([capacity(kind)]), reactWithinMs, ...plan }) }),
    at(-15, { kind: 'target', snapshot: { id: ID, instance: instance(), spot: spot() } }),
    ...begun(),
    experimentPolled(20, experiment({ status: 'completed', endAt: moment(20) })),
    targetPolled(122, {
      instance: instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' }),
      spot: spot({ code: 'instance-terminated-by-experiment', updatedAt: moment(121) }),
    }),
    at(123, { kind: 'ended', ending: 'landed' }),
    at(END, {
      kind: 'scaling',
      group: 'web',
      description: `Launching a new EC2 instance: ${NEW_ID}`,
      cause: 'a <cause>',
      status: 'Successful',
      startAt: moment(125),
    }),
    at(END, { kind: 'capacity-read', allReadings: [readings(polls)], untilMs: END * 1000, whole: true }),
  ]
}

/** The report on this run. */
export const reportCapacity = (given: Parameters<typeof makeTimeline>[0] = {}) => reported(makeTimeline(given))
