/** What a simulator with its default switches really does, in the words of the tables of docs/dev/aws-behaviour.md. */
import type { SeedInput } from '../../simulator/admin/seed-schema.ts'
import {
  experimentOf,
  instanceOf,
  interruptAction,
  interruption,
  interruptPolicy,
  launch,
  openReadySimulator,
  openSimulator,
  requestOf,
  spotArn,
  spotId,
  type TestSimulator,
  templateBody,
} from '../simulator/fixture.ts'

import { ecs, fleetSeed, healthOf, interruptFleet, stateOf, TARGET, TARGET_GROUP } from '../simulator/fleet-fixture.ts'

type Observations = Readonly<Record<string, () => Promise<string>>>

/** A time that differs from D = PT2M in every sum. */
const DURATION = 'PT7M'
const DURATION_SECONDS = 420
const list = (...values: readonly unknown[]) => values.join(', ')

/** The first second of simulated time, counted from t0, at which something is so. */
async function firstSecond(simulator: TestSimulator, isSo: () => Promise<boolean> | boolean, from = 0): Promise<number> {
  for (let second = from; second <= 4000; second += 1) {
    if (await isSo()) return second
    simulator.advance(1)
  }
  throw new Error('it never came')
}

const metadata = async (simulator: TestSimulator, path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
  fetch(`${await simulator.metadataUrl(spotId)}/latest/${path}`, { method, headers })

async function hasMetadata(simulator: TestSimulator, path: string): Promise<boolean> {
  const token = await (await metadata(simulator, 'api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }, 'PUT')).text()
  const answer = await metadata(simulator, `meta-data/${path}`, { 'x-aws-ec2-metadata-token': token })
  await answer.text()
  return answer.status === 200
}

/** An experiment whose action starts now. */
async function start(seed: SeedInput = {}, changes: Readonly<Record<string, unknown>> = {}) {
  const simulator = await openReadySimulator(seed)
  const { id } = await launch(simulator, { actions: { interrupt: interruptAction(DURATION) }, ...changes })
  simulator.advance(2)
  return { simulator, id }
}

const behaving = (behaviour: 'stop' | 'hibernate'): SeedInput => ({
  instances: [{ id: spotId, behaviour }],
  roles: [{ name: 'Fis', policies: { interrupt: interruptPolicy } }],
})

async function startBehaving(behaviour: 'stop' | 'hibernate'): Promise<TestSimulator> {
  const simulator = await openSimulator(behaving(behaviour))
  await launch(simulator, { actions: { interrupt: interruptAction(DURATION) } })
  simulator.advance(2)
  return simulator
}

const isInterrupted = (simulator: TestSimulator) => !['pending', 'running'].includes(simulator.instance(spotId)?.state ?? 'pending')

function after(seconds: number): string {
  if (seconds === 0) return 't0'
  if (seconds === DURATION_SECONDS) return 't0 + D'
  return `t0 + D - ${DURATION_SECONDS - seconds} s`
}

/** The shortest and the longest of these durations that a template may have. */
async function accepted(durations: readonly string[], toAction: (duration: string) => object): Promise<string> {
  const simulator = await openReadySimulator()
  const taken: string[] = []
  for (const duration of durations) {
    const actions = { interrupt: interruptAction('PT2M'), a: toAction(duration) }
    const { status } = await simulator.rest('POST', '/experimentTemplates', templateBody({ clientToken: duration, actions }))
    if (status === 200) taken.push(duration)
  }
  return list(taken[0], taken.at(-1))
}

/** The largest number that is taken. */
async function largest(toBody: (count: number) => object, most = 30): Promise<number> {
  const simulator = await openReadySimulator()
  for (let count = 1; count <= most; count += 1) {
    const { status } = await simulator.rest('POST', '/experimentTemplates', templateBody({ clientToken: `t${count}`, ...toBody(count) }))
    if (status !== 200) return count - 1
  }
  return Number.POSITIVE_INFINITY
}

const actionsOf = (count: number, extra: object) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`a${index}`, { ...interruptAction('PT2M'), ...(index > 0 ? extra : {}) }]),
  )

async function activeExperiments(): Promise<number> {
  const simulator = await openReadySimulator()
  const { templateId } = await launch(simulator)
  for (let count = 1; count < 30; count += 1) {
    const body = { clientToken: `s${count}`, experimentTemplateId: templateId }
    if ((await simulator.rest('POST', '/experiments', body)).status === 402) return count
  }
  return Number.POSITIVE_INFINITY
}

const tokenLife = async (simulator: TestSimulator, seconds: number) =>
  (await metadata(simulator, 'api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': String(seconds) }, 'PUT')).status === 200

async function actionIds(simulator: TestSimulator, region: string): Promise<readonly string[]> {
  const { body } = await simulator.rest('GET', '/actions?maxResults=100', undefined, { region })
  return body.actions.map(({ id }: { id: string }) => id)
}

const query = (simulator: TestSimulator, service: string, params: Readonly<Record<string, string>>) => simulator.query(service, params)

async function callJson(simulator: TestSimulator, service: string, target: string, body: unknown) {
  const authorization = `AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`
  const type = `application/x-amz-json-${service === 'ecs' ? '1.1' : '1.0'}`
  const headers = { authorization, 'content-type': type, 'x-amz-target': target }
  return (await fetch(simulator.url, { method: 'POST', headers, body: JSON.stringify(body) })).json() as Promise<Record<string, unknown[]>>
}

async function assume(simulator: TestSimulator) {
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: 'arn:aws:iam::123456789012:role/path/Name',
    RoleSessionName: 'session',
    WebIdentityToken: 'token',
  })
  const text = await (await fetch(simulator.url, { method: 'POST', body })).text()
  return { arn: /<Arn>(.*)<\/Arn>/.exec(text)?.[1] ?? '', expires: /<Expiration>(.*)<\/Expiration>/.exec(text)?.[1] ?? '' }
}

const REGIONS = ['eu-west-1', 'cn-north-1', 'us-gov-west-1', 'us-isob-east-1', 'eusc-de-east-1']
const AWS_REGIONS = ['ap-northeast-1', 'ap-northeast-3', 'ap-southeast-3', 'cn-north-1', 'cn-northwest-1', 'eu-west-1', 'me-central-1']

export const documented: Observations = {
  recommendation: async () => {
    const { simulator } = await start()
    return after(await firstSecond(simulator, () => hasMetadata(simulator, 'events/recommendations/rebalance')))
  },
  notice: async () => {
    const { simulator } = await start()
    return after(await firstSecond(simulator, () => hasMetadata(simulator, 'spot/instance-action')))
  },
  interruption: async () => {
    const { simulator } = await start()
    return after(await firstSecond(simulator, () => isInterrupted(simulator)))
  },
  hibernation: async () => {
    const simulator = await startBehaving('hibernate')
    return after(await firstSecond(simulator, () => isInterrupted(simulator)))
  },
  durations: () => accepted(['PT1M', 'PT119S', 'PT2M', 'PT5M', 'PT15M', 'PT901S', 'PT16M'], interruptAction),
  wait: () => accepted(['PT59S', 'PT1M', 'PT5M', 'PT12H', 'PT13H'], (duration) => ({ actionId: 'aws:fis:wait', parameters: { duration } })),
  'ec2-actions': async () => {
    const ids = await actionIds(await openSimulator(), 'us-east-1')
    return list(
      ...ids
        .filter((id) => id.startsWith('aws:ec2:'))
        .map((id) => id.slice('aws:ec2:'.length))
        .sort(),
    )
  },
  'without-interruption': async () => {
    const simulator = await openSimulator()
    const offers = await Promise.all(AWS_REGIONS.map(async (region) => (await actionIds(simulator, region)).includes(interruption)))
    return list(...AWS_REGIONS.filter((_, index) => !offers[index]))
  },
  started: async () => {
    const simulator = await openReadySimulator()
    const { id } = await launch(simulator)
    const { state, actions } = await experimentOf(simulator, id)
    return list(state.status, actions.interrupt.state.status)
  },
  terminate: async () => {
    const { simulator } = await start()
    simulator.advance(DURATION_SECONDS + 10)
    const { status, state } = await requestOf(simulator)
    return list(status.code, state)
  },
  stop: async () => {
    const simulator = await startBehaving('stop')
    simulator.advance(DURATION_SECONDS - 110)
    const announced = await requestOf(simulator)
    simulator.advance(130)
    const ended = await requestOf(simulator)
    return list(announced.status.code, announced.state, ended.status.code, ended.state)
  },
  'stays-stopped': async () => {
    const simulator = await startBehaving('stop')
    simulator.advance(86_400)
    return (await instanceOf(simulator)).instanceState.name
  },
  quotas: async () => {
    const target = templateBody().targets.spot
    const arns = await largest((count) => ({ targets: { spot: { ...target, resourceArns: Array(count).fill(spotArn(spotId)) } } }))
    const actions = await largest((count) => ({ actions: actionsOf(count, { startAfter: ['a0'] }) }))
    const parallel = await largest((count) => ({ actions: actionsOf(count, {}) }))
    return list(arns, actions, parallel, await activeExperiments())
  },
  'missing-arn': async () => {
    const target = { resourceType: 'aws:ec2:spot-instance', resourceArns: [spotArn('i-0000000000000000f')], selectionMode: 'ALL' }
    const { simulator, id } = await start({}, { targets: { spot: target } })
    const { state } = await experimentOf(simulator, id)
    return list(state.status, state.error.code)
  },
  lever: async () => {
    const simulator = await openReadySimulator()
    simulator.setSwitches({ safetyLever: 'engaged' })
    const { id } = await launch(simulator)
    simulator.advance(10)
    return (await experimentOf(simulator, id)).state.status
  },
  'stop-condition': async () => {
    const value = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors'
    const alarms = [{ name: 'errors', changes: [{ afterSeconds: 30, state: 'ALARM' as const }] }]
    const { simulator, id } = await start({ alarms }, { stopConditions: [{ source: 'aws:cloudwatch:alarm', value }] })
    simulator.setSwitches({ completed: 'interruption' })
    simulator.advance(40)
    return (await experimentOf(simulator, id)).state.status
  },
  'delete-template': async () => {
    const simulator = await openReadySimulator()
    const { id, templateId } = await launch(simulator, { actions: { interrupt: interruptAction(DURATION) } })
    const { status } = await simulator.rest('DELETE', `/experimentTemplates/${templateId}`)
    simulator.advance(5)
    return status === 200 && (await experimentOf(simulator, id)).state.status === 'running' ? 'goes on' : 'does not'
  },
  'imds-token': async () => {
    const simulator = await openSimulator({ instances: [{ id: spotId }] })
    const lives = [0, 1, 2, 21_599, 21_600, 21_601]
    const taken: number[] = []
    for (const life of lives) if (await tokenLife(simulator, life)) taken.push(life)
    const bare = (await metadata(simulator, 'meta-data/instance-id')).status
    const forwarded = { 'x-aws-ec2-metadata-token-ttl-seconds': '60', 'x-forwarded-for': '10.0.0.1' }
    return list(taken[0], taken.at(-1), bare, (await metadata(simulator, 'api/token', forwarded, 'PUT')).status)
  },
  partitions: async () => {
    const simulator = await openSimulator()
    const arnIn = async (region: string) => (await simulator.query('sts', { Action: 'GetCallerIdentity' }, { region })).text
    const arns = await Promise.all(REGIONS.map(arnIn))
    return list(...arns.map((text) => /<Arn>arn:([a-z-]+):/.exec(text)?.[1]))
  },
  'assumed-role': async () => (await assume(await openSimulator())).arn.split(':').at(-1) ?? '',
  session: async () => {
    const simulator = await openSimulator()
    return String((Date.parse((await assume(simulator)).expires) - simulator.now().getTime()) / 1000)
  },
  'alarm-types': async () => {
    const kinds = ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'] as const
    const simulator = await openSimulator({ alarms: kinds.map((kind) => ({ name: kind, kind })) })
    const body = await callJson(simulator, 'monitoring', 'GraniteServiceVersion20100801.DescribeAlarms', {})
    return list(...kinds.filter((kind) => (body[`${kind}s`]?.length ?? 0) > 0))
  },
  unregistered: async () => {
    const simulator = await openSimulator({ targetGroups: [{ name: 'web' }] })
    const TargetGroupArn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef'
    const { text } = await query(simulator, 'elasticloadbalancing', {
      Action: 'DescribeTargetHealth',
      TargetGroupArn,
      'Targets.member.1.Id': 'i-1',
    })
    return list(/<State>(.*)<\/State>/.exec(text)?.[1], /<Reason>(.*)<\/Reason>/.exec(text)?.[1])
  },
  rebalancing: async () => {
    const simulator = await interruptFleet(fleetSeed({ capacityRebalance: true }), 'PT10M')
    const isNew = (member: string) => member.startsWith('new')
    await firstSecond(simulator, async () => (await stateOf(simulator)).some(isNew))
    const isFirst = (await stateOf(simulator)).includes('a InService')
    await firstSecond(simulator, async () => (await stateOf(simulator)).includes('a Terminating'))
    const isServing = (await stateOf(simulator)).includes('new InService')
    return list(isFirst ? 'launches' : 'ends', isServing ? 'when the new one is InService' : 'before the new one is InService')
  },
  'no-rebalancing': async () => {
    const simulator = await interruptFleet(fleetSeed())
    simulator.advance(150)
    const isLate = (await stateOf(simulator)).includes('a InService')
    await firstSecond(simulator, async () => !(await stateOf(simulator)).includes('a InService'))
    const hasNew = (await stateOf(simulator)).some((member) => member.startsWith('new'))
    return list(hasNew ? 'launches' : 'ends the dead member', isLate ? 'after its health check' : 'at once')
  },
  heartbeat: async () => {
    const hooks = [{ name: 'drain', transition: 'terminating' as const }]
    const simulator = await interruptFleet(fleetSeed({ hooks }))
    await firstSecond(simulator, async () => (await stateOf(simulator)).includes('a Terminating:Wait Unhealthy'))
    return `${await firstSecond(simulator, async () => !(await stateOf(simulator)).includes('a Terminating:Wait Unhealthy'))} s`
  },
  'target-defaults': async () => {
    const simulator = await openSimulator(fleetSeed({}, {}))
    const text = (await query(simulator, 'elasticloadbalancing', { Action: 'DescribeTargetGroups' })).text
    const params = { Action: 'DescribeTargetGroupAttributes', TargetGroupArn: TARGET_GROUP }
    const attributes = (await query(simulator, 'elasticloadbalancing', params)).text
    const members = ['HealthCheckIntervalSeconds', 'HealthCheckTimeoutSeconds', 'HealthyThresholdCount', 'UnhealthyThresholdCount']
    const delay = /<Key>deregistration_delay.timeout_seconds<\/Key><Value>(\d+)</.exec(attributes)?.[1]
    return list(...members.map((name) => new RegExp(`<${name}>(\\d+)<`).exec(text)?.[1]), delay)
  },
  'first-check': async () => {
    const simulator = await interruptFleet(fleetSeed({}, { healthCheckIntervalSeconds: 20 }))
    simulator.setSwitches({ bootSeconds: 0 })
    const is = (state: string) => async () => (await healthOf(simulator)).includes(`new ${state}`)
    const inService = await firstSecond(simulator, async () => (await stateOf(simulator)).includes('new InService'))
    // The first check is sent with the registration.
    return String(1 + Math.ceil(((await firstSecond(simulator, is('healthy'), inService)) - inService) / 20))
  },
  'spot-draining': async () => {
    const clusters = [{ services: [{ name: 'web' }], containerInstances: [{ id: 'host', instanceId: TARGET }] }]
    const simulator = await interruptFleet({ ...fleetSeed(), clusters })
    simulator.advance(60)
    const { containerInstances } = await ecs(simulator, 'DescribeContainerInstances', { containerInstances: ['host'] })
    return containerInstances[0].status === 'DRAINING' ? 'yes' : 'no'
  },
  'missing-service': async () => {
    const simulator = await openSimulator({ clusters: [{}] })
    const { failures = [] } = await callJson(simulator, 'ecs', 'AmazonEC2ContainerServiceV20141113.DescribeServices', { services: ['x'] })
    return (failures[0] as { reason: string }).reason
  },
}

export const figures: Observations = {
  pending: async () => {
    const simulator = await openSimulator({ instances: [{ id: spotId, state: 'pending', launchedSecondsAgo: 0 }] })
    return `${await firstSecond(simulator, () => simulator.instance(spotId)?.state === 'running')} s`
  },
  'shutting-down': async () => {
    const { simulator } = await start()
    simulator.advance(DURATION_SECONDS)
    return `${await firstSecond(simulator, () => simulator.instance(spotId)?.state === 'terminated')} s`
  },
  stopping: async () => {
    const { simulator, id } = await start()
    await simulator.rest('DELETE', `/experiments/${id}`)
    return `${await firstSecond(simulator, async () => (await experimentOf(simulator, id)).state.status === 'stopped')} s`
  },
  'experiment-start': async () => {
    const { simulator, id } = await start()
    const { startTime, creationTime } = await experimentOf(simulator, id)
    return `${(startTime - creationTime).toFixed(3)} s`
  },
  page: async () => {
    const simulator = await openSimulator({ templates: Array.from({ length: 60 }, (_, index) => ({ id: `EXT${index}` })) })
    return String((await simulator.rest('GET', '/experimentTemplates')).body.experimentTemplates.length)
  },
  visible: async () => {
    const { simulator } = await start()
    simulator.advance(DURATION_SECONDS)
    const isGone = async () => (await query(simulator, 'ec2', { Action: 'DescribeInstances', 'InstanceId.1': spotId })).status === 400
    simulator.advance(3590)
    return `${await firstSecond(simulator, isGone, 3590)} s`
  },
  forgotten: async () => {
    const simulator = await interruptFleet(fleetSeed({ capacityRebalance: true }))
    await firstSecond(simulator, () => simulator.instance(TARGET)?.state === 'shutting-down')
    return `${await firstSecond(simulator, async () => !(await stateOf(simulator)).some((member) => member.startsWith('a ')))} s`
  },
  reopen: async () => {
    const simulator = await openSimulator({
      instances: [{ id: spotId, request: { kind: 'persistent' } }],
      roles: [{ name: 'Fis', policies: { interrupt: interruptPolicy } }],
    })
    await launch(simulator, { actions: { interrupt: interruptAction(DURATION) } })
    simulator.advance(2 + DURATION_SECONDS)
    return `${await firstSecond(simulator, async () => simulator.query('ec2', { Action: 'DescribeSpotInstanceRequests' }).then(({ text }) => text.includes('pending-evaluation')))} s`
  },
}
