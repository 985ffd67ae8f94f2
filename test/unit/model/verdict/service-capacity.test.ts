/** The table of truth of a verdict by capacity: every source, and every way for a fleet to go, on timelines that are made up. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { last } from '../../../../src/model/timeline/event.ts'
import { toObserved } from '../../../../src/model/verdict/observed.ts'
import { judgeService, type Verdict, type VerdictWord } from '../../../../src/model/verdict/service.ts'
import { capacity, capacityRules, type Fleet, KINDS, type Part, readings, show, TRACED } from '../../../fakes/capacity.ts'
import {
  END,
  type FleetAt,
  INTERRUPTED,
  LEFT,
  NEVER,
  NEW_ID,
  observe,
  part,
  type RunChanges,
  replaced,
  seconds,
} from '../../../fakes/capacity-runs.ts'
import { action, at, begun, experiment, ID, instance, moment, OTHER_ID, planned, spot, targetPolled } from '../../../fakes/timeline.ts'

const MORE_ID = 'i-0bbbbbbbbbbbbbbb2'

/** A new member serves before the target leaves, and goes with it. */
const early: FleetAt = (second) => ({
  desired: 3,
  fleet: { ...NEVER(second).fleet, [NEW_ID]: part(second, [40, 'up'], [LEFT + 1, 'gone']) },
})
const lowered: FleetAt = (second) => ({ ...NEVER(second), desired: second > 60 ? 2 : 3 })
const scaledOut: FleetAt = (second) => {
  const { fleet } = NEVER(second)
  return { desired: second > 40 ? 5 : 3, fleet: { ...fleet, [NEW_ID]: part(second, [60, 'up']), [MORE_ID]: part(second, [60, 'up']) } }
}

function judge(fleetAt: FleetAt, changes?: RunChanges): { readonly verdict: Verdict } {
  return { verdict: judgeService(observe(fleetAt, changes)) }
}

describe.each(KINDS)('capacity by %s', (kind) => {
  const untraced = !TRACED.includes(kind)
  const named = kind === 'ecs-untraced' ? [] : [NEW_ID]

  it.each<readonly [string, FleetAt, VerdictWord]>([
    ['is back in time', replaced(60), 'survived'],
    ['is back only after the recovery wait', replaced(500), 'not-survived'],
    ['is back too late for three polls', replaced(405), 'not-survived'],
    ['never comes back', NEVER, 'not-survived'],
    ['was whole only before the target left', early, 'not-survived'],
    ['shows the dead member for long, and comes back', replaced(250, { noticed: 240 }), 'survived'],
    ['was replaced before the target left', replaced(-60, { drained: 20 }), 'survived'],
    ['was scaled out by others', scaledOut, 'survived'],
  ])('%s', (_, fleetAt, word) => {
    const { verdict } = judge(fleetAt, { kind })
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
        const fleetAt: FleetAt = (second) => {
          const { fleet } = NEVER(second)
          return { desired: 3, fleet: { ...fleet, [ID]: second < 0 ? 'up' : (looks[poll++ % looks.length] ?? 'gone') } }
        }
        expect(judge(fleetAt, { kind }).verdict.word).toBe('not-survived')
      }),
      { numRuns: 30 },
    )
  })

  it('that belong to none of it leave it out of the verdict', () => {
    const fleetAt: FleetAt = (second) => {
      const { [ID]: _, ...fleet } = NEVER(second).fleet
      return { fleet }
    }
    const { verdict } = judge(fleetAt, { kind })
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
