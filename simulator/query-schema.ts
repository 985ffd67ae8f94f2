import * as v from 'valibot'

/** Schemas for members of the query protocols, in which everything is text. */
export const wholeText = (min: number, max: number) =>
  v.pipe(v.string(), v.regex(/^-?\d{1,6}$/, 'Member must be a number'), v.transform(Number), v.minValue(min), v.maxValue(max))

export const flagText = v.picklist(['true', 'false'])

export const textOf = (min: number, max: number) => v.pipe(v.string(), v.minLength(min), v.maxLength(max))
