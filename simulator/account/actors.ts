import * as v from 'valibot'

/**
 * The script: what outside actors do, and when. Auto Scaling, a person or EC2 for want of capacity acts on an instance; a person acts on an
 * Auto Scaling group or an ECS service. `launch` counts from the launch of the instance, or from the seed of the group or cluster; the
 * other moments count from the first experiment that hits the instance, or an instance of the group or cluster.
 */
const when = {
  /** The launch, or the seed of a group; the start of the first experiment that hits the instance, or one of the group; its notice; its interruption. */
  at: v.picklist(['launch', 'start', 'notice', 'interruption']),
  /** Seconds after that moment, or before it if the number is negative. */
  afterSeconds: v.optional(v.number(), 0),
}

export const instanceLine = v.strictObject({
  instance: v.string(),
  ...when,
  /** What happens to the instance, or to the group. */
  do: v.picklist(['terminate', 'stop']),
  /** Who does it to an instance: a person, the Spot service, Auto Scaling, EC2 for want of capacity, or EC2 because of the Spot price. */
  by: v.optional(v.picklist(['user', 'service', 'autoscaling', 'no-capacity', 'by-price']), 'user'),
})

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html */
export const scalingProcess = v.picklist([
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
])

const group = {
  /** The name of a group: something happens to it, and not to an instance. */
  autoScalingGroup: v.string(),
  ...when,
}
const processes = v.pipe(v.array(scalingProcess), v.minLength(1))

export const groupLine = v.variant('do', [
  v.strictObject({
    ...group,
    do: v.literal('set-desired-capacity'),
    /** With `set-desired-capacity`: how many instances the group is to have. */
    desiredCapacity: v.pipe(v.number(), v.integer(), v.minValue(0)),
  }),
  v.strictObject({
    ...group,
    do: v.picklist(['suspend', 'resume']),
    /** With `suspend` and `resume`: the processes of the group. */
    processes,
  }),
])

const serviceLine = v.strictObject({
  service: v.string(),
  cluster: v.optional(v.string(), 'default'),
  ...when,
  do: v.literal('set-desired-count'),
  desiredCount: v.pipe(v.number(), v.integer(), v.minValue(0)),
})

export const scriptSchema = v.array(v.union([instanceLine, groupLine, serviceLine]))

export type InstanceLine = Readonly<v.InferOutput<typeof instanceLine>>
export type GroupLine = Readonly<v.InferOutput<typeof groupLine>>
export type ServiceLine = Readonly<v.InferOutput<typeof serviceLine>>
export type Script = Readonly<v.InferOutput<typeof scriptSchema>>
export type Actor = InstanceLine['by'] | 'experiment'
export type ScriptInput = Readonly<v.InferInput<typeof scriptSchema>[number]>
