import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { unsimulatedMembers } from '../../simulator/ec2/schema.ts'
import { handlers } from '../../simulator/handlers.ts'
import { services } from '../../simulator/service.ts'

type Schema = {
  readonly type: string
  readonly entries?: Readonly<Record<string, Schema>>
  readonly wrapped?: Schema
  readonly item?: Schema
  readonly key?: Schema
  readonly value?: Schema
  readonly options?: readonly unknown[]
}

const leaves = ['string', 'number', 'boolean', 'picklist', 'literal']

/** Where a schema takes more than it names. Members that are refused by name afterwards may be anything. */
function leaksOf(schema: Schema, path: string): readonly string[] {
  const { type, entries, wrapped, item, key, value } = schema
  if (leaves.includes(type)) return []
  if (type === 'strict_object') {
    const named = Object.entries(entries ?? {}).filter(([name]) => !unsimulatedMembers.some((one) => one === name))
    return named.flatMap(([name, inner]) => leaksOf(inner, `${path}.${name}`))
  }
  if (wrapped !== undefined) return leaksOf(wrapped, path)
  if (type === 'array' && item !== undefined) return leaksOf(item, `${path}[]`)
  if (type === 'record' && key !== undefined && value !== undefined) return leaksOf(value, `${path}{}`)
  return [`${path} is ${type}`]
}

it('sees where a schema takes more', () => {
  const loose = v.strictObject({ a: v.optional(v.array(v.looseObject({}))), b: v.record(v.string(), v.unknown()), c: v.string() })
  expect(leaksOf(loose as unknown as Schema, 'X')).toEqual(['X.a[] is loose_object', 'X.b{} is unknown'])
})

describe.each(services)('%s', (service) => {
  it.each(Object.entries(handlers[service]))('%s takes only the members that it names', (name, { schema }) => {
    expect(schema?.type).toBe('strict_object')
    expect(leaksOf(schema as v.GenericSchema & Schema, name)).toEqual([])
  })
})
