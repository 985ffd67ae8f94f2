import { describe, expect, it } from 'vitest'
import { all, last, lastAttempt } from '../../../../src/model/timeline/event.ts'
import { at } from '../../../fakes/timeline.ts'

const STARTING = { kind: 'starting', templateId: 'EXT1' } as const
const EVENTS = [
  at(0, { kind: 'warned', what: 'a' }),
  at(1, { ...STARTING, attempt: 1 }),
  at(2, { kind: 'warned', what: 'b' }),
  at(3, { ...STARTING, attempt: 2 }),
  at(4, { kind: 'ended', ending: 'signal-sent' }),
]

describe('reading a timeline', () => {
  it('finds all and the last of a kind', () => {
    expect(all(EVENTS, 'warned').map(({ what }) => what)).toEqual(['a', 'b'])
    expect(last(EVENTS, 'warned')?.what).toBe('b')
    expect(last(EVENTS, 'passed')).toBeUndefined()
  })

  it('cuts it at the last attempt to start', () => {
    expect(lastAttempt(EVENTS)).toEqual(EVENTS.slice(3))
    expect(lastAttempt(EVENTS.slice(0, 1))).toEqual([])
  })
})
