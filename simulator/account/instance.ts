import { hours, seconds } from '../clock.ts'
import type { Instance, InstanceState } from './account.ts'
import type { Actor } from './actors.ts'

/** Something that ends, stops or starts an instance; `noticeAt` is when the instance is told. */
export type Happening = {
  readonly at: number
  readonly noticeAt: number
  readonly do: 'terminate' | 'stop' | 'hibernate' | 'start'
  readonly by: Actor
}

/** The happenings that took effect, and the state they led to. */
export type Life = { readonly state: InstanceState; readonly phases: readonly Happening[] }

const transition: Record<Happening['do'], { from: readonly InstanceState[]; via: InstanceState; to: InstanceState; lasts: number }> = {
  terminate: { from: ['pending', 'running', 'stopping', 'stopped'], via: 'shutting-down', to: 'terminated', lasts: seconds(5) },
  stop: { from: ['pending', 'running'], via: 'stopping', to: 'stopped', lasts: seconds(5) },
  hibernate: { from: ['running'], via: 'stopping', to: 'stopped', lasts: seconds(20) },
  start: { from: ['stopped'], via: 'pending', to: 'running', lasts: seconds(5) },
}

/** What only an instance that runs can suffer: EC2 does not interrupt a Spot Instance that stands still. */
const interrupters: readonly Actor[] = ['experiment', 'no-capacity', 'by-price']

export function lifeAt(instance: Instance, happenings: readonly Happening[], at: number): Life {
  const due = happenings.filter((happening) => happening.at <= at).sort((a, b) => a.at - b.at)
  const phases: Happening[] = []
  for (const happening of due) {
    if (canHappen(happening, stateOf(instance, phases.at(-1), happening.at))) phases.push(happening)
  }
  return { state: stateOf(instance, phases.at(-1), at), phases }
}

/** DescribeInstances stops showing a terminated instance after about an hour. */
export function isVisible(life: Life, at: number): boolean {
  const last = life.phases.at(-1)
  return life.state !== 'terminated' || last === undefined || at < last.at + hours(1)
}

function canHappen(happening: Happening, state: InstanceState): boolean {
  if (interrupters.includes(happening.by)) return state === 'running' || state === 'pending'
  return transition[happening.do].from.includes(state)
}

function stateOf(instance: Instance, last: Happening | undefined, at: number): InstanceState {
  if (last) {
    const { via, to, lasts } = transition[last.do]
    return at < last.at + lasts ? via : to
  }
  return instance.state === 'pending' && at >= instance.launchedAt + seconds(5) ? 'running' : instance.state
}
