import * as v from 'valibot'

/**
 * Outside actors, written down beforehand: what Auto Scaling, a person or EC2's own capacity does to an instance, and what a person does to
 * an Auto Scaling group, and when. `launch` counts from the instance's launch, or from the seed of the group; the others from the first
 * experiment that hits the instance, or one of the group.
 */
const when = { at: v.picklist(['launch', 'start', 'notice', 'interruption']), afterSeconds: v.optional(v.number(), 0) }

const instanceLine = v.strictObject({
  instance: v.string(),
  ...when,
  do: v.picklist(['terminate', 'stop']),
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

const group = { autoScalingGroup: v.string(), ...when }
const processes = v.pipe(v.array(scalingProcess), v.minLength(1))

const groupLine = v.variant('do', [
  v.strictObject({ ...group, do: v.literal('set-desired-capacity'), desiredCapacity: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
  v.strictObject({ ...group, do: v.picklist(['suspend', 'resume']), processes }),
])

export const scriptSchema = v.array(v.union([instanceLine, groupLine]))

export type InstanceLine = Readonly<v.InferOutput<typeof instanceLine>>
export type GroupLine = Readonly<v.InferOutput<typeof groupLine>>
export type Script = Readonly<v.InferOutput<typeof scriptSchema>>
export type Actor = InstanceLine['by'] | 'experiment'
export type ScriptInput = Readonly<v.InferInput<typeof scriptSchema>[number]>
