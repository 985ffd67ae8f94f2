import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { limit } from '../../../src/aws/connection.ts'

const MIB = 1024 * 1024

/** Reads a body of `mebibytes` that comes with these headers. Resolves with its length, or with the code of its error. */
async function read(headers: Readonly<Record<string, string>>, mebibytes: number): Promise<number | string> {
  const part = Buffer.alloc(MIB)
  const body = limit({ headers, body: Readable.from(Array.from({ length: mebibytes }, () => part)) })
  let bytes = 0
  try {
    for await (const one of body ?? []) bytes += (one as Buffer).length
    return bytes
  } catch (thrown) {
    return (thrown as { code: string }).code
  }
}

describe('the limit of a body', () => {
  it.each([
    ['no length', {}],
    ['an empty length', { 'content-length': '' }],
    ['a blank length', { 'content-length': ' ' }],
    ['a negative length', { 'content-length': '-5' }],
    ['a length with a sign', { 'content-length': '+5' }],
    ['a hexadecimal length', { 'content-length': '0x10' }],
    ['a length with an exponent', { 'content-length': '1e3' }],
    ['two lengths', { 'content-length': '5, 5' }],
    ['a length above the limit', { 'content-length': String(33 * MIB) }],
    ['a length beyond all numbers', { 'content-length': '9'.repeat(400) }],
    ['chunks', { 'transfer-encoding': 'chunked' }],
    ['chunks beside a small length', { 'content-length': '5', 'transfer-encoding': 'chunked' }],
    ['another encoding beside a small length', { 'content-length': '5', 'transfer-encoding': 'identity' }],
  ])('holds with %s', async (_, headers) => {
    expect(await read(headers, 33)).toBe('ERR_ENDLESS')
    expect(await read(headers, 2)).toBe(2 * MIB)
  })

  it('leaves a body with a small length to Node', () => {
    const body = Readable.from(['x'])
    expect(limit({ headers: { 'content-length': '1', 'content-encoding': 'gzip' }, body })).toBe(body)
    expect(limit({ headers: {} })).toBeUndefined()
  })
})
