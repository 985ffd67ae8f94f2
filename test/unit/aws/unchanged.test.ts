import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseChangesOnly } from '../../../src/aws/unchanged.ts'

type Answer = { readonly statusCode: number; body: AsyncIterable<Uint8Array> | Uint8Array }
type Parse = (operation: { readonly name: string }, context: object, response: Answer) => Promise<object>

/** A client that counts what it parses; what it makes of a body is the body. */
function open() {
  const parsed: string[] = []
  const deserializeResponse: Parse = async ({ name }, _, { body }) => {
    const text = Buffer.concat(await Array.fromAsync(body instanceof Uint8Array ? [body] : body)).toString()
    parsed.push(text)
    return { name, text }
  }
  const { config } = parseChangesOnly({ config: { protocol: { deserializeResponse } } })
  const read = (text: string, { name = 'Describe', statusCode = 200 } = {}) =>
    config.protocol.deserializeResponse({ name }, {}, { statusCode, body: pieces(text) })
  return { parsed, read }
}

async function* pieces(text: string): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text)
  yield bytes.subarray(0, 3)
  yield bytes.subarray(3)
}

const answer = (state: string, id: string) => `<Answer><state>${state}</state><RequestId>${id}</RequestId></Answer>`

describe('an answer that does not differ from an earlier one', () => {
  it.each(['RequestId', 'requestId'])('is not parsed again, whatever its %s', async (tag) => {
    const { parsed, read } = open()
    const [one, two] = ['1', '2'].map((id) => answer('ü', id).replaceAll('RequestId', tag))
    expect(await read(two ?? '')).toEqual(await read(one ?? ''))
    expect(parsed).toHaveLength(1)
  })

  it('is parsed again for another operation, and where AWS refuses', async () => {
    const { parsed, read } = open()
    await read(answer('a', '1'))
    await read(answer('a', '2'), { name: 'Other' })
    await read(answer('a', '3'), { statusCode: 400 })
    await read(answer('a', '4'), { statusCode: 400 })
    expect(parsed).toHaveLength(4)
  })

  it('is known only for the last 12 of them', async () => {
    const { parsed, read } = open()
    for (let at = 0; at < 13; at++) await read(answer(String(at), 'x'))
    await read(answer('12', 'y'))
    expect(parsed).toHaveLength(13)
    await read(answer('0', 'y'))
    expect(parsed).toHaveLength(14)
  })
})

it('gives what the parser gives, in any order of answers', async () => {
  const bodies = fc.array(fc.tuple(fc.constantFrom('A', 'B'), fc.stringMatching(/^[a-c]{0,2}$/), fc.nat(3)), { maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(bodies, async (all) => {
      const { read } = open()
      for (const [name, state, id] of all) {
        const given = (await read(answer(state, String(id)), { name })) as { name: string; text: string }
        expect([given.name, given.text.replace(/\d/, '')]).toEqual([name, answer(state, '')])
      }
    }),
    { numRuns: 50 },
  )
})
