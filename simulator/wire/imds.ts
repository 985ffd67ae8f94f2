import type { Account, Instance } from '../account/account.ts'
import { historyOf, type Signal, timelineOf } from '../account/timeline.ts'
import { plain } from './http.ts'
import type { Request } from './request.ts'
import type { HttpResponse } from './response.ts'

/** The instance metadata service, IMDSv2, of each simulated instance. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
export type MetadataSource = { readonly account: Account; readonly at: number }
type MetadataRequest = MetadataSource & { readonly instanceId: string; readonly request: Request }

/** The answer to a request; undefined if the instance does not exist or does not run, because then nothing would answer. */
export function answerMetadata(request: MetadataRequest): HttpResponse | undefined {
  const instance = timelineOf(request.account, request.at).instances.get(request.instanceId)
  if (!instance || !isUp(request, instance)) return undefined
  if (instance.metadata?.endpoint === 'disabled') return plain(403, 'Forbidden')
  if (pathOf(request) === '/latest/api/token') return giveToken(request)
  if (request.request.method !== 'GET') return plain(405, 'Method Not Allowed')
  if (!isAuthorized(request, instance)) return plain(401, 'Unauthorized')
  const found = readMetadata(request, instance)
  return found === undefined ? plain(404, 'Not Found') : plain(200, found)
}

function pathOf({ request }: MetadataRequest): string {
  return request.url.pathname.replace(/\/$/, '')
}

function isUp({ account, at }: MetadataRequest, instance: Instance): boolean {
  const { state } = historyOf(account, instance, at)
  return at >= instance.launchedAt && !['terminated', 'stopped'].includes(state)
}

/** Issues a token. It only names its instance and its end, so the simulator need not keep it. */
function giveToken({ at, instanceId, request }: MetadataRequest): HttpResponse {
  if (request.method !== 'PUT') return plain(405, 'Method Not Allowed')
  // IMDS issues no token through a proxy.
  if (request.headers['x-forwarded-for'] !== undefined) return plain(403, 'Forbidden')
  const ttl = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds'] ?? Number.NaN)
  if (!(Number.isInteger(ttl) && ttl >= 1 && ttl <= 21600)) return plain(400, 'Bad Request')
  const answer = plain(200, Buffer.from(`${instanceId} ${at + ttl * 1000}`).toString('base64url'))
  return { ...answer, headers: { ...answer.headers, 'x-aws-ec2-metadata-token-ttl-seconds': String(ttl) } }
}

/** Whether the token is right. An instance that was launched with IMDSv1 needs none, but a wrong token is refused there, too. */
function isAuthorized(request: MetadataRequest, instance: Instance): boolean {
  const isGiven = request.request.headers['x-aws-ec2-metadata-token'] !== undefined
  return isGiven || instance.metadata?.tokens !== 'optional' ? isValid(request) : true
}

function isValid({ at, instanceId, request }: MetadataRequest): boolean {
  const token = String(request.headers['x-aws-ec2-metadata-token'] ?? '')
  const [owner, end] = Buffer.from(token, 'base64url').toString().split(' ')
  return owner === instanceId && at < Number(end)
}

function readMetadata(request: MetadataRequest, instance: Instance): string | undefined {
  const bootedAt = bootOf(request, instance)
  const signals = timelineOf(request.account, request.at)
    .signals(instance.id)
    .filter((signal) => signal.rebalanceAt >= bootedAt)
  const values: Readonly<Record<string, () => string | undefined>> = {
    'meta-data/instance-id': () => instance.id,
    'meta-data/instance-type': () => instance.instanceType,
    'meta-data/ami-id': () => instance.imageId,
    'meta-data/instance-life-cycle': () => instance.lifecycle,
    'meta-data/placement/availability-zone': () => instance.zone,
    'meta-data/placement/region': () => instance.region,
    'meta-data/events/recommendations/rebalance': () => recommendation(signals, request.at),
    'meta-data/spot/instance-action': () => notice(request, instance, signals),
    'meta-data/spot/termination-time': () => terminationTime(request, instance, signals),
    'dynamic/instance-identity/document': () => identity(request, instance),
  }
  return values[pathOf(request).replace(/^\/latest\//, '')]?.()
}

/** When the instance last started. Signals from before that are not shown any more. */
function bootOf({ account, at }: MetadataRequest, instance: Instance): number {
  return historyOf(account, instance, at).events.findLast((event) => event.do === 'start')?.at ?? instance.launchedAt
}

function recommendation(signals: readonly Signal[], at: number): string | undefined {
  const given = signals.find((signal) => signal.rebalanceAt <= at)
  return given && JSON.stringify({ noticeTime: stamp(given.rebalanceAt) })
}

type Notice = { readonly action: string; readonly at: number }

/** The notice of the next interruption: from an experiment, or from EC2 itself if the script has one. */
function pending({ account, at }: MetadataRequest, instance: Instance, signals: readonly Signal[]): Notice | undefined {
  const experiment = signals.find(({ noticeAt }) => noticeAt !== undefined && noticeAt <= at)
  if (experiment?.endsAt !== undefined) return { action: experiment.action, at: experiment.endsAt }
  const capacity = timelineOf(account, at)
    .events(instance.id)
    .find(({ by, noticeAt }) => (by === 'no-capacity' || by === 'by-price') && noticeAt <= at)
  return capacity && { action: capacity.do, at: capacity.at }
}

function notice(request: MetadataRequest, instance: Instance, signals: readonly Signal[]): string | undefined {
  const given = pending(request, instance, signals)
  return given && JSON.stringify({ action: given.action, time: stamp(given.at) })
}

function terminationTime(request: MetadataRequest, instance: Instance, signals: readonly Signal[]): string | undefined {
  const given = pending(request, instance, signals)
  return given?.action === 'terminate' ? stamp(given.at) : undefined
}

function identity({ account }: MetadataRequest, instance: Instance): string {
  const { id, region, zone, owner, instanceType, imageId } = instance
  return JSON.stringify({
    accountId: owner ?? account.switches.account,
    availabilityZone: zone,
    imageId,
    instanceId: id,
    instanceType,
    region,
  })
}

function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
