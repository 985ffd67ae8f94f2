import { hours, seconds } from '../clock.ts'
import type { Model, RequestState, SpotRequest } from './account.ts'
import type { Actor } from './actors.ts'
import type { Happening, Life } from './instance.ts'
import { tell } from './timeline.ts'

/** A Spot request as EC2 shows it. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html */
export type RequestView = {
  readonly state: RequestState
  readonly code: string
  readonly updatedAt: number
  readonly instanceId?: string | undefined
}

type Ended = 'terminated' | 'stopped'

/** Auto Scaling ends an instance by the same call as a user does. */
const suffix: Record<Actor, Record<Ended, string>> = {
  experiment: { terminated: 'by-experiment', stopped: 'by-experiment' },
  user: { terminated: 'by-user', stopped: 'by-user' },
  autoscaling: { terminated: 'by-user', stopped: 'by-user' },
  service: { terminated: 'by-service', stopped: 'by-user' },
  'no-capacity': { terminated: 'no-capacity', stopped: 'no-capacity' },
  'by-price': { terminated: 'by-price', stopped: 'by-price' },
}

/** A persistent request whose instance was terminated is evaluated anew. */
const reopensAfter = seconds(30)

export function requestAt(model: Model, request: SpotRequest, life: Life | undefined, at: number): RequestView {
  const instanceId = request.instanceId
  const view = shown(model, request, life, at)
  if (request.cancelledAt === undefined || at < request.cancelledAt) return { instanceId, ...view }
  if (life?.state === 'running' || life?.state === 'pending') {
    return { instanceId, state: 'cancelled', code: 'request-canceled-and-instance-running', updatedAt: request.cancelledAt }
  }
  return { instanceId, state: 'cancelled', code: view.code, updatedAt: view.updatedAt }
}

/** Requests vanish four hours after they were cancelled and their instance is gone. */
export function isRequestVisible(request: SpotRequest, life: Life | undefined, at: number): boolean {
  const endedAt = life?.state === 'terminated' ? life.phases.at(-1)?.at : undefined
  if (request.cancelledAt === undefined || endedAt === undefined) return true
  return at < Math.max(request.cancelledAt, endedAt) + hours(4)
}

function shown(model: Model, request: SpotRequest, life: Life | undefined, at: number): RequestView {
  const last = life?.phases.at(-1)
  if (last && last.do !== 'start') return ended(model, request, last, at)
  const base = { ...request.status, updatedAt: last?.at ?? request.createdAt }
  const coming = life?.state === 'running' ? announced(model, request.instanceId, at) : undefined
  return (coming && marked(model, coming)) ?? (last ? { ...base, state: 'active', code: 'fulfilled' } : base)
}

function ended(model: Model, request: SpotRequest, last: Happening, at: number): RequestView {
  if (last.do !== 'terminate') return { state: 'disabled', code: `instance-stopped-${suffix[last.by].stopped}`, updatedAt: last.at }
  const reopens = request.kind === 'persistent' && (request.cancelledAt === undefined || request.cancelledAt > last.at)
  if (reopens && at >= last.at + reopensAfter) {
    return { state: 'open', code: 'pending-evaluation', updatedAt: last.at + reopensAfter, instanceId: undefined }
  }
  const early = last.by !== 'experiment' || model.switches.spotCode === 'notice'
  return { state: 'closed', code: `instance-terminated-${suffix[last.by].terminated}`, updatedAt: early ? last.noticeAt : last.at }
}

function announced(model: Model, instanceId: string, at: number): Happening | undefined {
  return tell(model)
    .happenings(instanceId)
    .find((happening) => happening.noticeAt <= at && at < happening.at)
}

/** What the request shows between notice and interruption. There is no marked-for-termination-by-experiment. */
function marked(model: Model, coming: Happening): RequestView | undefined {
  const updatedAt = coming.noticeAt
  if (coming.do === 'stop') {
    return { state: 'active', code: coming.by === 'experiment' ? 'marked-for-stop-by-experiment' : 'marked-for-stop', updatedAt }
  }
  if (coming.by === 'experiment' && model.switches.spotCode === 'termination') return undefined
  return { state: 'closed', code: `instance-terminated-${suffix[coming.by].terminated}`, updatedAt }
}
