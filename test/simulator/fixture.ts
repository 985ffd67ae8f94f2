import { EC2Client } from '@aws-sdk/client-ec2'
import { FisClient } from '@aws-sdk/client-fis'
import { IAMClient } from '@aws-sdk/client-iam'
import { STSClient } from '@aws-sdk/client-sts'
import { XMLParser } from 'fast-xml-parser'
import { onTestFinished } from 'vitest'
import type { SeedInput } from '../../simulator/admin/seed-schema.ts'
import { type Simulator, startSimulator } from '../../simulator/server.ts'

export const spotId = 'i-0123456789abcdef0'
export const account = '123456789012'
export const roleArn = `arn:aws:iam::${account}:role/Fis`
export const interruption = 'aws:ec2:send-spot-instance-interruptions'
export const rebalance = 'aws:ec2:send-spot-instance-rebalance-recommendations'
export const spotArn = (id: string, region = 'us-east-1') => `arn:aws:ec2:${region}:${account}:instance/${id}`

export const interruptPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'ec2:SendSpotInstanceInterruptions', Resource: `arn:aws:ec2:*:${account}:instance/*` }],
}

const epoch = Date.parse('2026-01-01T00:00:00Z')

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into member by member, as a foreign client would.
type Loose = any

export type Answer = { readonly status: number; readonly type: string; readonly text: string; readonly body: Loose }

export type TestSimulator = Simulator & {
  /** Moves the simulated clock; nothing else does. */
  readonly advance: (seconds: number) => void
  readonly rest: (method: string, path: string, body?: unknown, options?: Options) => Promise<Answer>
  readonly query: (service: string, params: Readonly<Record<string, string>>, options?: Options) => Promise<Answer>
  readonly admin: (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>
  readonly fis: FisClient
  readonly ec2: EC2Client
  readonly iam: IAMClient
  readonly sts: STSClient
}

type Options = { readonly region?: string; readonly agent?: string; readonly key?: string }

export async function openSimulator(seed: SeedInput = {}): Promise<TestSimulator> {
  let now = epoch
  const simulator = await startSimulator({ now: () => now })
  simulator.seed(seed)
  const common = {
    endpoint: simulator.url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDSDK', secretAccessKey: 'x' },
  }
  const clients = { fis: new FisClient(common), ec2: new EC2Client(common), iam: new IAMClient(common), sts: new STSClient(common) }
  onTestFinished(async () => {
    for (const client of Object.values(clients)) client.destroy()
    await simulator.close()
  })
  const send = async (path: string, init: RequestInit) => read(await fetch(`${simulator.url}${path}`, init))
  return {
    ...simulator,
    ...clients,
    advance: (seconds) => {
      now += seconds * 1000
    },
    rest: (method, path, body, options) => send(path, { method, headers: sign('fis', options), ...json(body) }),
    query: (service, params, options) => send('/', { method: 'POST', headers: sign(service, options), body: new URLSearchParams(params) }),
    admin: (method, path, body, headers = {}) => send(path, { method, headers, ...json(body) }),
  }
}

/** A simulator with a running Spot instance and a role that may interrupt it. */
export function openReadySimulator(seed: SeedInput = {}): Promise<TestSimulator> {
  return openSimulator({
    ...seed,
    instances: [{ id: spotId }, ...(seed.instances ?? [])],
    roles: [{ name: 'Fis', policies: { interrupt: interruptPolicy } }, ...(seed.roles ?? [])],
  })
}

export function templateBody(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    clientToken: 'token-1',
    description: 'a template',
    stopConditions: [{ source: 'none' }],
    roleArn,
    targets: { spot: { resourceType: 'aws:ec2:spot-instance', resourceArns: [spotArn(spotId)], selectionMode: 'ALL' } },
    actions: { interrupt: interruptAction('PT2M') },
    ...changes,
  }
}

export function interruptAction(lead: string, target = 'spot') {
  return { actionId: interruption, parameters: { durationBeforeInterruption: lead }, targets: { SpotInstances: target } }
}

/** Creates a template and starts it; returns the ids. */
export async function launch(
  simulator: TestSimulator,
  changes: Readonly<Record<string, unknown>> = {},
  start: Readonly<Record<string, unknown>> = {},
) {
  const template = await simulator.rest('POST', '/experimentTemplates', templateBody(changes))
  if (template.status !== 200) throw new Error(template.text)
  const experimentTemplateId: string = template.body.experimentTemplate.id
  const started = await simulator.rest('POST', '/experiments', { clientToken: 'start-1', experimentTemplateId, ...start })
  if (started.status !== 200) throw new Error(started.text)
  return { templateId: experimentTemplateId, id: started.body.experiment.id as string }
}

export async function experimentOf(simulator: TestSimulator, id: string): Promise<Loose> {
  return (await simulator.rest('GET', `/experiments/${id}`)).body.experiment
}

export async function instanceOf(simulator: TestSimulator, id = spotId): Promise<Loose> {
  const answer = await simulator.query('ec2', { Action: 'DescribeInstances', 'InstanceId.1': id })
  return answer.body.DescribeInstancesResponse?.reservationSet.item.instancesSet.item
}

export async function requestOf(simulator: TestSimulator, id = spotId): Promise<Loose> {
  const params = { Action: 'DescribeSpotInstanceRequests', 'Filter.1.Name': 'instance-id', 'Filter.1.Value.1': id }
  const answer = await simulator.query('ec2', params)
  return answer.body.DescribeSpotInstanceRequestsResponse.spotInstanceRequestSet.item
}

function sign(service: string, { region = 'us-east-1', agent = 'vitest', key = 'AKIDRAW' }: Options = {}) {
  const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`
  return { authorization, 'user-agent': agent }
}

function json(body: unknown): RequestInit {
  return body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const contentType = response.headers.get('content-type') ?? ''
  const type = response.headers.get('x-amzn-errortype') ?? ''
  return { status: response.status, type, text, body: parse(text, contentType) }
}

function parse(text: string, contentType: string): Loose {
  if (contentType.startsWith('text/xml')) return new XMLParser({ parseTagValue: false }).parse(text)
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
