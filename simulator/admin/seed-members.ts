import * as v from 'valibot'

/** What the parts of a seed share. Times count back from now, in seconds. */
export const region = v.optional(v.string(), 'us-east-1')
export const text = (fallback: string) => v.optional(v.string(), fallback)
export const list = v.optional(v.array(v.string()), [])
export const ago = (seconds: number) => v.optional(v.number(), seconds)
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
