import { describe, expect, it } from 'vitest'
import type { Stamped } from '../../../src/model/timeline/event.ts'
import { createLog } from '../../../src/runner/log.ts'
import { fakeClock } from '../../fakes/clock.ts'
import { moment } from '../../fakes/timeline.ts'

const WARNED = { kind: 'warned', what: 'a' } as const

describe('createLog', () => {
  it('stamps by all three clocks, keeps, and shows at once', async () => {
    const [clock, shown] = [fakeClock(), [] as Stamped[]]
    const log = createLog(clock, (event) => shown.push(event))
    log.record(WARNED)
    expect(shown).toHaveLength(1)
    await clock.sleep(5000)
    log.record({ ...WARNED, what: 'b' })
    expect(shown).toEqual([
      { ...WARNED, seenAt: moment(0), awsAt: moment(0), atMs: 0 },
      { ...WARNED, what: 'b', seenAt: moment(5), awsAt: moment(5), atMs: 5000 },
    ])
    expect(log.timeline()).toEqual(shown)
  })

  it('hands out a timeline that nobody can change, and that does not grow', () => {
    const log = createLog(fakeClock(), () => undefined)
    log.record(WARNED)
    const before = log.timeline()
    expect(Object.isFrozen(before)).toBe(true)
    log.record(WARNED)
    expect(before).toHaveLength(1)
    expect(log.timeline()).toHaveLength(2)
  })

  it('has kept an event before it is shown, so that one who is shown it can read it', () => {
    const lengths: number[] = []
    const log = createLog(fakeClock(), () => lengths.push(log.timeline().length))
    log.record(WARNED)
    expect(lengths).toEqual([1])
  })
})
