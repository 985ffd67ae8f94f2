import { describe, expect, it } from 'vitest'
import { isTerminal, readT0, toTargetSnapshots } from '../../../../src/model/timeline/snapshot.ts'
import { action, ID, instance, moment, OTHER_ID, spot } from '../../../fakes/timeline.ts'

describe('isTerminal', () => {
  it.each([
    ...['completed', 'stopped', 'failed', 'cancelled'].map((status) => [status, true] as const),
    ...['pending', 'initiating', 'running', 'stopping', '', 'new-status'].map((status) => [status, false] as const),
  ])('%j: %s', (status, terminal) => {
    expect(isTerminal(status)).toBe(terminal)
  })
})

describe('readT0', () => {
  it('is the earliest start of an action', () => {
    const actions = [action({ startAt: moment(3) }), action({ startAt: moment(1) }), action({ startAt: moment(2) })]
    expect(readT0({ actions })).toEqual(moment(1))
  })

  it('is unknown before any action has started', () => {
    expect(readT0({ actions: [{ name: 'a', status: 'pending', reason: '' }] })).toBeUndefined()
    expect(readT0({ actions: [] })).toBeUndefined()
  })
})

describe('toTargetSnapshots', () => {
  it('puts instance and request together by target, in the order asked', () => {
    const [one, two] = [instance(), instance({ id: OTHER_ID })]
    const requests = [spot(), spot({ instanceId: OTHER_ID })]
    expect(toTargetSnapshots([OTHER_ID, ID], [one, two], requests)).toEqual([
      { id: OTHER_ID, instance: two, spot: requests[1] },
      { id: ID, instance: one, spot: requests[0] },
    ])
  })

  it('leaves out what EC2 did not show, and a request that names another instance by now', () => {
    expect(toTargetSnapshots([ID], [], [spot({ instanceId: OTHER_ID, requestId: `sir-${ID}` })])).toEqual([{ id: ID }])
  })
})
