import { describe, expect, it } from 'vitest'
import { ActionError, explain, isFault, joinSentences, toActionError } from '../../../src/model/errors.ts'

describe('toActionError', () => {
  it('leaves an ActionError as it is', () => {
    const error = new ActionError('denied', 'no')
    expect(toActionError(error)).toBe(error)
  })

  it.each([
    ['an Error', new TypeError('x is not a function'), 'Unexpected: x is not a function'],
    ['a text', 'boom', 'Unexpected: boom'],
    ['nothing', undefined, 'Unexpected: undefined'],
  ])('holds %s for a defect of ours and keeps it as the cause', (_, thrown, message) => {
    const error = toActionError(thrown)
    expect(error).toMatchObject({ fault: 'internal', message, cause: thrown })
    expect(error.hint).toContain('please report')
  })
})

describe('explain', () => {
  it('tells what happened and what to do', () => {
    expect(explain(new ActionError('denied', 'No.', 'Grant it.'))).toBe('No. Grant it.')
    expect(explain(new ActionError('denied', 'No.'))).toBe('No.')
  })
})

describe('joinSentences', () => {
  it.each([
    [['No', 'Grant it'], 'No. Grant it.'],
    [['Really?', '(See below.)', 'Look:'], 'Really? (See below.) Look:'],
    [[' a ', '', 'b'], 'a. b.'],
    [['', ''], ''],
  ])('ends each of %j like a sentence', (texts, said) => {
    expect(joinSentences(...texts)).toBe(said)
  })
})

describe('isFault', () => {
  it('tells the named faults from others, and from other errors', () => {
    const error = new ActionError('missing', 'gone')
    expect(isFault(error, 'exists', 'missing')).toBe(true)
    expect(isFault(error, 'exists')).toBe(false)
    expect(isFault(new Error('missing'), 'missing')).toBe(false)
  })
})
