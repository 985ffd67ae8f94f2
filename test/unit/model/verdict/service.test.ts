import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProbeRules } from '../../../../src/model/probes/probe.ts'
import type { Samples } from '../../../../src/model/probes/samples.ts'
import type { Stamped, Timeline } from '../../../../src/model/timeline/event.ts'
import type { Planned } from '../../../../src/model/timeline/planned.ts'
import { toObserved } from '../../../../src/model/verdict/observed.ts'
import { judgeService, type Verdict } from '../../../../src/model/verdict/service.ts'
import { probeRules } from '../../../fakes/probe-rules.ts'
import { draw } from '../../../fakes/samples.ts'
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

const RULES = probeRules()

/** Targets leave at 125 s, five seconds after the interruption, and the probes end at 285 s: beats from −20 s to 284 s. */
const END = 125
const UNTIL = 285
const BEATS = 153
/** The beats from t0 on. */
const JUDGED = 143
const well = (count: number) => '.'.repeat(count)
const down = (count: number) => 'x'.repeat(count)

type Case = {
  readonly allSamples?: readonly Samples[]
  readonly rules?: Partial<ProbeRules>
  readonly plan?: Partial<Planned>
  readonly before?: Timeline
  readonly ends?: readonly Stamped[]
  readonly until?: number
  readonly whole?: boolean
}

const judge = (timeline: Timeline, plan?: Planned) => judgeService(toObserved(timeline, plan))

/** Experiment and targets as they should be, unless said otherwise. */
function judged({
  allSamples = [draw(well(BEATS), { from: -20 })],
  rules,
  plan,
  before,
  ends,
  until = UNTIL,
  whole = true,
}: Case): Verdict {
  const timeline = [
    ...(before ?? [
      ...begun(),
      targetPolled(1, { instance: instance(), spot: spot() }),
      experimentPolled(20, experiment({ status: 'completed' })),
    ]),
    ...(ends ?? [ended()]),
    at(until, { kind: 'probed', allSamples, untilMs: until * 1000, whole }),
  ]
  return judge(timeline, planned({ probeRules: { ...RULES, ...rules }, ...plan }))
}

/** EC2 shows the target ended, and by the experiment unless another code is given. */
function ended(seconds = END, id = ID, code = 'instance-terminated-by-experiment'): Stamped {
  const snapshot = instance({ id, state: 'terminated', reasonCode: code.endsWith('experiment') ? '' : code })
  return targetPolled(
    seconds,
    { instance: snapshot, ...(code.endsWith('experiment') ? { spot: spot({ instanceId: id, code, updatedAt: moment(121) }) } : {}) },
    id,
  )
}

/** All beats, with `signs` in place of those from `from` seconds on. */
function put(from: number, signs: string): Samples {
  const lead = (from + 20) / 2
  return draw(well(lead) + signs + well(BEATS - lead - signs.length), { from: -20 })
}

/** All beats, `count` of them failed from `from` seconds on. */
function outage(from: number, count: number): Samples {
  return put(from, down(count))
}

describe('a service that nobody asked', () => {
  it('is not judged without probes', () => {
    expect(judge([...begun(), ended()], planned())).toMatchObject({ word: 'not-judged', why: [], availability: undefined })
    expect(judge([], undefined)).toEqual({
      word: 'not-judged',
      red: [],
      open: [],
      why: [],
      allMetrics: [],
      window: undefined,
      capacities: [],
      replacementMs: undefined,
      availability: undefined,
      longestOutageMs: undefined,
      recoveryMs: undefined,
    })
  })

  it('is inconclusive when the run ended before the start, and says why', () => {
    const plan = planned({ probeRules: RULES })
    expect(judge([], plan)).toMatchObject({ word: 'inconclusive', why: ['the run ended before the service could be judged'] })
    const baseline = at(30, { kind: 'baseline', ok: false, why: 'web (https://example.com/) did not answer' })
    expect(judge([baseline], plan).why).toEqual(['before anything was created, web (https://example.com/) did not answer'])
  })

  it('is inconclusive when the run ended while its probes were asked', () => {
    expect(judge([...begun(), ended()], planned({ probeRules: RULES }))).toMatchObject({
      word: 'inconclusive',
      open: [{ kind: 'not-started' }],
    })
  })

  it('is inconclusive when no action was started, however well the probes answer', () => {
    const before = [at(0, { kind: 'starting', templateId: 'T', attempt: 1 } as const)]
    expect(judged({ before, ends: [] })).toMatchObject({ word: 'inconclusive', allMetrics: [] })
  })
})

describe('a service all of whose probes answer', () => {
  it('survived when the target was interrupted', () => {
    expect(judged({})).toMatchObject({ word: 'survived', availability: 100, longestOutageMs: 0, recoveryMs: 0 })
  })

  it('survived when the target ended in time without evidence of the cause: it landed', () => {
    expect(judged({ ends: [ended(END, ID, '')] }).word).toBe('survived')
  })

  it('survived when somebody else drained the target after t0: that is what should happen', () => {
    expect(judged({ ends: [ended(40, ID, 'Client.UserInitiatedShutdown')] }).word).toBe('survived')
  })

  it.each([['still runs', [targetPolled(242, { instance: instance() })], /i-0aaaaaaaaaaaaaaa1 \(running\)/]] as const)(
    'is inconclusive when the target %s',
    (_, ends, why) => {
      const { word, why: reasons } = judged({ ends })
      expect(word).toBe('inconclusive')
      expect(reasons.join()).toMatch(why)
    },
  )

  it('is inconclusive when the target ended before t0', () => {
    const before = [
      at(0, { kind: 'starting', templateId: 'T', attempt: 1 } as const),
      targetPolled(1, { instance: instance({ state: 'terminated', reasonCode: 'Client.UserInitiatedShutdown' }) }),
      at(4, { kind: 'started', snapshot: experiment({ actions: [action({ startAt: moment(4) })] }) } as const),
    ]
    const { word, why } = judged({ before, ends: [] })
    expect([word, why.join()]).toEqual(['inconclusive', expect.stringContaining('(ended-early)')])
  })

  it('is inconclusive when one of two targets was missed, and names only that one', () => {
    const { word, why } = judged({
      plan: { instanceIds: [ID, OTHER_ID] },
      ends: [targetPolled(1, { instance: instance({ id: OTHER_ID }) }, OTHER_ID), ended()],
    })
    expect(word).toBe('inconclusive')
    expect(why.join()).toContain(OTHER_ID)
    expect(why.join()).not.toContain(ID)
  })

  it('survived when one of two targets was drained and the other interrupted', () => {
    const ends = [ended(30, OTHER_ID, 'Client.UserInitiatedShutdown'), ended()]
    expect(judged({ plan: { instanceIds: [ID, OTHER_ID] }, ends }).word).toBe('survived')
  })

  it('is inconclusive when the experiment failed with one batch already under notice, and the other never was', () => {
    const failed = experiment({
      status: 'failed',
      actions: [action({ status: 'completed' }), action({ name: 'signal-2', status: 'failed' })],
    })
    const before = [
      ...begun(),
      targetPolled(1, { instance: instance() }),
      targetPolled(1, { instance: instance({ id: OTHER_ID }) }, OTHER_ID),
      experimentPolled(9, failed),
    ]
    expect(judged({ before, plan: { instanceIds: [ID, OTHER_ID] }, whole: false }).word).toBe('inconclusive')
  })

  it('survived a hibernation that EC2 shows as stopped by the experiment', () => {
    const stopped = targetPolled(END, {
      instance: instance({ state: 'stopped' }),
      spot: spot({ code: 'instance-stopped-by-experiment', behaviour: 'hibernate', updatedAt: moment(121) }),
    })
    expect(judged({ ends: [stopped] }).word).toBe('survived')
  })

  it('is inconclusive when the run ended before the service could be judged', () => {
    expect(judged({ whole: false })).toMatchObject({ word: 'inconclusive', why: ['the run ended before the service could be judged'] })
    const cancelled = judged({ whole: false, ends: [at(100, { kind: 'cancelled', by: 'SIGINT' }), ended()] })
    expect(cancelled.why).toEqual(['the job was cancelled before the service could be judged'])
  })
})

describe('an outage', () => {
  it.each([
    [15, 30_000, 'survived'],
    [16, 32_000, 'not-survived'],
  ] as const)(
    'of %i failed checks lasts %i ms, from the first failed to the next healthy send: %s at a limit of 30 s',
    (count, lasted, word) => {
      const verdict = judged({ allSamples: [outage(100, count)], rules: { minAvailability: 0 } })
      expect(verdict).toMatchObject({ word, longestOutageMs: lasted })
    },
  )

  it('one second longer than allowed is too long; figures are not rounded for it', () => {
    expect(judged({ allSamples: [outage(100, 15)], rules: { minAvailability: 0, maxOutageMs: 29_999 } }).word).toBe('not-survived')
    expect(judged({ allSamples: [outage(100, 15)], rules: { minAvailability: 0, maxOutageMs: 29_000 } }).why.join()).toContain(
      'down for 30s, longer than the 29s',
    )
  })

  it('counts from t0 on: what was before is no outage of the interruption', () => {
    const samples = draw(down(12) + well(BEATS - 12), { from: -20 })
    expect(judged({ allSamples: [samples] })).toMatchObject({ word: 'survived', longestOutageMs: 4000 })
  })

  it('is red also where the target was missed: being down is worse than not being proved', () => {
    expect(judged({ allSamples: [outage(60, 30)], ends: [] })).toMatchObject({ word: 'not-survived' })
  })

  it('is red also when the run ended early', () => {
    expect(judged({ allSamples: [draw(well(20) + down(40), { from: -20 })], until: 98, whole: false, ends: [] }).word).toBe('not-survived')
  })

  it('that lasts to the end of the judged time is not recovered from', () => {
    const { word, why, red, recoveryMs, allMetrics } = judged({ allSamples: [outage(280, 3)], rules: { maxOutageMs: 60_000 } })
    expect([word, recoveryMs]).toEqual(['not-survived', undefined])
    expect(why).toEqual(['web did not recover within 6m 0s'])
    expect(red).toEqual([{ kind: 'no-recovery', name: 'web', withinMs: 360_000 }])
    expect(allMetrics[0]?.outages).toEqual([{ fromMs: 280_000, toMs: 285_000, open: true }])
  })

  it.each([
    [222, 'survived'],
    [224, 'not-survived'],
  ] as const)('whose last failed check is at %i s: %s, for 30 checks and 60 s must follow', (seconds, word) => {
    expect(judged({ allSamples: [outage(seconds, 1)] }).word).toBe(word)
  })
})

describe('flapping', () => {
  const samples = draw(well(70) + '.x'.repeat(10) + well(BEATS - 90), { from: -20 })

  it('is many short outages, none of them too long', () => {
    const { word, longestOutageMs, allMetrics } = judged({ allSamples: [samples] })
    expect([word, longestOutageMs, allMetrics[0]?.outages.length]).toEqual(['survived', 2000, 10])
  })

  it('is red by its availability', () => {
    const { word, why, red, availability = 0 } = judged({ allSamples: [samples], rules: { minAvailability: 95 } })
    expect([word, Math.round(availability * 100) / 100]).toEqual(['not-survived', 93.01])
    expect(why).toEqual(['web was healthy in 93 % of 143 checks, less than the 95 % of min-availability'])
    expect(red).toEqual([{ kind: 'availability', name: 'web', availability, checks: 143, allowed: 95 }])
    // What is red is not doubtful as well.
    expect(judged({ allSamples: [put(60, 'xxxuu')], rules: { minAvailability: 99, maxOutageMs: 7000 } })).toMatchObject({
      red: [{ kind: 'availability' }, { kind: 'outage' }],
      open: [],
    })
  })

  it('is recovered from where no failure comes after', () => {
    expect(judged({ allSamples: [samples] }).recoveryMs).toBe((-20 + 90 * 2 - END) * 1000)
  })

  it.each([2, 3, 4])('that goes on for good, every %ith check, is not survived in fewer than 1 of 100 runs', (k) => {
    // The failing checks begin anywhere, and neither availability nor outages are limited: only the recovery can tell.
    const rules = { minAvailability: 0, maxOutageMs: 600_000 }
    const runs = Array.from({ length: 100 }, (_, first) => {
      const signs = Array.from({ length: BEATS }, (_, at) => (at >= 10 + first && (at - first) % k === 0 ? 'x' : '.')).join('')
      return judged({ allSamples: [draw(signs, { from: -20 })], rules }).word
    })
    expect(runs.filter((word) => word === 'survived')).toEqual([])
  })

  it.each([2, 3, 4])('at random, one check of %i for good, is survived in fewer than 1 of 100 runs', (k) => {
    const signs = fc.array(fc.integer({ min: 1, max: k }), { minLength: BEATS, maxLength: BEATS })
    const runs = fc.sample(signs, { numRuns: 1000, seed: 20260301 })
    const words = runs.map((all) => judged({ allSamples: [draw(all.map((n) => (n === 1 ? 'x' : '.')).join(''), { from: -20 })] }).word)
    expect(words.filter((word) => word === 'survived').length).toBeLessThan(10)
  })
})

describe('availability', () => {
  it('compares unrounded: 90 of 100 are enough for 90, 89.99 are not', () => {
    const samples = outage(100, 9)
    const exact = ((JUDGED - 9) / JUDGED) * 100
    expect(judged({ allSamples: [samples], rules: { minAvailability: exact } }).word).toBe('survived')
    expect(judged({ allSamples: [samples], rules: { minAvailability: exact + 0.000_001 } }).word).toBe('not-survived')
  })

  it('is that of the lowest probe, and one red of two is red', () => {
    const allSamples = [draw(well(BEATS), { from: -20, name: 'api' }), outage(100, 30)]
    const { word, availability = 0, why } = judged({ allSamples })
    expect([word, Math.floor(availability)]).toEqual(['not-survived', 79])
    expect(why.every((reason) => reason.startsWith('web '))).toBe(true)
  })

  it('counts from the notice: with PT15M what happens in the thirteen minutes before it is only an outage', () => {
    const plan = { durationMs: 900_000, timeoutMs: 1_200_000 }
    const samples = draw(well(60) + down(10) + well(430), { from: -20 })
    const { word, availability, longestOutageMs, allMetrics } = judged({ plan, allSamples: [samples], ends: [ended(905)], until: 965 })
    expect([word, availability, longestOutageMs]).toEqual(['survived', 100, 20_000])
    expect(allMetrics[0]?.healthy).toBe(Math.floor((965 - 780) / 2) + 1)
  })

  it('counts from t0 with `react-to: rebalance`, for the recommendation is the signal then', () => {
    const plan = { durationMs: 900_000, timeoutMs: 1_200_000, reactTo: 'rebalance' } as const
    const allSamples = [draw(well(500), { from: -20 })]
    expect(judged({ plan, ends: [ended(905)], until: 965, allSamples })).toMatchObject({ word: 'survived', window: { fromMs: 0 } })
  })

  it('counts from the first departure where that is earlier than the notice', () => {
    const plan = { durationMs: 900_000, timeoutMs: 1_200_000, instanceIds: [ID, OTHER_ID] }
    const ends = [ended(60, OTHER_ID, 'Client.UserInitiatedShutdown'), ended(905)]
    const { window } = judged({ plan, ends, until: 965, allSamples: [draw(well(500), { from: -20 })] })
    expect(window).toMatchObject({ startMs: 0, fromMs: 60_000, leftMs: 905_000, untilMs: 965_000 })
  })
})

describe('how many checks there are', () => {
  it.each([
    [0, 'inconclusive'],
    [9, 'inconclusive'],
    [10, 'survived'],
  ] as const)('%i known checks from the notice on: %s', (count, word) => {
    // As few as are due, so that only their number decides; those before the notice are enough for a recovery.
    const plan = { durationMs: 900_000, timeoutMs: 1_200_000 }
    const allSamples = [draw(`${well(40)}${'u'.repeat(Math.max(0, 10 - count))}${well(count)}`, { from: 788 - 20 * 40, every: 20 })]
    const rules = { intervalMs: 20_000, maxOutageMs: 600_000, minAvailability: 0 }
    const verdict = judged({ plan, allSamples, rules, ends: [ended(905)], until: 979 })
    expect(verdict.word).toBe(word)
    expect(verdict.why.includes(`web has ${count} known checks, fewer than 10`)).toBe(word === 'inconclusive')
  })

  it('a probe that was never asked is not judged as one that answered', () => {
    const { word, open } = judged({ allSamples: [] })
    expect([word, open]).toEqual(['inconclusive', [{ kind: 'few-checks', name: 'web', checks: 0 }]])
    const other = judged({ allSamples: [draw(well(BEATS), { from: -20, name: 'api' })] })
    expect(other.open).toEqual([{ kind: 'few-checks', name: 'web', checks: 0 }])
  })

  it('too few checks do not hide a red probe', () => {
    expect(judged({ allSamples: [draw('..xxxxx', { from: 0, every: 20 })], rules: { intervalMs: 20_000 } }).word).toBe('not-survived')
  })

  it.each([
    [112, 'survived'],
    [111, 'inconclusive'],
  ] as const)('%i known checks of the 140 that were due: %s', (count, word) => {
    // The beats that are left out are in the middle, as when the runner was busy; the limit for outages does not decide here.
    const samples = draw(well(10 + 5) + ' '.repeat(141 - count) + well(count - 5), { from: -20 })
    const verdict = judged({ allSamples: [samples], rules: { maxOutageMs: 600_000 }, until: 280 })
    expect(verdict.word).toBe(word)
    if (word === 'inconclusive') expect(verdict.why).toEqual([`web has ${count} known checks of 140 that were due`])
  })

  it('an answer that never came counts for nothing', () => {
    const samples = draw(`${well(BEATS - 3)}???`, { from: -20 })
    expect(judged({ allSamples: [samples], whole: false }).allMetrics[0]).toMatchObject({ healthy: 140, failed: 0, unknown: 3 })
  })
})

describe('unknown checks', () => {
  const rules = { minAvailability: 80, maxOutageMs: 30_000 }

  it('are no failures, and are reported', () => {
    const { word, why, availability } = judged({ allSamples: [put(60, 'u.uu.u')] })
    expect([word, availability, why]).toEqual(['survived', 100, ['web was healthy in every known check; 4 checks are unknown']])
    expect(judged({ allSamples: [put(60, 'u')] }).why).toEqual(['web was healthy in every known check; 1 check is unknown'])
    const flapped = judged({ allSamples: [put(60, 'xxu')] })
    expect(flapped.why).toEqual(['web was healthy in at least 98.5 % of the checks, down for at most 6s in a row; 1 check is unknown'])
  })

  it.each([
    ['a hole of unknown checks', put(60, 'u'.repeat(14)), 'survived', 0],
    ['a hole that is longer than max-outage', put(60, 'u'.repeat(15)), 'inconclusive', 0],
    ['beats that were left out', put(60, ' '.repeat(14)), 'survived', 0],
    ['more beats that were left out', put(60, ' '.repeat(15)), 'inconclusive', 0],
    ['an outage that unknown checks prolong', put(60, `xxx${'u'.repeat(13)}`), 'not-survived', 32_000],
    ['an outage that left out beats prolong', put(60, `xxx${' '.repeat(13)}`), 'not-survived', 32_000],
    ['an outage that began among unknown checks', put(60, `${'u'.repeat(13)}xx`), 'inconclusive', 4000],
  ] as const)('%s: %s', (_, samples, word, longest) => {
    expect(judged({ allSamples: [samples], rules })).toMatchObject({ word, longestOutageMs: longest })
  })

  it('leave the figures to what is known', () => {
    const unknown = draw('u'.repeat(BEATS), { from: -20, name: 'api' })
    expect(judged({ allSamples: [outage(60, 10), unknown] }).availability).toBeCloseTo((133 / 143) * 100)
    expect(judged({ allSamples: [unknown] })).toMatchObject({ availability: undefined, recoveryMs: undefined })
  })

  it('are doubtful where a limit is just kept without them', () => {
    const samples = put(60, 'xxu')
    const known = judged({ allSamples: [samples] }).availability ?? 0
    expect(judged({ allSamples: [samples], rules: { minAvailability: known } }).open).toMatchObject([{ kind: 'unknown-availability' }])
    expect(judged({ allSamples: [put(60, 'xx.u.')], rules: { maxOutageMs: 4000, minAvailability: 0 } }).word).toBe('survived')
    expect(judged({ allSamples: [put(60, 'xx.uu.')], rules: { maxOutageMs: 4000, minAvailability: 0 } }).open).toMatchObject([
      { kind: 'unknown-outage', possibleMs: 6000 },
    ])
  })

  it('say for how long nobody knows, and how it could have been', () => {
    const { why, open } = judged({ allSamples: [put(60, 'u'.repeat(20))], rules })
    expect(why).toEqual([
      'web may have been down for 42s, longer than the 30s of max-outage: its checks in that time are unknown, or were not sent',
    ])
    expect(open).toEqual([{ kind: 'unknown-outage', name: 'web', possibleMs: 42_000, allowed: 30_000 }])
    const seldom = judged({ allSamples: [put(20, '..uu..x.'.repeat(9))], rules: { ...rules, minAvailability: 85 } })
    expect(seldom.why).toEqual(['18 checks of web are unknown: if they failed, it was healthy in only 81.1 %'])
    const late = judged({ allSamples: [put(240, 'u')], rules })
    expect([late.word, late.why]).toEqual(['inconclusive', ['checks of web are unknown in the time in which it had to recover']])
  })

  it('never make the verdict better: no known check that becomes unknown turns a verdict into survived', () => {
    const sign = fc.constantFrom('.', '.', '.', '.', '.', '.', 'x', 'u', ' ')
    const run = fc.tuple(
      fc.nat(130),
      fc.array(sign, { minLength: 1, maxLength: 60 }),
      fc.array(fc.nat(152), { minLength: 1, maxLength: 12 }),
    )
    const limits = fc.record({
      minAvailability: fc.integer({ min: 60, max: 100 }),
      maxOutageMs: fc.integer({ min: 7, max: 60 }).map((s) => s * 1000),
    })
    fc.assert(
      fc.property(run, limits, ([from, signs, hidden], limit) => {
        const all = [...(well(from) + signs.join('') + well(BEATS)).slice(0, BEATS)]
        const unsure = hidden.reduce((drawn, at) => (drawn[at] === ' ' ? drawn : drawn.with(at, 'u')), all)
        const word = (drawn: readonly string[]) => judged({ allSamples: [draw(drawn.join(''), { from: -20 })], rules: limit }).word
        if (word(all) !== 'survived') expect(word(unsure)).not.toBe('survived')
      }),
      { numRuns: 1000 },
    )
  })

  it('for longer than max-outage are never survived, whatever is known beside them', () => {
    const hidden = fc.constantFrom('u', ' ')
    const around = fc.array(fc.constantFrom('.', '.', '.', '.', '.', 'x', 'u'), { minLength: BEATS, maxLength: BEATS })
    fc.assert(
      fc.property(around, fc.integer({ min: 10, max: 135 }), fc.array(hidden, { minLength: 15, maxLength: 18 }), (all, from, gone) => {
        const signs = [...all.slice(0, from), ...gone, ...all.slice(from + gone.length)].slice(0, BEATS)
        expect(judged({ allSamples: [draw(signs.join(''), { from: -20 })], rules }).word).not.toBe('survived')
      }),
    )
  })

  it('a service survives exactly where it survives, too, with every unknown check failed', () => {
    const signs = fc.array(fc.constantFrom(...'..............', 'x', 'u'), { minLength: 110, maxLength: 110 })
    fc.assert(
      fc.property(signs, fc.integer({ min: 70, max: 95 }), (all, minAvailability) => {
        const word = (drawn: readonly string[]) =>
          judged({ allSamples: [draw(`${well(10)}${drawn.join('')}${well(33)}`, { from: -20 })], rules: { minAvailability } }).word
        if (word(all) === 'survived') expect(word(all.map((one) => (one === 'u' ? 'x' : one)))).toBe('survived')
      }),
    )
  })
})

describe('recovery', () => {
  it('is from the moment the last target left to the first of the healthy checks', () => {
    expect(judged({ allSamples: [outage(120, 10)], rules: { minAvailability: 0 } }).recoveryMs).toBe(15_000)
  })

  it('is 0 when the service was healthy again before the last target left', () => {
    expect(judged({ allSamples: [outage(60, 10)], rules: { minAvailability: 0 } }).recoveryMs).toBe(0)
  })

  it('is the longest over all probes', () => {
    const allSamples = [outage(120, 10), { ...outage(120, 13), name: 'api' }]
    expect(judged({ allSamples, rules: { minAvailability: 0 } }).recoveryMs).toBe(21_000)
  })
})

describe('the mode rebalance', () => {
  const plan = { mode: 'rebalance' } as const
  const sent = experiment({ status: 'completed', actions: [action({ status: 'completed' })] })
  const allSamples = [draw(well(41), { from: -20 })]

  it('is judged from t0, and no target has to leave', () => {
    expect(judged({ plan, before: [...begun(), experimentPolled(20, sent)], ends: [], until: 60, allSamples })).toMatchObject({
      word: 'survived',
      recoveryMs: 0,
    })
  })

  it('is inconclusive when the recommendation was not sent', () => {
    const skipped = { ...sent, actions: [action({ status: 'skipped' })] }
    expect(judged({ plan, before: [...begun(), experimentPolled(20, skipped)], ends: [], until: 60, allSamples }).word).toBe('inconclusive')
    const half = { ...sent, actions: [...sent.actions, action({ name: 'signal-2', status: 'skipped' })] }
    const running = { ...sent, status: 'running' }
    for (const snapshot of [half, running])
      expect(judged({ plan, before: [...begun(), experimentPolled(20, snapshot)], ends: [], until: 60, allSamples }).why).toEqual([
        'the recommendation was not sent to every target',
      ])
  })
})

describe('clocks and slowness', () => {
  it('a wall clock that is wrong, or jumps, changes nothing: only the monotonic one counts', () => {
    const jumping = [
      at(0, { kind: 'starting', templateId: 'T', attempt: 1 } as const, -3600),
      at(0, { kind: 'started', snapshot: experiment() } as const, 7200),
      { ...targetPolled(1, { instance: instance() }), seenAt: moment(-86_400) },
      experimentPolled(20, experiment({ status: 'completed' })),
    ]
    const right = judged({ allSamples: [outage(100, 16)] })
    expect(judged({ allSamples: [outage(100, 16)], before: jumping })).toEqual(right)
  })

  it('a probe slower than its interval is judged by when its checks were sent', () => {
    const samples = draw(well(BEATS), { from: -20, tookMs: 4500 })
    const { word, allMetrics } = judged({ allSamples: [samples] })
    expect(word).toBe('survived')
    expect(allMetrics[0]?.latency.during).toMatchObject({ p50: 4500, p99: 4500 })
  })

  it('latency is that of healthy checks, before t0, until the last target left, and after it', () => {
    const { allMetrics } = judged({ allSamples: [outage(100, 5)] })
    expect(allMetrics[0]?.latency).toMatchObject({ before: { count: 11 }, during: { count: 58 }, after: { count: 80 } })
  })
})
