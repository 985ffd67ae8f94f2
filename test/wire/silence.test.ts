/**
 * AWS falls silent: every call that the ports make, in every way to leave a call without an end. The limits of an attempt are real time,
 * though the time of this process runs faster, so most cells pass short ones; one cell keeps the true ones.
 */
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { createAutoScaling } from '../../src/aws/autoscaling.ts'
import type { Limits } from '../../src/aws/call.ts'
import type { Aws } from '../../src/aws/clients.ts'
import { createCloudWatch } from '../../src/aws/cloudwatch.ts'
import { toConfig } from '../../src/aws/config.ts'
import { createEc2 } from '../../src/aws/ec2.ts'
import { createEcs } from '../../src/aws/ecs.ts'
import { createElb } from '../../src/aws/elb.ts'
import { createFis } from '../../src/aws/fis.ts'
import { createIam } from '../../src/aws/iam.ts'
import { createSts } from '../../src/aws/sts.ts'
import { SPEED } from './speed.ts'
import { expectFault, giveKeys, later, listenOn, open, REGION, type Silence, serve } from './wire.ts'

const ATTEMPT_MS = 300
/** A second of real time: room for several attempts. */
const PATIENCE_MS = SPEED * 1000
const LIMITS: Limits = { attemptMs: ATTEMPT_MS, patienceMs: PATIENCE_MS }
/** What a busy machine may need beside the limits, in real milliseconds. */
const SLACK_MS = 5000
const MOST_MS = PATIENCE_MS / SPEED + SLACK_MS

const SILENCES: readonly Silence[] = ['hang', 'slow', 'headers', 'half', 'drip']

/** `endpoints` makes no call. */
type Service = Exclude<keyof Aws, 'endpoints'>
type Calls = { readonly [S in Service]: { readonly [M in keyof Aws[S]]: (port: Aws[S]) => Promise<unknown> } }
const TEMPLATE = { token: 't', description: 'd', roleArn: 'arn:aws:iam::1:role/r', actionId: 'a', parameters: {}, batches: [], tags: {} }

const TARGET_GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef'

/** Each method of each port once. A new one does not compile, and fails the first test, until it has a line here. */
const CALLS: Calls = {
  sts: { whoami: (sts) => sts.whoami() },
  ec2: {
    readInstances: (ec2) => ec2.readInstances(['i-0123456789abcdef0']),
    listInstances: (ec2) => ec2.listInstances({ app: 'web' }),
    readSpotRequests: (ec2) => ec2.readSpotRequests(['sir-12345678']),
  },
  cloudwatch: { readAlarms: (cloudwatch) => cloudwatch.readAlarms(['a']) },
  autoscaling: {
    readGroups: (autoscaling) => autoscaling.readGroups(['workers']),
    readActivities: (autoscaling) => autoscaling.readActivities('workers'),
    readRefresh: (autoscaling) => autoscaling.readRefresh('workers'),
  },
  elb: { readTargetGroup: (elb) => elb.readTargetGroup(TARGET_GROUP), readTargets: (elb) => elb.readTargets(TARGET_GROUP) },
  ecs: {
    readServices: (ecs) => ecs.readServices('shop', ['web']),
    listTasks: (ecs) => ecs.listTasks('shop', 'web'),
    readTasks: (ecs) => ecs.readTasks('shop', ['a']),
    readHosts: (ecs) => ecs.readHosts('shop', ['a']),
  },
  iam: {
    readRole: (iam) => iam.readRole('r'),
    listRoles: (iam) => iam.listRoles('r-'),
    readPolicy: (iam) => iam.readPolicy('r', 'p'),
    readInlinePolicies: (iam) => iam.readInlinePolicies('r'),
    readAttachedPolicies: (iam) => iam.readAttachedPolicies('r'),
    simulatePolicy: (iam) =>
      iam.simulatePolicy('arn:aws:iam::123456789012:role/r', { actions: ['fis:GetAction'], resources: ['*'], context: {} }),
    createRole: (iam) => iam.createRole({ name: 'r', description: 'd', trust: '{}', tags: {} }),
    putPolicy: (iam) => iam.putPolicy('r', 'p', '{}'),
    deletePolicy: (iam) => iam.deletePolicy('r', 'p'),
    deleteRole: (iam) => iam.deleteRole('r'),
    createServiceRole: (iam) => iam.createServiceRole('fis.amazonaws.com'),
  },
  fis: {
    readAction: (fis) => fis.readAction('aws:ec2:x'),
    readTemplateRole: (fis) => fis.readTemplateRole('EXT1'),
    readExperimentRole: (fis) => fis.readExperimentRole('EXP1'),
    createTemplate: (fis) => fis.createTemplate(TEMPLATE),
    deleteTemplate: (fis) => fis.deleteTemplate('EXT1'),
    startExperiment: (fis) => fis.startExperiment({ templateId: 'EXT1', token: 't', tags: {} }),
    readExperiment: (fis) => fis.readExperiment('EXP1'),
    stopExperiment: (fis) => fis.stopExperiment('EXP1'),
    listTemplates: (fis) => fis.listTemplates(),
    listExperiments: (fis) => fis.listExperiments(),
  },
}

type Cell = { readonly name: string; readonly call: (aws: Aws) => Promise<unknown> }
const CELLS: readonly Cell[] = (Object.keys(CALLS) as Service[]).flatMap((service) =>
  Object.entries(CALLS[service]).map(([method, call]) => ({
    name: `${service}.${method}`,
    call: (aws: Aws) => (call as (port: unknown) => Promise<unknown>)(aws[service]),
  })),
)

it('every method of every port is in the matrix', () => {
  const config = toConfig({ region: REGION, userAgent: ['spot-interrupt', '1.2.3'] })
  const ports = {
    sts: createSts(config),
    ec2: createEc2(config),
    iam: createIam(config),
    fis: createFis(config),
    autoscaling: createAutoScaling(config),
    elb: createElb(config),
    ecs: createEcs(config),
    cloudwatch: createCloudWatch(config),
  }
  const methods = Object.entries(ports).flatMap(([service, port]) => Object.keys(port).map((method) => `${service}.${method}`))
  expect(CELLS.map(({ name }) => name).sort()).toEqual(methods.sort())
})

/** How a call that AWS leaves without an answer ends, and after how many real milliseconds. */
async function timed(call: (aws: Aws) => Promise<unknown>, limits: Limits = LIMITS) {
  const startMs = performance.now()
  const error = await expectFault(call(open(undefined, limits)), 'unreachable')
  return { error, tookMs: (performance.now() - startMs) / SPEED }
}

async function endAll(): Promise<void> {
  const ended = await Promise.all(CELLS.map(async ({ name, call }) => ({ name, ...(await timed(call)) })))
  for (const { name, error, tookMs } of ended) {
    expect(error.message, name).toContain('no complete answer within 0.3 s')
    expect(error.unsure, name).toBe(true)
    expect(tookMs, name).toBeGreaterThanOrEqual(2 * ATTEMPT_MS - 10)
    expect(tookMs, name).toBeLessThan(MOST_MS)
  }
}

describe.each(SILENCES)('silence (%s)', (silence) => {
  it('ends every attempt of every call, and then the call', async () => {
    giveKeys()
    const { url, asked, sockets } = await serve(() => silence)
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    await endAll()
    expect(asked.length).toBeGreaterThanOrEqual(2 * CELLS.length)
    // No connection is left open after its attempt was given up.
    await expect.poll(sockets).toBe(0)
  })

  it.each(['templates', 'experiments'] as const)('in the middle of the pages ends an attempt to list %s', async (listed) => {
    giveKeys()
    const page = { experimentTemplates: [{ id: 'EXT1' }], experiments: [{ id: 'EXP1' }], nextToken: 'more' }
    const { url, asked } = await serve(({ path }) => (path.includes('nextToken') ? silence : { body: JSON.stringify(page) }))
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    const { tookMs } = await timed(({ fis }) => (listed === 'templates' ? fis.listTemplates() : fis.listExperiments()))
    expect(asked.filter(({ path }) => path.includes('nextToken')).length).toBeGreaterThanOrEqual(2)
    expect(tookMs).toBeLessThan(MOST_MS)
  })

  it('that passes is followed by another attempt', async () => {
    giveKeys()
    const { url } = await serve((_, nth) => (nth === 1 ? silence : { body: '{"experiment":{"id":"EXP1","state":{"status":"running"}}}' }))
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    // Long enough for a good answer on a busy machine.
    const limits = { attemptMs: 500 }
    expect(await open(undefined, limits).fis.readExperiment('EXP1')).toMatchObject({ id: 'EXP1' })
  })
})

/** A port of loopback that takes connections and says nothing, not even TLS; and how many are open. */
async function listenMutely() {
  let sockets = 0
  const server = createServer((socket) => {
    sockets += 1
    socket.resume().on('close', () => {
      sockets -= 1
    })
  })
  return { host: `127.0.0.1:${await listenOn(server)}`, sockets: () => sockets }
}

it.each([
  ['a server that never begins TLS', (host: string) => vi.stubEnv('AWS_ENDPOINT_URL', `https://${host}`)],
  ['a proxy that never opens the tunnel', (host: string) => vi.stubEnv('https_proxy', host)],
])('silence of %s ends every call', async (_, point) => {
  giveKeys()
  const { host, sockets } = await listenMutely()
  point(host)
  await endAll()
  // Node gives up a tunnel only after the time-out of its socket, which is real time.
  await expect.poll(sockets, { timeout: SPEED * 20_000 }).toBe(0)
})

it('a body that never ends and comes fast is given up before it fills the memory', async () => {
  giveKeys()
  let sent = 0
  const part = Buffer.alloc(1_000_000, ' ')
  const { url } = await serve(() => ({
    stream: (response) => {
      const more = () => {
        do sent += part.length
        while (!response.destroyed && response.write(part))
      }
      response.on('drain', more)
      more()
    },
  }))
  vi.stubEnv('AWS_ENDPOINT_URL', url)
  const before = process.memoryUsage().rss
  const { error } = await timed(({ fis }) => fis.readExperiment('EXP1'), { patienceMs: 1000 })
  expect(error.message).toContain('the answer is longer than 32 MiB')
  expect(sent).toBeGreaterThan(32e6)
  expect(process.memoryUsage().rss - before).toBeLessThan(400e6)
})

describe('pages', () => {
  const page = { experiments: [{ id: 'EXP1' }] }

  it('that never end are given up, and many pages are no trouble', async () => {
    giveKeys()
    const { url, asked } = await serve((_, nth) => ({ body: JSON.stringify({ ...page, nextToken: `${nth}` }) }))
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    const warned = vi.fn()
    process.on('warning', warned)
    later(() => process.off('warning', warned))
    const { tookMs } = await timed(({ fis }) => fis.listExperiments())
    expect(tookMs).toBeLessThan(MOST_MS)
    expect(asked.length).toBeGreaterThan(20)
    expect(warned).not.toHaveBeenCalled()
    // One request may be on its way when the last attempt is given up; nothing follows it.
    await sleep(SPEED * 100)
    const after = asked.length
    await sleep(SPEED * 200)
    expect(asked.length).toBe(after)
  })
})

it('the true limit of an attempt is 15 s of real time, whatever the silence', async () => {
  giveKeys()
  const cells: { ended: ReturnType<typeof timed>; asked: readonly unknown[] }[] = []
  for (const silence of SILENCES) {
    const { url, asked } = await serve(() => silence)
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    cells.push({ ended: timed(({ fis }) => fis.readExperiment('EXP1'), {}), asked })
    // The client reads the endpoint at its first request.
    await expect.poll(() => asked.length).toBe(1)
  }
  for (const { ended, asked } of cells) {
    const { error, tookMs } = await ended
    expect(error.message).toContain('no complete answer within 15 s')
    expect(tookMs).toBeGreaterThanOrEqual(14_900)
    expect(tookMs).toBeLessThan(15_000 + SLACK_MS)
    expect(asked).toHaveLength(1)
  }
})
