import * as v from 'valibot'

/** A moment, in ISO 8601. */
export const time = v.pipe(v.string(), v.isoTimestamp())
export const ms = v.pipe(v.number(), v.description('milliseconds'))

/** The schema with a description for its readers. */
export const describe = <T extends v.GenericSchema>(schema: T, text: string) => v.pipe(schema, v.description(text))
