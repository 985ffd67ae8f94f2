import { hours, seconds } from '../clock.ts'
import type { Account, RequestState, SpotRequest } from './account.ts'
import type { Actor } from './actors.ts'
import type { History, InstanceEvent } from './instance.ts'
import { timelineOf } from './timeline.ts'

/** A Spot request as EC2 shows it. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html */
export type RequestView = {
  readonly state: RequestState
  readonly code: string
  readonly updatedAt: number
  readonly instanceId?: string | undefined
}

/** A moment, and the history of the request's instance up to then; undefined if it has none. */
type Moment = { readonly history: History | undefined; readonly at: number }

type Ended = 'terminated' | 'stopped'

/** Endings of the status codes. Auto Scaling and a user end an instance by the same call, so both give `by-user`. */
const suffix: Record<Actor, Record<Ended, string>> = {
  experiment: { terminated: 'by-experiment', stopped: 'by-experiment' },
  user: { terminated: 'by-user', stopped: 'by-user' },
  autoscaling: { terminated: 'by-user', stopped: 'by-user' },
  service: { terminated: 'by-service', stopped: 'by-user' },
  'no-capacity': { terminated: 'no-capacity', stopped: 'no-capacity' },
  'by-price': { terminated: 'by-price', stopped: 'by-price' },
}

/** How long after the end of its instance EC2 evaluates a persistent request again. */
const reopensAfter = seconds(30)

/** State and status code of a Spot request at a moment, with the instance that it shows. */
export function requestAt(account: Account, request: SpotRequest, moment: Moment): RequestView {
  const { history, at } = moment
  const instanceId = request.instanceId
  const view = shown(account, request, moment)
  if (request.cancelledAt === undefined || at < request.cancelledAt) return { instanceId, ...view }
  if (history?.state === 'running' || history?.state === 'pending') {
    return { instanceId, state: 'cancelled', code: 'request-canceled-and-instance-running', updatedAt: request.cancelledAt }
  }
  return { instanceId, state: 'cancelled', code: view.code, updatedAt: view.updatedAt }
}

/** Requests vanish four hours after they were cancelled and their instance is gone. */
export function isRequestVisible(request: SpotRequest, history: History | undefined, at: number): boolean {
  const endedAt = history?.state === 'terminated' ? history.events.at(-1)?.at : undefined
  if (request.cancelledAt === undefined || endedAt === undefined) return true
  return at < Math.max(request.cancelledAt, endedAt) + hours(4)
}

function shown(account: Account, request: SpotRequest, { history, at }: Moment): RequestView {
  const last = history?.events.at(-1)
  if (last && last.do !== 'start') return ended(account, request, { last, at })
  const base = { ...request.status, updatedAt: last?.at ?? request.createdAt }
  const coming = history?.state === 'running' ? announced(account, request.instanceId, at) : undefined
  return (coming && marked(account, coming)) ?? (last ? { ...base, state: 'active', code: 'fulfilled' } : base)
}

function ended(account: Account, request: SpotRequest, { last, at }: { readonly last: InstanceEvent; readonly at: number }): RequestView {
  if (last.do !== 'terminate') return { state: 'disabled', code: `instance-stopped-${suffix[last.by].stopped}`, updatedAt: last.at }
  const reopens = request.kind === 'persistent' && (request.cancelledAt === undefined || request.cancelledAt > last.at)
  if (reopens && at >= last.at + reopensAfter) {
    return { state: 'open', code: 'pending-evaluation', updatedAt: last.at + reopensAfter, instanceId: undefined }
  }
  const early = last.by !== 'experiment' || account.switches.spotCode === 'notice'
  return { state: 'closed', code: `instance-terminated-${suffix[last.by].terminated}`, updatedAt: early ? last.noticeAt : last.at }
}

function announced(account: Account, instanceId: string, at: number): InstanceEvent | undefined {
  return timelineOf(account, at)
    .events(instanceId)
    .find((event) => event.noticeAt <= at && at < event.at)
}

/** The status of the request between notice and interruption. AWS has no code marked-for-termination-by-experiment. */
function marked(account: Account, coming: InstanceEvent): RequestView | undefined {
  const updatedAt = coming.noticeAt
  if (coming.do === 'stop') {
    return { state: 'active', code: coming.by === 'experiment' ? 'marked-for-stop-by-experiment' : 'marked-for-stop', updatedAt }
  }
  if (coming.by === 'experiment' && account.switches.spotCode === 'termination') return undefined
  return { state: 'closed', code: `instance-terminated-${suffix[coming.by].terminated}`, updatedAt }
}
