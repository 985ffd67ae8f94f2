import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hideSecrets, toSafe, toSecrets } from '../../../src/report/gate.ts'

const TOKEN = 'IQoJb3JpZ2luX2VjEXAMPLE+token/with=signs&"quotes"'
const secrets = toSecrets(TOKEN, false)
const encode = (text: string) => Buffer.from(text).toString('base64')

describe('hideSecrets', () => {
  it.each([
    ['as it is', TOKEN],
    ['in an address', encodeURIComponent(TOKEN)],
    ['in JSON', JSON.stringify(TOKEN).slice(1, -1)],
  ])('hides a secret %s', (_, shown) => {
    expect(hideSecrets(`before ${shown} after`, secrets)).toBe('before *** after')
  })

  it.each(['', 'a', 'ab', 'abc', 'user:'])('hides a secret in Base64, where it follows %j', (before) => {
    const shown = hideSecrets(`x ${encode(`${before}${TOKEN}:after`)} y`, secrets)
    expect(shown).toMatch(/^x [A-Za-z0-9+/]{0,8}\*\*\*[A-Za-z0-9+/]{0,12}=* y$/)
  })

  it('hides what is left of a credential where a text was cut off, and no other text', () => {
    expect(hideSecrets(`x-amz-security-token:${TOKEN.slice(0, 20)}… see above`, secrets)).toBe('x-amz-security-token:***… see above')
    expect(hideSecrets(TOKEN.slice(0, 11), secrets)).toBe(TOKEN.slice(0, 11))
    expect(hideSecrets(`${TOKEN}${TOKEN}`, secrets)).toBe('******')
  })

  it('hides a value that is no credential as a whole only', () => {
    const origin = toSecrets('https://example.com/drill-0001', true)
    expect(hideSecrets('https://example.com/health https://example.com/drill-0001', origin)).toBe('https://example.com/health ***')
  })

  it('hides each line of a secret of several', () => {
    expect(hideSecrets('a first-line b second-line c', toSecrets('first-line\nsecond-line\n', false))).toBe('a *** b *** c')
  })

  it('hides nothing for values that are words of everyday use', () => {
    for (const value of ['', 'true', '1234567', '  short  ']) expect(toSecrets(value, false)).toEqual([])
  })

  it('takes one that begins like another apart from it', () => {
    const both = [...toSecrets('token-of-this-job', true), ...toSecrets('token-of-this-job-and-more', true)]
    expect(hideSecrets('token-of-this-job, token-of-this-job-and-more', both)).toBe('***, ***')
  })

  it('leaves no form of any secret in any text', () => {
    const value = fc.string({ minLength: 8, maxLength: 40, unit: fc.constantFrom('a', 'b', '+', '/', '"', '\\', 'é', ' ', '%') })
    fc.assert(
      fc.property(value, fc.string(), fc.string(), fc.boolean(), (raw, before, after, whole) => {
        const forms = toSecrets(raw, whole)
        for (const { text } of forms) expect(hideSecrets(`${before}${text}${after}`, forms)).not.toContain(text)
      }),
    )
  })
})

/** Everything that could be at home in an event. */
const RECORD = fc.anything({ withDate: true, withTypedArray: true, values: [fc.string({ unit: 'binary' }), fc.nat(), fc.constant(TOKEN)] })

describe('toSafe', () => {
  it('takes out control and direction characters, noncharacters and halves of characters, and leaves the text', () => {
    const text = 'a\u0000\u0007\u001b[31m\u009b\u2028\u2029\u202e\u2066\u200b\ufeff\ufffe\uffff\ud800\u{1fffe}z'
    expect(toSafe({ why: text }, [])).toEqual({ why: 'a [31m z' })
    expect(toSafe('Grüße, 世界, हिन्दी, 👩‍💻\r\nnext\tline', [])).toBe('Grüße, 世界, हिन्दी, 👩‍💻 next line')
  })

  it('cuts what others say at 500 characters, our sentences at 4000, and no character in two', () => {
    const long = 'x'.repeat(3_000_000)
    const safe = toSafe({ snapshot: { reason: long, actions: [{ reason: long }] }, why: long, commands: [long] }, [])
    expect(safe.snapshot.reason).toHaveLength(500)
    expect(safe.snapshot.actions[0]?.reason).toMatch(/^x{499}…$/)
    expect([safe.why.length, safe.commands[0]?.length]).toEqual([4000, 4000])
    expect(toSafe(`${'x'.repeat(498)}🚀🚀`, [])).toBe(`${'x'.repeat(498)}…`)
    expect(toSafe('x'.repeat(500), [])).toHaveLength(500)
  })

  it('hides a secret before it cuts: no piece of it stays at the end', () => {
    const safe = toSafe(`${'x'.repeat(490)}${TOKEN}`, secrets)
    expect(safe).toBe(`${'x'.repeat(490)}***`)
  })

  it('keeps dates, numbers and columns as they are', () => {
    const [at, column] = [new Date(0), new Float64Array([1, 2])]
    const safe = toSafe({ at, column, nested: [{ at }], none: null, missing: undefined, count: 3, yes: true }, [])
    expect(safe).toEqual({ at, column, nested: [{ at }], none: null, missing: undefined, count: 3, yes: true })
    expect(safe.column).toBe(column)
  })

  it('is safe whatever the record, and changes nothing a second time', () => {
    fc.assert(
      fc.property(RECORD, (record) => {
        const safe = toSafe({ record }, secrets)
        for (const text of textsOf(safe)) {
          expect(text).not.toMatch(/[\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Cc}]|[\u202a-\u202e\u2066-\u2069]/u)
          expect(text).not.toContain(TOKEN.slice(0, 12))
          expect(text.length).toBeLessThanOrEqual(500)
        }
        expect(toSafe(safe, secrets)).toEqual(safe)
      }),
    )
  })
})

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsOf)
  const plain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return plain ? Object.values(value as object).flatMap(textsOf) : []
}
