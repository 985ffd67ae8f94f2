/** The table of truth of a reaction: every source, and every time at which a target may leave the service, on timelines that are made up. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Reaction, readReaction } from '../../../../src/model/verdict/reaction.ts'
import { judgeService, type Verdict } from '../../../../src/model/verdict/service.ts'
import { capacity, KINDS, type Kind, TELLING } from '../../../fakes/capacity.ts'
import { type FleetAt, LEFT, observe, part, type RunChanges, replaced, transition } from '../../../fakes/capacity-runs.ts'
import { ID, instance, moment, spot, targetPolled } from '../../../fakes/timeline.ts'

function judge(fleetAt: FleetAt, changes?: RunChanges): { readonly verdict: Verdict; readonly reaction: Reaction } {
  const observed = observe(fleetAt, changes)
  const reaction = readReaction(observed)
  return { verdict: judgeService(observed, reaction), reaction }
}

describe('a reaction', () => {
  const within = (ms: number): RunChanges => ({ plan: { reactWithinMs: ms } })
  const reacting: readonly Kind[] = ['asg', ...TELLING]

  it.each(reacting)('shows in %s, and how soon', (kind) => {
    const { verdict, reaction } = judge(replaced(-60, { drained: 20 }), { ...within(60_000), kind })
    expect(reaction).toMatchObject({
      reacted: 'true',
      targets: [{ id: ID, reacted: true, inTime: true, signs: [{ by: capacity(kind).shown }] }],
    })
    expect(reaction.reactionMs).toBeLessThanOrEqual(30_000)
    expect(verdict.word).toBe('survived')
  })

  it.each(reacting)('that comes late in %s is red', (kind) => {
    const { verdict, reaction } = judge(replaced(-20, { drained: 90 }), { ...within(60_000), kind })
    expect(reaction.reacted).toBe('true')
    expect(verdict.word).toBe('not-survived')
    expect(verdict.why.join()).toContain('came after 1m 35s, later than the 1m 0s of react-within')
  })

  it.each(TELLING)('that never comes in %s is red where it is judged, and nothing where it is not', (kind) => {
    const judged = judge(replaced(60), { ...within(60_000), kind })
    expect(judged.reaction.reacted).toBe('false')
    expect(judged.verdict).toMatchObject({
      word: 'not-survived',
      why: [expect.stringContaining(`nothing reacted to the signal to ${ID} within 1m 0s`)],
    })
    expect(judge(replaced(60), { kind })).toMatchObject({ verdict: { word: 'survived' }, reaction: { reacted: 'false' } })
  })

  it('that no source but a telling one shows is red only where a telling one is asked', () => {
    for (const kind of KINDS) {
      const { verdict, reaction } = judge(replaced(60), { ...within(60_000), kind })
      expect([kind, reaction.reacted, verdict.word]).toEqual(
        TELLING.includes(kind) ? [kind, 'false', 'not-survived'] : [kind, 'unknown', 'inconclusive'],
      )
    }
  })

  it.each(KINDS.filter((kind) => !TELLING.includes(kind)))('may stay unseen in %s, which is never red by itself', (kind) => {
    expect(judge(replaced(60), { kind })).toMatchObject({ verdict: { word: 'survived' }, reaction: { reacted: 'unknown' } })
    const { verdict } = judge(replaced(60), { ...within(60_000), kind })
    expect(verdict).toMatchObject({
      word: 'inconclusive',
      why: [
        `no source shows whether something reacted in time to the signal to ${ID}: add the target group or the ECS service of the targets to capacity`,
      ],
    })
  })

  it('is not known where the polls of its time failed', () => {
    const failed = (second: number) => second > 30 && second < 160
    expect(judge(replaced(60), { ...within(60_000), failed })).toMatchObject({
      verdict: { word: 'inconclusive' },
      reaction: { reacted: 'unknown' },
    })
    // Seen late, but it may have come while nobody looked.
    expect(judge(replaced(60, { drained: 40 }), { ...within(60_000), failed: (second) => second > 30 && second < 115 }).verdict.word).toBe(
      'inconclusive',
    )
  })

  it('does not count what drained already in the baseline, or only after the target left', () => {
    const before = judge(replaced(60, { drained: -50 }), within(60_000))
    expect(before.reaction.reacted).toBe('unknown')
    const after: FleetAt = (second) => {
      const { fleet } = replaced(60)(second)
      return { desired: 3, fleet: { ...fleet, [ID]: part(second, [-100, 'up'], [LEFT + 1, 'draining'], [LEFT + 30, 'gone']) } }
    }
    expect(judge(after, { ...within(60_000), kind: 'asg-rebalancing' })).toMatchObject({
      verdict: { word: 'not-survived' },
      reaction: { reacted: 'false' },
    })
  })

  it('is its own sign where somebody ends the target', () => {
    const ends = [
      targetPolled(50, {
        instance: instance({ state: 'shutting-down', reasonCode: 'Client.UserInitiatedShutdown', transition: transition(45) }),
        spot: spot({ code: 'instance-terminated-by-user', updatedAt: moment(45) }),
      }),
    ]
    const { verdict, reaction } = judge(replaced(60), { ...within(60_000), kind: 'tags', ends })
    expect(reaction).toMatchObject({ reacted: 'true', reactionMs: 45_000 })
    expect(reaction.targets[0]?.signs[0]?.by).toContain('Client.UserInitiatedShutdown')
    expect(verdict.why.join()).not.toContain('react')
  })

  it('counts from the signal that is waited for', () => {
    const plan = { durationMs: 300_000, reactWithinMs: 60_000 }
    const left = 301
    const ends = [
      targetPolled(left + 1, {
        instance: instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination', transition: transition(left) }),
        spot: spot({ code: 'instance-terminated-by-experiment', updatedAt: moment(left) }),
      }),
    ]
    const fleetAt: FleetAt = (second) => ({
      desired: 3,
      fleet: { ...replaced(60)(second).fleet, [ID]: part(second, [-100, 'up'], [205, 'draining'], [left, 'gone']) },
    })
    expect(judge(fleetAt, { plan: { ...plan, reactTo: 'notice' }, ends, until: 700 }).reaction).toMatchObject({
      reactionMs: 25_000,
      reacted: 'true',
    })
    expect(judge(fleetAt, { plan: { ...plan, reactTo: 'rebalance' }, ends, until: 700 }).reaction.targets[0]?.inTime).toBe(false)
  })

  it.each(reacting)('is no reaction in %s if it began before the signal', (kind) => {
    const left = 301
    const ends = [
      targetPolled(left + 1, {
        instance: instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination', transition: transition(left) }),
        spot: spot({ code: 'instance-terminated-by-experiment', updatedAt: moment(left) }),
      }),
    ]
    const judgeDrain = (drained: number, failed: (second: number) => boolean = () => false) => {
      const fleetAt: FleetAt = (second) => ({
        desired: 3,
        fleet: { ...replaced(-60)(second).fleet, [ID]: part(second, [-100, 'up'], [drained, 'draining'], [left, 'gone']) },
      })
      return judge(fleetAt, { plan: { durationMs: 300_000, reactTo: 'notice', reactWithinMs: 60_000 }, ends, until: 700, kind, failed })
    }
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 235 }), (drained) => {
        const { verdict, reaction } = judgeDrain(drained)
        // The notice comes at 180 s. Polls at 175 and 185 s show what has begun by then.
        const [word, reacted, inTime] = drained <= 175 ? ['inconclusive', 'unknown', 'unknown'] : ['survived', 'true', true]
        expect([verdict.word, reaction.reacted, reaction.targets[0]?.inTime]).toEqual([word, reacted, inTime])
        if (drained <= 175) expect(verdict.why).toEqual([`it is not known whether something reacted in time to the signal to ${ID}`])
      }),
    )
    // Without the poll before the notice, or without several, a sign after it may have begun before.
    const moments = fc.integer({ min: 5, max: 175 })
    fc.assert(
      fc.property(moments, moments, fc.integer({ min: 0, max: 40 }), (drained, from, after) => {
        const { verdict, reaction } = judgeDrain(drained, (second) => second >= Math.min(from, drained) && second < 180 + after)
        expect([verdict.word, reaction.reacted]).toEqual(['inconclusive', 'unknown'])
      }),
    )
  })

  it('is never in time without a sign, whatever the source and the polls show', () => {
    const polls = fc.uniqueArray(fc.integer({ min: -5, max: 130 }), { maxLength: 12 })
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), polls, fc.integer({ min: 1, max: 120 }), (kind, lost, withinS) => {
        const failed = (second: number) => lost.some((one) => Math.abs(one - second) <= 5)
        const { verdict, reaction } = judge(replaced(-60), { ...within(withinS * 1000), kind, failed })
        expect(verdict.word).not.toBe('survived')
        expect(reaction.reacted).not.toBe('true')
        if (!TELLING.includes(kind)) expect(verdict.word).toBe('inconclusive')
      }),
      { numRuns: 300 },
    )
  })

  it('never gets worse by an earlier sign', () => {
    const rank = (time: boolean | 'unknown' | undefined) => (time === true ? 2 : time === 'unknown' ? 1 : 0)
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 119 }),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 10, max: 110 }),
        (drained, later, withinS) => {
          const timeOf = (second: number) =>
            judge(replaced(60, { drained: second }), { ...within(withinS * 1000), kind: 'asg-rebalancing' }).reaction.targets[0]?.inTime
          expect(rank(timeOf(drained))).toBeGreaterThanOrEqual(rank(timeOf(drained + later)))
        },
      ),
      { numRuns: 60 },
    )
  })
})
