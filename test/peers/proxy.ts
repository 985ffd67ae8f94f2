/**
 * The thin proxy in front of moto_server. It adds the two things that moto's FIS has not: an action catalogue, and instances that an
 * experiment really ends, at t0 + D. FIS's times are moved to the sped-up clock that the action runs by; all else passes through.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2'

export type Epoch = { readonly speed: number; readonly real0: number; readonly sim0: number }

type Answer = { readonly status: number; readonly type: string; readonly body: string }
type Experiment = {
  readonly id: string
  readonly state: { status: string; reason: string; error?: object }
  readonly targets: Readonly<Record<string, { resourceArns?: string[] }>>
  readonly actions: Readonly<Record<string, { parameters?: Record<string, string>; state: { status: string; reason: string } }>>
}

export type ProxyOptions = {
  readonly upstream: string
  readonly region: string
  readonly epoch: Epoch
  /** Words an ended instance as EC2 does after an interruption; moto only knows a user's termination. */
  readonly asSpot?: boolean
  /** Takes the place of the catalogue: an endpoint without one. */
  readonly bare?: boolean
  /** Seen after each answer that has an experiment; may change it. */
  readonly onExperiment?: (experiment: Experiment) => Promise<void> | void
}

export type Front = {
  readonly url: string
  readonly operations: readonly string[]
  /** Moves the clock of this AWS forward, which its answers are dated by. */
  readonly advance: (ms: number) => void
  readonly close: () => Promise<void>
}

const ACTION = 'aws:ec2:send-spot-instance-interruptions'
const ended = { from: /Client\.UserInitiatedShutdown/g, to: 'Server.SpotInstanceTermination' }

export async function startProxy(options: ProxyOptions): Promise<Front> {
  const operations: string[] = []
  const due = new Map<string, number>()
  const seen = new Set<string>()
  const client = new EC2Client({
    region: options.region,
    endpoint: options.upstream,
    credentials: { accessKeyId: 'AKIDPROXY', secretAccessKey: 'proxy' },
  })
  let aheadMs = 0
  const now = () => options.epoch.sim0 + (Date.now() - options.epoch.real0) * options.epoch.speed + aheadMs
  const endDue = async () => {
    const ids = [...due].filter(([, at]) => at <= now()).map(([id]) => id)
    for (const id of ids) due.delete(id)
    if (ids.length > 0) await client.send(new TerminateInstancesCommand({ InstanceIds: ids }))
  }
  const onFis = async (body: string): Promise<string> => {
    const parsed = restamp(JSON.parse(body), options.epoch) as { experiment?: Experiment }
    if (parsed.experiment === undefined) return JSON.stringify(parsed)
    const { experiment } = parsed
    if (!seen.has(experiment.id)) for (const [id, leadMs] of targetsOf(experiment)) due.set(id, now() + leadMs)
    seen.add(experiment.id)
    await options.onExperiment?.(experiment)
    return JSON.stringify(parsed)
  }
  const server = createServer((request, response) => {
    void (async () => {
      const body = await receive(request)
      operations.push(toOperation(request, body))
      await endDue()
      const answer = await relay(options, request, body)
      const isFis = /^\/experiment/.test(request.url ?? '') && answer.status === 200
      const text = isFis ? await onFis(answer.body) : reword(answer.body, options)
      const date = new Date(now()).toUTCString()
      response.writeHead(answer.status, { date, 'content-type': answer.type, 'content-length': Buffer.byteLength(text) }).end(text)
    })().catch((error: unknown) => response.writeHead(502, { 'content-type': 'text/plain' }).end(String(error)))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    operations,
    advance: (ms) => {
      aheadMs += ms
    },
    close: async () => {
      client.destroy()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

async function relay({ upstream, region, bare }: ProxyOptions, request: IncomingMessage, body: string): Promise<Answer> {
  const path = request.url ?? '/'
  if (!bare && path.startsWith('/actions')) return catalogue(decodeURIComponent(path), region)
  const { host, connection, 'content-length': length, ...headers } = request.headers
  const answer = await fetch(`${upstream}${path}`, {
    method: request.method ?? 'GET',
    // moto tells the service by the host of a request that names none in its credential scope.
    headers: { ...(headers as Record<string, string>), ...(host === undefined ? {} : { 'x-forwarded-host': host }) },
    ...(body === '' ? {} : { body }),
  })
  return { status: answer.status, type: answer.headers.get('content-type') ?? 'text/plain', body: await answer.text() }
}

/** Only what AWS documents of this one action. https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html */
function catalogue(path: string, region: string): Answer {
  const type = 'application/json'
  const summary = {
    id: ACTION,
    arn: `arn:aws:fis:${region}:123456789012:action/${ACTION}`,
    description: 'Send a Spot Instance interruption notice.',
    targets: { SpotInstances: { resourceType: 'aws:ec2:spot-instance' } },
    tags: {},
  }
  const parameters = { durationBeforeInterruption: { description: 'Time until the interruption', required: true } }
  if (path === '/actions' || path.startsWith('/actions?')) return { status: 200, type, body: JSON.stringify({ actions: [summary] }) }
  if (path === `/actions/${ACTION}`) return { status: 200, type, body: JSON.stringify({ action: { ...summary, parameters } }) }
  return { status: 404, type, body: JSON.stringify({ __type: 'ResourceNotFoundException', message: 'Action not found.' }) }
}

/** The instances that an experiment is sent to, and its lead. */
function targetsOf({ targets, actions }: Experiment): readonly (readonly [string, number])[] {
  const lead = Object.values(actions)[0]?.parameters?.durationBeforeInterruption ?? ''
  const [, minutes = '0', seconds = '0'] = /^PT(?:(\d+)M)?(?:(\d+)S)?$/.exec(lead) ?? []
  const leadMs = (Number(minutes) * 60 + Number(seconds)) * 1000
  const arns = Object.values(targets).flatMap(({ resourceArns = [] }) => resourceArns)
  return arns.map((arn) => [arn.slice(arn.lastIndexOf('/') + 1), leadMs] as const)
}

/** Of EC2's answers, only why an instance is gone and since when. */
function reword(body: string, { asSpot, epoch }: ProxyOptions): string {
  const moved = body.replaceAll(/\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC\)/g, (_, day: string, time: string) => {
    const at = new Date(epoch.sim0 + (Date.parse(`${day}T${time}Z`) - epoch.real0) * epoch.speed)
    return `(${at.toISOString().slice(0, 19).replace('T', ' ')} UTC)`
  })
  return asSpot ? moved.replaceAll(ended.from, ended.to) : moved
}

/** FIS writes times as seconds since 1970, in members that end in `Time`. */
function restamp(value: unknown, epoch: Epoch): unknown {
  if (Array.isArray(value)) return value.map((one) => restamp(one, epoch))
  if (typeof value !== 'object' || value === null) return value
  const moved = (name: string, inner: unknown) =>
    name.endsWith('Time') && typeof inner === 'number'
      ? (epoch.sim0 + (inner * 1000 - epoch.real0) * epoch.speed) / 1000
      : restamp(inner, epoch)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, moved(name, inner)]))
}

function toOperation(request: IncomingMessage, body: string): string {
  const [, target] = String(request.headers['x-amz-target'] ?? '').split('.')
  return target ?? new URLSearchParams(body).get('Action') ?? `${request.method} ${request.url}`
}

async function receive(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
