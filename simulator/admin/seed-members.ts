import * as v from 'valibot'

/** Members that the parts of a seed share. Times are seconds before now. */
export const region = v.optional(v.string(), 'us-east-1')
export const text = (fallback: string) => v.optional(v.string(), fallback)
export const list = v.optional(v.array(v.string()), [])
export const ago = (seconds: number) => v.optional(v.number(), seconds)
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
