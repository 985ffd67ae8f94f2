import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toBatches, toTemplateContent } from '../../../../src/model/plan/template.ts'
import { fakePlan, ids } from '../../../fakes/timeline.ts'

function content(changes: Partial<Parameters<typeof toTemplateContent>[0]> = {}) {
  return toTemplateContent({ ...fakePlan(), run: 'o/r/1/1', ...changes })
}

describe('toBatches', () => {
  it('keeps every id once, in order, and never more than five together', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), (count) => {
        const batches = toBatches(ids(count))
        expect(batches.flatMap((batch) => batch.ids)).toEqual(ids(count))
        expect(batches.every((batch) => batch.ids.length >= 1 && batch.ids.length <= 5)).toBe(true)
        expect(new Set(batches.map(({ target }) => target)).size).toBe(batches.length)
        expect(new Set(batches.map(({ action }) => action)).size).toBe(batches.length)
      }),
    )
  })
})

describe('toTemplateContent', () => {
  it('asks for an interruption after the duration, in the form FIS takes', () => {
    expect(content({ durationMs: 150_000 })).toMatchObject({
      actionId: 'aws:ec2:send-spot-instance-interruptions',
      parameters: { durationBeforeInterruption: 'PT150S' },
    })
  })

  it('asks for a rebalance recommendation, which has no duration', () => {
    expect(content({ mode: 'rebalance' })).toMatchObject({
      actionId: 'aws:ec2:send-spot-instance-rebalance-recommendations',
      parameters: {},
    })
  })

  it('names six instances by ARN in two targets', () => {
    const { batches } = content({ instanceIds: ids(6) })
    expect(batches.map(({ arns }) => arns.length)).toEqual([5, 1])
    expect(batches[1]?.arns).toEqual([`arn:aws:ec2:eu-west-1:123456789012:instance/${ids(6)[5]}`])
  })

  it.each([
    ['one instance', {}, 'Spot interruption of 1 instance by spot-interrupt, run o/r/1/1'],
    ['two', { instanceIds: ids(2), mode: 'rebalance' as const }, 'Rebalance recommendation of 2 instances by spot-interrupt, run o/r/1/1'],
  ])('describes %s', (_, changes, text) => {
    expect(content(changes).description).toBe(text)
  })

  it('keeps the description within the 512 characters of FIS', () => {
    expect(content({ run: 'r'.repeat(1000) }).description).toHaveLength(512)
  })
})
