/** Runs on one target in a fleet of three that is watched by its capacity, on timelines that are made up. */
import type { Timeline } from '../../src/model/timeline/event.ts'
import type { Planned } from '../../src/model/timeline/planned.ts'
import { type Observed, toObserved } from '../../src/model/verdict/observed.ts'
import { capacity, capacityRules, type Fleet, type Kind, type Part, readings, show } from './capacity.ts'
import { action, at, begun, experiment, experimentPolled, ID, instance, moment, OTHER_ID, planned, spot, targetPolled } from './timeline.ts'

export const NEW_ID = 'i-0bbbbbbbbbbbbbbb1'
/** D is 2 minutes: the notice comes with t0, the target is seen to leave at 121 s, and the recovery wait ends at 541 s. */
export const LEFT = 121
export const END = 541

/** What the fleet is at a second, and the size that is asked for where it is not the size of the fleet. */
export type FleetAt = (second: number) => { readonly fleet: Fleet; readonly desired?: number }
export type RunChanges = {
  readonly kind?: Kind
  readonly plan?: Partial<Planned>
  readonly until?: number
  readonly whole?: boolean
  /** Polls that failed, in seconds. */
  readonly failed?: (second: number) => boolean
  readonly ends?: Timeline
}

export const INTERRUPTED: Timeline = [
  targetPolled(LEFT + 1, {
    instance: instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination', transition: transition(LEFT) }),
    spot: spot({ code: 'instance-terminated-by-experiment', updatedAt: moment(LEFT) }),
  }),
]

export function transition(second: number): string {
  return `Server.SpotInstanceTermination: Spot instance termination (${moment(second).toISOString().slice(0, 19).replace('T', ' ')} GMT)`
}

/** Every 10 s, and right around the end of the target. */
export function seconds(until: number): readonly number[] {
  const regular = Array.from({ length: 70 }, (_, index) => index * 10 - 5)
  return [...regular, 0, 60, 118.5, LEFT + 2, LEFT + 4].filter((second) => second <= until).toSorted((a, b) => a - b)
}

/** What is observed of a run on a fleet that goes this way. */
export function observe(
  fleetAt: FleetAt,
  { kind = 'asg', plan = {}, until = END, whole = true, failed = () => false, ends = INTERRUPTED }: RunChanges = {},
): Observed {
  const allReadings = [
    readings(
      seconds(until).map((second) => {
        const { fleet, desired } = fleetAt(second)
        return [second, failed(second) ? undefined : show(kind, fleet, desired)]
      }),
    ),
  ]
  const timeline = [
    at(-20, { kind: 'planned', plan: planned({ capacityRules: capacityRules([capacity(kind)]), ...plan }) }),
    targetPolled(-19, { instance: instance(), spot: spot() }),
    ...begun(),
    experimentPolled(20, experiment({ status: 'completed', endAt: moment(20), actions: [action({ status: 'completed' })] })),
    ...ends,
    at(LEFT + 1, { kind: 'ended', ending: 'landed' }),
    at(until, { kind: 'capacity-read', allReadings, untilMs: until * 1000, whole }),
  ]
  return toObserved(timeline)
}

export const part = (second: number, ...changes: readonly (readonly [from: number, part: Part])[]): Part =>
  changes.findLast(([from]) => second >= from)?.[1] ?? 'gone'

/** Nothing drains the target, its end is noticed after a while, and a new instance is up `back` seconds after the target left. */
export const replaced =
  (back: number, { noticed = 30, drained = Number.POSITIVE_INFINITY } = {}): FleetAt =>
  (second) => ({
    desired: 3,
    fleet: {
      [OTHER_ID]: 'up',
      'i-0aaaaaaaaaaaaaaa3': 'up',
      [ID]: part(second, [-100, 'up'], [drained, 'draining'], [LEFT, drained < LEFT ? 'gone' : 'dead'], [LEFT + noticed, 'gone']),
      [NEW_ID]: part(second, [LEFT + back - 40, 'starting'], [LEFT + back, 'up']),
    },
  })
export const NEVER: FleetAt = (second) => ({
  desired: 3,
  fleet: { [OTHER_ID]: 'up', 'i-0aaaaaaaaaaaaaaa3': 'up', [ID]: part(second, [-100, 'up'], [LEFT, 'dead'], [LEFT + 30, 'gone']) },
})
