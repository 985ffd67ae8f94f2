import type { SeedInput } from '../../simulator/admin/seed-schema.ts'
import { account, interruptAction, interruptPolicy, launch, openSimulator, spotArn, type TestSimulator } from './fixture.ts'

/** A group of three Spot instances, with or without a target group, as its users see it. */
export const IDS = ['i-0000000000000000a', 'i-0000000000000000b', 'i-0000000000000000c'] as const
export const [TARGET] = IDS
export const TARGET_GROUP = `arn:aws:elasticloadbalancing:us-east-1:${account}:targetgroup/web/0123456789abcdef`

type GroupSeed = NonNullable<SeedInput['autoScalingGroups']>[number]
type TargetGroupSeed = NonNullable<SeedInput['targetGroups']>[number]

export function fleetSeed(group: Partial<GroupSeed> = {}, targetGroup?: Partial<TargetGroupSeed>): SeedInput {
  const targetGroupArns = targetGroup === undefined ? [] : [TARGET_GROUP]
  return {
    instances: IDS.map((id, index) => ({ id, zone: `us-east-1${'abc'[index]}`, instanceType: 'c5.large' })),
    roles: [{ name: 'Fis', policies: { interrupt: interruptPolicy } }],
    autoScalingGroups: [{ name: 'web', members: IDS.map((id) => ({ id })), tags: { team: 'sre' }, targetGroupArns, ...group }],
    targetGroups: targetGroup === undefined ? [] : [{ name: 'web', targets: IDS.map((id) => ({ id })), ...targetGroup }],
  }
}

/** A simulator at t0 of an interruption of the first member, two minutes ahead if not said otherwise. */
export async function interruptFleet(
  seed: SeedInput,
  duration = 'PT2M',
  prepare: (simulator: TestSimulator) => void = () => undefined,
): Promise<TestSimulator> {
  const simulator = await openSimulator(seed)
  prepare(simulator)
  const spot = { resourceType: 'aws:ec2:spot-instance', resourceArns: [spotArn(TARGET)], selectionMode: 'ALL' }
  await launch(simulator, { targets: { spot }, actions: { interrupt: interruptAction(duration) } })
  simulator.advance(2)
  return simulator
}

export type Shown = {
  readonly InstanceId: string
  readonly LifecycleState: string
  readonly HealthStatus: string
  readonly WeightedCapacity?: string
}

/** A list of the query protocol: none, one or more. */
export function listOf<T>(value: { readonly member: T | readonly T[] } | '' | undefined): readonly T[] {
  return value === undefined || value === '' ? [] : ([value.member].flat() as readonly T[])
}

export async function ask(simulator: TestSimulator, service: string, params: Readonly<Record<string, string>>) {
  const Version = service === 'autoscaling' ? '2011-01-01' : '2015-12-01'
  const { body, text } = await simulator.query(service, { Version, ...params })
  const result = body?.[`${params.Action}Response`]?.[`${params.Action}Result`]
  if (result === undefined) throw new Error(text)
  return result
}

export async function membersOf(simulator: TestSimulator): Promise<readonly Shown[]> {
  const { AutoScalingGroups } = await ask(simulator, 'autoscaling', { Action: 'DescribeAutoScalingGroups' })
  return listOf<{ Instances: { member: Shown } }>(AutoScalingGroups).flatMap(({ Instances }) => listOf(Instances))
}

/** Each member in a word, the new ones as `new`, by name: `a InService`. */
export async function stateOf(simulator: TestSimulator): Promise<readonly string[]> {
  const members = await membersOf(simulator)
  return members.map(({ InstanceId, LifecycleState, HealthStatus }) => {
    return `${nameOf(InstanceId)} ${LifecycleState}${HealthStatus === 'Healthy' ? '' : ' Unhealthy'}`
  })
}

export function nameOf(id: string): string {
  return (IDS as readonly string[]).includes(id) ? id.slice(-1) : 'new'
}

export type ActivityShown = Readonly<Record<'Description' | 'Cause' | 'StatusCode' | 'StatusMessage' | 'StartTime' | 'EndTime', string>>

export async function activitiesOf(simulator: TestSimulator): Promise<readonly ActivityShown[]> {
  return listOf((await ask(simulator, 'autoscaling', { Action: 'DescribeScalingActivities' })).Activities)
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into member by member, as a foreign client would.
export async function ecs(simulator: TestSimulator, operation: string, body: unknown = {}): Promise<any> {
  const authorization = 'AWS4-HMAC-SHA256 Credential=AKIDRAW/20260101/us-east-1/ecs/aws4_request, SignedHeaders=host, Signature=0'
  const headers = {
    authorization,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}`,
  }
  return (await fetch(simulator.url, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}

type HealthShown = { readonly Target: { readonly Id: string }; readonly TargetHealth: { readonly State: string; readonly Reason?: string } }

export async function healthOf(simulator: TestSimulator): Promise<readonly string[]> {
  const result = await ask(simulator, 'elasticloadbalancing', { Action: 'DescribeTargetHealth', TargetGroupArn: TARGET_GROUP })
  const targets = listOf<HealthShown>(result.TargetHealthDescriptions)
  return targets.map(({ Target, TargetHealth }) => `${nameOf(Target.Id)} ${TargetHealth.State}`)
}

type Span = { readonly seconds: number; readonly step?: number }

/** What was seen, at every step, once for every change, after the second at which it was first seen. */
export async function changesOf(
  simulator: TestSimulator,
  look: (simulator: TestSimulator) => Promise<readonly string[]>,
  { seconds, step = 1 }: Span,
) {
  const seen: string[] = []
  let before = ''
  for (let second = 0; second <= seconds; second += step) {
    const now = (await look(simulator)).join(', ')
    if (now !== before) seen.push(`${second}: ${now}`)
    before = now
    simulator.advance(step)
  }
  return seen
}
