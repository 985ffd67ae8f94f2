import * as v from 'valibot'

/**
 * Outside actors, written down beforehand: what Auto Scaling, a person or EC2's own capacity does to an instance, and when.
 * `launch` counts from the instance's launch; the others from the first experiment that hits it.
 */
export const scriptSchema = v.array(
  v.strictObject({
    instance: v.string(),
    at: v.picklist(['launch', 'start', 'notice', 'interruption']),
    afterSeconds: v.optional(v.number(), 0),
    do: v.picklist(['terminate', 'stop']),
    by: v.optional(v.picklist(['user', 'service', 'autoscaling', 'no-capacity', 'by-price']), 'user'),
  }),
)

export type Script = Readonly<v.InferOutput<typeof scriptSchema>>
export type Actor = Script[number]['by'] | 'experiment'
export type ScriptInput = Readonly<v.InferInput<typeof scriptSchema>[number]>
