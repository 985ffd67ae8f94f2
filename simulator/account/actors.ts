import * as v from 'valibot'

/**
 * Outside actors, written down beforehand: what Auto Scaling, a person or EC2's own capacity does to an instance, and when.
 * `launch` counts from the instance's launch; the others from the first experiment that hits it.
 */
export const actor = v.strictObject({
  /** Its id. */
  instance: v.string(),
  /** The moment: the launch of the instance; the start of the first experiment that hits it; its notice; its interruption. */
  at: v.picklist(['launch', 'start', 'notice', 'interruption']),
  /** So much later than that moment; earlier, if it is negative. */
  afterSeconds: v.optional(v.number(), 0),
  do: v.picklist(['terminate', 'stop']),
  /** Who does it: a person, the service itself, Auto Scaling, EC2 for want of capacity, or EC2 because of the Spot price. */
  by: v.optional(v.picklist(['user', 'service', 'autoscaling', 'no-capacity', 'by-price']), 'user'),
})

export const scriptSchema = v.array(actor)

export type Script = Readonly<v.InferOutput<typeof scriptSchema>>
export type Actor = Script[number]['by'] | 'experiment'
export type ScriptInput = Readonly<v.InferInput<typeof scriptSchema>[number]>
