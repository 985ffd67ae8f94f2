/** The table of truth of capacity and reaction: every source, and every way for a fleet to go, on timelines that are made up. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Timeline } from '../../../../src/model/timeline/event.ts'
import { last } from '../../../../src/model/timeline/event.ts'
import type { Planned } from '../../../../src/model/timeline/planned.ts'
import { toObserved } from '../../../../src/model/verdict/observed.ts'
import { type Reaction, readReaction } from '../../../../src/model/verdict/reaction.ts'
import { judgeService, type Verdict, type VerdictWord } from '../../../../src/model/verdict/service.ts'
import {
  capacity,
  capacityRules,
  type Fleet,
  KINDS,
  type Kind,
  type Part,
  readings,
  show,
  TELLING,
  TRACED,
} from '../../../fakes/capacity.ts'
import {
  action,
  at,
  begun,
  experiment,
  experimentPolled,
  ID,
  instance,
  moment,
  OTHER_ID,
  planned,
  spot,
  targetPolled,
} from '../../../fakes/timeline.ts'

const NEW_ID = 'i-0bbbbbbbbbbbbbbb1'
const MORE_ID = 'i-0bbbbbbbbbbbbbbb2'
/** D is 2 minutes: the notice comes with t0, the target is seen to leave at 121 s, and the recovery wait ends at 541 s. */
const LEFT = 121
const END = 541

/** What the fleet is at a second, and the size that is asked for where it is not the size of the fleet. */
type Course = (second: number) => { readonly fleet: Fleet; readonly desired?: number }
type Watch = {
  readonly kind?: Kind
  readonly plan?: Partial<Planned>
  readonly until?: number
  readonly whole?: boolean
  /** Polls that failed, in seconds. */
  readonly failed?: (second: number) => boolean
  readonly ends?: Timeline
}
type Judged = { readonly verdict: Verdict; readonly reaction: Reaction }

const INTERRUPTED: Timeline = [
  targetPolled(LEFT + 1, {
    instance: instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination', transition: transition(LEFT) }),
    spot: spot({ code: 'instance-terminated-by-experiment', updatedAt: moment(LEFT) }),
  }),
]

function transition(second: number): string {
  return `Server.SpotInstanceTermination: Spot instance termination (${moment(second).toISOString().slice(0, 19).replace('T', ' ')} GMT)`
}

/** Every 10 s, and right around the end of the target. */
function seconds(until: number): readonly number[] {
  const regular = Array.from({ length: 70 }, (_, index) => index * 10 - 5)
  return [...regular, 0, 60, 118.5, LEFT + 2, LEFT + 4].filter((second) => second <= until).toSorted((a, b) => a - b)
}

function judge(
  course: Course,
  { kind = 'asg', plan = {}, until = END, whole = true, failed = () => false, ends = INTERRUPTED }: Watch = {},
): Judged {
  const allReadings = [
    readings(
      seconds(until).map((second) => {
        const { fleet, desired } = course(second)
        return [second, failed(second) ? undefined : show(kind, fleet, desired)]
      }),
    ),
  ]
  const timeline = [
    at(-20, { kind: 'planned', plan: planned({ capacityRules: capacityRules([capacity(kind)]), ...plan }) }),
    targetPolled(-19, { instance: instance(), spot: spot() }),
    ...begun(),
    experimentPolled(20, experiment({ status: 'completed', endAt: moment(20), actions: [action({ status: 'completed' })] })),
    ...ends,
    at(LEFT + 1, { kind: 'ended', ending: 'landed' }),
    at(until, { kind: 'capacity-read', allReadings, untilMs: until * 1000, whole }),
  ]
  const observed = toObserved(timeline)
  const reaction = readReaction(observed)
  return { verdict: judgeService(observed, reaction), reaction }
}

const part = (second: number, ...changes: readonly (readonly [from: number, part: Part])[]): Part =>
  changes.findLast(([from]) => second >= from)?.[1] ?? 'gone'

/** Nothing drains the target, its end is noticed after a while, and a new instance is up `back` seconds after the target left. */
const replaced =
  (back: number, { noticed = 30, drained = Number.POSITIVE_INFINITY } = {}): Course =>
  (second) => ({
    desired: 3,
    fleet: {
      [OTHER_ID]: 'up',
      'i-0aaaaaaaaaaaaaaa3': 'up',
      [ID]: part(second, [-100, 'up'], [drained, 'draining'], [LEFT, drained < LEFT ? 'gone' : 'dead'], [LEFT + noticed, 'gone']),
      [NEW_ID]: part(second, [LEFT + back - 40, 'starting'], [LEFT + back, 'up']),
    },
  })
const NEVER: Course = (second) => ({
  desired: 3,
  fleet: { [OTHER_ID]: 'up', 'i-0aaaaaaaaaaaaaaa3': 'up', [ID]: part(second, [-100, 'up'], [LEFT, 'dead'], [LEFT + 30, 'gone']) },
})
/** A new member serves before the target leaves, and goes with it. */
const early: Course = (second) => ({
  desired: 3,
  fleet: { ...NEVER(second).fleet, [NEW_ID]: part(second, [40, 'up'], [LEFT + 1, 'gone']) },
})
const lowered: Course = (second) => ({ ...NEVER(second), desired: second > 60 ? 2 : 3 })
const scaledOut: Course = (second) => {
  const { fleet } = NEVER(second)
  return { desired: second > 40 ? 5 : 3, fleet: { ...fleet, [NEW_ID]: part(second, [60, 'up']), [MORE_ID]: part(second, [60, 'up']) } }
}

describe.each(KINDS)('capacity by %s', (kind) => {
  const untraced = !TRACED.includes(kind)
  const named = kind === 'ecs-untraced' ? [] : [NEW_ID]

  it.each<readonly [string, Course, VerdictWord]>([
    ['is back in time', replaced(60), 'survived'],
    ['is back only after the recovery wait', replaced(500), 'not-survived'],
    ['is back too late for three polls', replaced(405), 'not-survived'],
    ['never comes back', NEVER, 'not-survived'],
    ['was whole only before the target left', early, 'not-survived'],
    ['shows the dead member for long, and comes back', replaced(250, { noticed: 240 }), 'survived'],
    ['was replaced before the target left', replaced(-60, { drained: 20 }), 'survived'],
    ['was scaled out by others', scaledOut, 'survived'],
  ])('%s', (_, course, word) => {
    const { verdict } = judge(course, { kind })
    expect(verdict.word).toBe(word)
    if (word === 'survived') expect(verdict.replacementMs).toBeDefined()
  })

  it('is not judged by a size that somebody lowered', () => {
    const shows = kind.startsWith('asg') || kind.startsWith('ecs')
    const { verdict } = judge(lowered, { kind })
    expect(verdict.word).toBe(shows ? 'inconclusive' : 'not-survived')
    expect(verdict.why.join()).toContain(shows ? 'lowered the desired size of web to 2, below the 3 before the run' : '2 of 3 members')
  })

  it('names its new members, and how long it took', () => {
    const { verdict } = judge(replaced(60), { kind })
    const [metrics] = verdict.capacities
    if (kind !== 'target-group-untraced') expect(metrics?.replacements.map(({ id }) => id.match(/i-[0-9a-f]+/)?.[0])).toEqual(named)
    expect(metrics?.level).toBe(3)
    expect(metrics?.lowest).toBe(2)
    expect(verdict.replacementMs).toBeGreaterThanOrEqual(60_000)
    expect(verdict.replacementMs).toBeLessThanOrEqual(75_000)
  })

  it(`of a dead member that is shown to the end ${untraced ? 'is taken for back after two minutes, and marked' : 'does not count it'}`, () => {
    const { verdict } = judge(
      (second) => ({ desired: 3, fleet: { ...NEVER(second).fleet, [ID]: part(second, [-100, 'up'], [LEFT, 'dead']) } }),
      { kind },
    )
    expect(verdict.word).toBe(untraced ? 'survived' : 'not-survived')
    expect(verdict.capacities[0]?.assumed).toBe(untraced ? true : undefined)
  })

  it('is not known where polls failed', () => {
    const back = judge(replaced(60), { kind, failed: (second) => second > 300 && second < 400 })
    expect(back.verdict.word).toBe('survived')
    const never = judge(NEVER, { kind, failed: (second) => second > 300 && second < 400 })
    expect(never.verdict.word).toBe('inconclusive')
  })

  it('is not known of a run that ended early', () => {
    expect(judge(NEVER, { kind, until: 200, whole: false }).verdict).toMatchObject({ word: 'inconclusive', replacementMs: undefined })
  })

  it('is not known where a target did not leave', () => {
    expect(judge(replaced(60), { kind, ends: [targetPolled(300, { instance: instance(), spot: spot() })] }).verdict.word).toBe(
      'inconclusive',
    )
  })

  it('never gets better by a later replacement', () => {
    const rank: Readonly<Record<VerdictWord, number>> = { survived: 2, inconclusive: 1, 'not-survived': 0, 'not-judged': 0 }
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 500 }), fc.integer({ min: 0, max: 200 }), (back, later) => {
        const [soon, late] = [judge(replaced(back), { kind }).verdict, judge(replaced(back + later), { kind }).verdict]
        expect(rank[late.word]).toBeLessThanOrEqual(rank[soon.word])
        expect(late.replacementMs ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(soon.replacementMs ?? 0)
      }),
      { numRuns: 60 },
    )
  })
})

describe.each(TRACED)('the targets in %s', (kind) => {
  it('never count, whatever they look like', () => {
    const parts = fc.constantFrom<Part>('starting', 'up', 'draining', 'dead', 'gone')
    fc.assert(
      fc.property(fc.array(parts, { minLength: 80, maxLength: 80 }), (looks) => {
        let poll = 0
        const course: Course = (second) => {
          const { fleet } = NEVER(second)
          return { desired: 3, fleet: { ...fleet, [ID]: second < 0 ? 'up' : (looks[poll++ % looks.length] ?? 'gone') } }
        }
        expect(judge(course, { kind }).verdict.word).toBe('not-survived')
      }),
      { numRuns: 30 },
    )
  })

  it('that belong to none of it leave it out of the verdict', () => {
    const course: Course = (second) => {
      const { [ID]: _, ...fleet } = NEVER(second).fleet
      return { fleet }
    }
    const { verdict } = judge(course, { kind })
    expect(verdict).toMatchObject({ word: 'inconclusive', why: ['no target belongs to web, so nothing was judged'] })
    expect(verdict.capacities[0]?.affected).toBe(false)
  })
})

it('counts from t0, without the targets, where only a recommendation is sent', () => {
  const allReadings = (comes: number) => [
    readings(
      seconds(END).map((second) => {
        const fleet: Fleet = { [ID]: 'up', [OTHER_ID]: 'up', [NEW_ID]: second >= comes ? 'up' : 'gone' }
        return [second, show('asg', fleet, 2)]
      }),
    ),
  ]
  const judgeSent = (comes: number) =>
    judgeService(
      toObserved([
        at(-20, { kind: 'planned', plan: planned({ mode: 'rebalance', capacityRules: capacityRules([capacity('asg')]) }) }),
        targetPolled(-19, { instance: instance(), spot: spot() }),
        ...begun(experiment({ status: 'completed', endAt: moment(20), actions: [action({ status: 'completed' })] })),
        at(20, { kind: 'ended', ending: 'signal-sent' }),
        at(END, { kind: 'capacity-read', allReadings: allReadings(comes), untilMs: END * 1000, whole: true }),
      ]),
    )
  expect(judgeSent(60)).toMatchObject({ word: 'survived' })
  expect(judgeSent(60).replacementMs).toBeLessThanOrEqual(70_000)
  expect(judgeSent(9999)).toMatchObject({ word: 'not-survived' })
})

it('counts weights in units', () => {
  const units = (weights: Readonly<Record<string, number>>, second: number) => ({
    traced: true,
    desired: 8,
    members: Object.entries(weights).map(([id, weight]) => ({
      id,
      instanceId: id,
      weight,
      state: 'InService',
      serving: second >= 0 || id !== NEW_ID,
      draining: false,
    })),
  })
  const judgeUnits = (weight: number) => {
    const polls = seconds(END).map(
      (second) => [second, units({ [ID]: 4, [OTHER_ID]: 4, ...(second > 150 ? { [NEW_ID]: weight } : {}) }, second)] as const,
    )
    const timeline = [
      at(-20, { kind: 'planned', plan: planned({ capacityRules: capacityRules([capacity('asg')]) }) }),
      targetPolled(-19, { instance: instance(), spot: spot() }),
      ...begun(),
      ...INTERRUPTED,
      at(LEFT + 1, { kind: 'ended', ending: 'landed' }),
      at(END, { kind: 'capacity-read', allReadings: [readings(polls)], untilMs: END * 1000, whole: true }),
    ]
    expect(last(timeline, 'capacity-read')?.allReadings).toHaveLength(1)
    return judgeService(toObserved(timeline))
  }
  expect(judgeUnits(4)).toMatchObject({ word: 'survived', capacities: [{ unit: 'units', level: 8, lowest: 4 }] })
  expect(judgeUnits(2)).toMatchObject({ word: 'not-survived' })
})

describe('a reaction', () => {
  const within = (ms: number): Watch => ({ plan: { reactWithinMs: ms } })
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
    const after: Course = (second) => {
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
    const course: Course = (second) => ({
      desired: 3,
      fleet: { ...replaced(60)(second).fleet, [ID]: part(second, [-100, 'up'], [205, 'draining'], [left, 'gone']) },
    })
    expect(judge(course, { plan: { ...plan, reactTo: 'notice' }, ends, until: 700 }).reaction).toMatchObject({
      reactionMs: 25_000,
      reacted: 'true',
    })
    expect(judge(course, { plan: { ...plan, reactTo: 'rebalance' }, ends, until: 700 }).reaction.targets[0]?.inTime).toBe(false)
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
      const course: Course = (second) => ({
        desired: 3,
        fleet: { ...replaced(-60)(second).fleet, [ID]: part(second, [-100, 'up'], [drained, 'draining'], [left, 'gone']) },
      })
      return judge(course, { plan: { durationMs: 300_000, reactTo: 'notice', reactWithinMs: 60_000 }, ends, until: 700, kind, failed })
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
