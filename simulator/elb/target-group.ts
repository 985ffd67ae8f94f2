import * as v from 'valibot'
import type { TargetGroup } from '../account/capacity.ts'
import { type TargetView, targetsAt } from '../account/health.ts'
import { type Context, type Handlers, operation, refuse } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { textOf, wholeText } from '../query-schema.ts'

/** Members of the Elastic Load Balancing API, 2015-12-01. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/ */
const target = v.strictObject({
  Id: v.string(),
  Port: v.optional(wholeText(1, 65535)),
  AvailabilityZone: v.optional(v.string()),
  QuicServerId: v.optional(textOf(1, 256)),
})
const describeHealth = v.strictObject({
  TargetGroupArn: v.string(),
  Targets: v.optional(v.array(target), []),
  Include: v.optional(v.array(v.picklist(['AnomalyDetection', 'All'])), []),
})
const describeGroups = v.strictObject({
  LoadBalancerArn: v.optional(v.string()),
  TargetGroupArns: v.optional(v.array(v.string()), []),
  Names: v.optional(v.array(v.string()), []),
  Marker: v.optional(v.string()),
  PageSize: v.optional(wholeText(1, 400), '400'),
})

const describeAttributes = v.strictObject({ TargetGroupArn: v.string() })

type Description = v.InferOutput<typeof target>

/** Elastic Load Balancing: the operations that read target groups and the health of their targets. */
export const targetGroupHandlers: Handlers = {
  DescribeTargetHealth: operation(describeHealth, (context, input) => {
    const group = findGroup(context, input.TargetGroupArn)
    const targets = targetsAt(context.account, group, context.at)
    const asked = input.Targets.length === 0 ? targets.map(toHealth) : input.Targets.flatMap((asked) => healthOf(group, targets, asked))
    return { reply: { TargetHealthDescriptions: asked } }
  }),
  DescribeTargetGroups: operation(describeGroups, (context, input) => {
    const byArn = input.TargetGroupArns.map((arn) => findGroup(context, arn))
    const byName = input.Names.map((name) => findByName(context, name))
    const byBalancer = groupsIn(context).filter((group) => group.loadBalancerArns.includes(input.LoadBalancerArn ?? ''))
    if (input.LoadBalancerArn !== undefined && byBalancer.length === 0) {
      refuse('LoadBalancerNotFound', `Load balancers '[${input.LoadBalancerArn}]' not found`)
    }
    const isNarrowed = input.LoadBalancerArn !== undefined || byArn.length > 0 || byName.length > 0
    const found = isNarrowed ? [...new Set([...byArn, ...byName, ...byBalancer])] : groupsIn(context)
    const page = paginate(found, {
      operation: 'DescribeTargetGroups',
      size: input.PageSize,
      token: input.Marker,
      refuse: () => refuse('ValidationError', `The marker '${input.Marker}' is not valid`),
    })
    return { reply: { TargetGroups: page.items.map(toGroup), NextMarker: page.next } }
  }),
  DescribeTargetGroupAttributes: operation(describeAttributes, (context, { TargetGroupArn }) => {
    return { reply: { Attributes: toAttributes(findGroup(context, TargetGroupArn)) } }
  }),
}

function groupsIn({ account, call }: Context): readonly TargetGroup[] {
  return [...account.targetGroups.values()].filter(({ region }) => region === call.region)
}

function findGroup(context: Context, arn: string): TargetGroup {
  const group = groupsIn(context).find((one) => one.arn === arn)
  return group ?? refuse('TargetGroupNotFound', `Target groups '${arn}' not found`)
}

function findByName(context: Context, name: string): TargetGroup {
  const group = groupsIn(context).find((one) => one.name === name)
  return group ?? refuse('TargetGroupNotFound', 'One or more target groups not found')
}

/** The health of a target. A call that names a target that is not registered gets `unused` for it. */
function healthOf(group: TargetGroup, targets: readonly TargetView[], { Id, Port }: Description) {
  const found = targets.filter((one) => one.id === Id && (Port === undefined || one.port === Port))
  if (found.length > 0) return found.map(toHealth)
  return [toHealth({ id: Id, port: Port ?? group.port, state: 'unused', reason: 'Target.NotRegistered' })]
}

function toHealth({ id, port, zone, state, reason }: TargetView) {
  return {
    Target: { Id: id, Port: port, AvailabilityZone: zone },
    HealthCheckPort: String(port),
    TargetHealth: { State: state, Reason: reason, Description: reason === undefined ? undefined : `${reason}.` },
  }
}

/** The attributes of a target group that concern how targets are deregistered. */
function toAttributes({ deregistrationDelaySeconds }: TargetGroup) {
  const attributes = {
    'deregistration_delay.timeout_seconds': String(deregistrationDelaySeconds),
    'stickiness.enabled': 'false',
    'slow_start.duration_seconds': '0',
    'load_balancing.algorithm.type': 'round_robin',
  }
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }))
}

function toGroup(group: TargetGroup) {
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: 'vpc-0123456789abcdef0',
    HealthCheckProtocol: group.protocol,
    HealthCheckPort: 'traffic-port',
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: group.healthCheckIntervalSeconds,
    HealthCheckTimeoutSeconds: group.healthCheckTimeoutSeconds,
    HealthyThresholdCount: group.healthyThresholdCount,
    UnhealthyThresholdCount: group.unhealthyThresholdCount,
    HealthCheckPath: '/',
    Matcher: { HttpCode: '200' },
    LoadBalancerArns: group.loadBalancerArns,
    TargetType: group.targetType,
    ProtocolVersion: 'HTTP1',
    IpAddressType: 'ipv4',
  }
}
