import type { Instance, Model } from '../account/account.ts'
import { lifeAt } from '../account/instance.ts'
import { type Signal, tell } from '../account/timeline.ts'
import type { Request } from './request.ts'
import type { Answer } from './response.ts'

/** The instance metadata service, IMDSv2, of each simulated instance. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
type Ask = { readonly model: Model; readonly at: number; readonly instanceId: string; readonly path: string; readonly request: Request }

/** Undefined where nothing would answer: no such instance, or one that does not run. */
export function answerMetadata(ask: Ask): Answer | undefined {
  const instance = ask.model.instances.get(ask.instanceId)
  if (!instance || !isUp(ask, instance)) return undefined
  if (ask.path === 'latest/api/token') return giveToken(ask)
  if (ask.request.method !== 'GET') return plain(405, 'Method Not Allowed')
  if (!isValid(ask)) return plain(401, 'Unauthorized')
  const found = readMetadata(ask, instance)
  return found === undefined ? plain(404, 'Not Found') : plain(200, found)
}

function isUp({ model, at }: Ask, instance: Instance): boolean {
  const { state } = lifeAt(instance, tell(model).happenings(instance.id), at)
  return at >= instance.launchedAt && !['terminated', 'stopped'].includes(state)
}

/** A token is nothing but its instance and its end, so that none has to be kept. */
function giveToken({ at, instanceId, request }: Ask): Answer {
  if (request.method !== 'PUT') return plain(405, 'Method Not Allowed')
  const ttl = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds'] ?? Number.NaN)
  if (!(Number.isInteger(ttl) && ttl >= 1 && ttl <= 21600)) return plain(400, 'Bad Request')
  const answer = plain(200, Buffer.from(`${instanceId} ${at + ttl * 1000}`).toString('base64url'))
  return { ...answer, headers: { ...answer.headers, 'x-aws-ec2-metadata-token-ttl-seconds': String(ttl) } }
}

function isValid({ at, instanceId, request }: Ask): boolean {
  const token = String(request.headers['x-aws-ec2-metadata-token'] ?? '')
  const [owner, end] = Buffer.from(token, 'base64url').toString().split(' ')
  return owner === instanceId && at < Number(end)
}

function readMetadata(ask: Ask, instance: Instance): string | undefined {
  const bootedAt = bootOf(ask, instance)
  const signals = tell(ask.model)
    .signals(instance.id)
    .filter((signal) => signal.rebalanceAt >= bootedAt)
  const values: Readonly<Record<string, () => string | undefined>> = {
    'meta-data/instance-id': () => instance.id,
    'meta-data/instance-type': () => instance.instanceType,
    'meta-data/ami-id': () => instance.imageId,
    'meta-data/instance-life-cycle': () => instance.lifecycle,
    'meta-data/placement/availability-zone': () => instance.zone,
    'meta-data/placement/region': () => instance.region,
    'meta-data/events/recommendations/rebalance': () => recommendation(signals, ask.at),
    'meta-data/spot/instance-action': () => notice(ask, instance, signals),
    'meta-data/spot/termination-time': () => terminationTime(ask, instance, signals),
    'dynamic/instance-identity/document': () => identity(instance),
  }
  return values[ask.path.replace(/^latest\//, '').replace(/\/$/, '')]?.()
}

/** An instance that was started again knows nothing of what it was told before. */
function bootOf({ model, at }: Ask, instance: Instance): number {
  const { phases } = lifeAt(instance, tell(model).happenings(instance.id), at)
  return phases.findLast((phase) => phase.do === 'start')?.at ?? instance.launchedAt
}

function recommendation(signals: readonly Signal[], at: number): string | undefined {
  const given = signals.find((signal) => signal.rebalanceAt <= at)
  return given && JSON.stringify({ noticeTime: stamp(given.rebalanceAt) })
}

type Notice = { readonly action: string; readonly at: number }

/** From an experiment, or from EC2 itself where a script says so. */
function pending({ model, at }: Ask, instance: Instance, signals: readonly Signal[]): Notice | undefined {
  const experiment = signals.find(({ noticeAt }) => noticeAt !== undefined && noticeAt <= at)
  if (experiment?.endsAt !== undefined) return { action: experiment.action, at: experiment.endsAt }
  const capacity = tell(model)
    .happenings(instance.id)
    .find(({ by, noticeAt }) => (by === 'no-capacity' || by === 'by-price') && noticeAt <= at)
  return capacity && { action: capacity.do, at: capacity.at }
}

function notice(ask: Ask, instance: Instance, signals: readonly Signal[]): string | undefined {
  const given = pending(ask, instance, signals)
  return given && JSON.stringify({ action: given.action, time: stamp(given.at) })
}

function terminationTime(ask: Ask, instance: Instance, signals: readonly Signal[]): string | undefined {
  const given = pending(ask, instance, signals)
  return given?.action === 'terminate' ? stamp(given.at) : undefined
}

function identity(instance: Instance): string {
  const { id, region, zone, owner, instanceType, imageId } = instance
  return JSON.stringify({ accountId: owner, availabilityZone: zone, imageId, instanceId: id, instanceType, region })
}

function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

function plain(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain' }, body }
}
