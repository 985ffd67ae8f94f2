/** An AWS that changes at given times: what the exact lags are measured against. */
import type { World } from '../../../src/world.ts'
import { asg, asgMember } from '../../../test/fakes/capacity.ts'
import type { FakeTime } from '../../../test/fakes/time.ts'
import { action, experiment, ID, instance, moment, OTHER_ID, spot, unstarted } from '../../../test/fakes/timeline.ts'
import { type FakeWorld, fakeWorld } from '../../../test/fakes/world.ts'

const SECOND = 1000
/** How long an instance takes to shut down, and how long its group still shows it as in service. */
const SHUTS_MS = 5 * SECOND
const STALE_MS = 60 * SECOND
/** The instance that replaces the target. */
export const NEW_ID = 'i-0bbbbbbbbbbbbbbb1'

/** The times at which AWS changes things, in milliseconds from the start request. */
export type Schedule = {
  readonly startsMs: number
  readonly completesMs: number
  readonly leavesMs: number
  readonly drained: boolean
  /** When the new member of the group is in service. */
  readonly joinsMs?: number
}

/** The ports to this AWS; its schedule counts from the start request. */
export function toWorld(clock: FakeTime, schedule: Schedule): FakeWorld {
  let requestedMs = Number.POSITIVE_INFINITY
  const sinceMs = () => clock.monotonicMs() - requestedMs
  const show = () => showExperiment(schedule, { requestedMs, sinceMs: sinceMs() })
  const fis: Partial<World['fis']> = {
    startExperiment: async () => {
      requestedMs = clock.monotonicMs()
      return show()
    },
    readExperiment: async () => show(),
  }
  const ec2: Partial<World['ec2']> = {
    readInstances: async (ids) =>
      ids.map((id) => instance({ id, tags: GROUP_TAG, ...(id === ID ? showInstance(schedule, sinceMs()) : {}) })),
    readSpotRequests: async () => [spot(sinceMs() < schedule.leavesMs ? {} : showRequest(schedule, requestedMs))],
  }
  const readGroups: World['autoscaling']['readGroups'] = async () => [asg({ members: showMembers(schedule, sinceMs()), desired: 2 })]
  return fakeWorld({ clock: { ...clock, slept: [] }, fis, ec2, autoscaling: { readGroups } })
}

const GROUP_TAG = { 'aws:autoscaling:groupName': 'web' }

function showExperiment(schedule: Schedule, { requestedMs, sinceMs }: { readonly requestedMs: number; readonly sinceMs: number }) {
  const at = (ms: number) => moment((requestedMs + ms) / SECOND)
  if (sinceMs < schedule.startsMs) return unstarted({ startAt: at(0) })
  const status = sinceMs < schedule.completesMs ? 'running' : 'completed'
  const ended = status === 'completed' ? { endAt: at(schedule.completesMs) } : {}
  const actions = [action({ status, startAt: at(schedule.startsMs), ...ended })]
  return experiment({ status, reason: `Experiment is ${status}.`, startAt: at(0), actions, ...ended })
}

function showInstance({ leavesMs, drained }: Schedule, sinceMs: number) {
  if (sinceMs < leavesMs) return {}
  const state = sinceMs < leavesMs + SHUTS_MS ? 'shutting-down' : 'terminated'
  return { state, reasonCode: drained ? 'Client.UserInitiatedShutdown' : 'Server.SpotInstanceTermination' }
}

function showRequest({ leavesMs, drained }: Schedule, requestedMs: number) {
  const code = drained ? 'instance-terminated-by-user' : 'instance-terminated-by-experiment'
  return { code, updatedAt: moment((requestedMs + leavesMs) / SECOND) }
}

function showMembers({ leavesMs, joinsMs = Number.POSITIVE_INFINITY }: Schedule, sinceMs: number) {
  const target = sinceMs < leavesMs + STALE_MS ? [asgMember(ID)] : []
  return [...target, asgMember(OTHER_ID), ...(sinceMs < joinsMs ? [] : [asgMember(NEW_ID)])]
}
