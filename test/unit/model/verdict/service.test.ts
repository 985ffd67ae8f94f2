import { describe, expect, it } from 'vitest'
import type { ProbeRules } from '../../../../src/model/probes/probe.ts'
import type { Samples } from '../../../../src/model/probes/samples.ts'
import type { Planned, Stamped, Timeline } from '../../../../src/model/timeline/event.ts'
import { toObserved } from '../../../../src/model/verdict/observed.ts'
import { floorTenth, judgeService, type Verdict } from '../../../../src/model/verdict/service.ts'
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

/** Targets end at 125 s, five seconds after the interruption, and the probes end a minute later: beats from −20 s to 184 s. */
const END = 125
const UNTIL = 185
const BEATS = 103
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

/** 103 beats with `count` bad ones from `from` seconds on. */
function hole(from: number, count: number): Samples {
  const lead = (from + 20) / 2
  return draw(well(lead) + down(count) + well(BEATS - lead - count), { from: -20 })
}

describe('a service that nobody asked', () => {
  it('is not judged without probes', () => {
    expect(judge([...begun(), ended()], planned())).toMatchObject({ word: 'not-judged', why: [], availability: undefined })
    expect(judge([], undefined).word).toBe('not-judged')
  })

  it('is inconclusive when the run ended before the start, and says why', () => {
    const plan = planned({ probeRules: RULES })
    expect(judge([], plan)).toMatchObject({ word: 'inconclusive', why: ['the run ended before the service could be judged'] })
    const baseline = at(30, { kind: 'baseline', ok: false, why: 'web (https://example.com/) did not answer' })
    expect(judge([baseline], plan).why).toEqual(['before anything was created, web (https://example.com/) did not answer'])
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

  it('survived when somebody else drained the target after t0: that is what should happen', () => {
    expect(judged({ ends: [ended(40, ID, 'Client.UserInitiatedShutdown')] }).word).toBe('survived')
  })

  it.each([
    ['still runs', [], /i-0aaaaaaaaaaaaaaa1 \(running\)/],
    ['ended without evidence of the cause', [ended(END, ID, '')], /\(unknown\)/],
  ] as const)('is inconclusive when the target %s', (_, ends, why) => {
    const { word, why: reasons } = judged({ ends })
    expect(word).toBe('inconclusive')
    expect(reasons.join()).toMatch(why)
  })

  it('is inconclusive when the target ended before t0', () => {
    const before = [
      at(0, { kind: 'starting', templateId: 'T', attempt: 1 } as const),
      targetPolled(1, { instance: instance({ state: 'terminated', reasonCode: 'Client.UserInitiatedShutdown' }) }),
      at(3, { kind: 'started', snapshot: experiment({ actions: [action({ startAt: moment(3) })] }) } as const),
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

  it('is inconclusive when the run ended before the probes could be judged', () => {
    expect(judged({ whole: false })).toMatchObject({ word: 'inconclusive', why: ['the run ended before the probes could be judged'] })
  })
})

describe('an outage', () => {
  it.each([
    [15, 30_000, 'survived'],
    [16, 32_000, 'not-survived'],
  ] as const)('of %i bad answers lasts %i ms, from first bad to next good send: %s at a limit of 30 s', (count, lasted, word) => {
    const verdict = judged({ allSamples: [hole(100, count)], rules: { minAvailability: 0 } })
    expect(verdict).toMatchObject({ word, longestOutageMs: lasted })
  })

  it('one second longer than allowed is too long; figures are not rounded for it', () => {
    expect(judged({ allSamples: [hole(100, 15)], rules: { minAvailability: 0, maxOutageMs: 29_999 } }).word).toBe('not-survived')
    expect(judged({ allSamples: [hole(100, 15)], rules: { minAvailability: 0, maxOutageMs: 29_000 } }).why.join()).toContain(
      'down for 30s, longer than the 29s',
    )
  })

  it('counts from t0 on: what was before is no outage of the interruption', () => {
    const samples = draw(down(12) + well(BEATS - 12), { from: -20 })
    expect(judged({ allSamples: [samples] })).toMatchObject({ word: 'survived', longestOutageMs: 4000 })
  })

  it('is red also where the target was missed: being down is worse than not being proved', () => {
    expect(judged({ allSamples: [hole(60, 30)], ends: [] })).toMatchObject({ word: 'not-survived' })
  })

  it('is red also when the run ended early', () => {
    expect(judged({ allSamples: [draw(well(20) + down(40), { from: -20 })], until: 98, whole: false, ends: [] }).word).toBe('not-survived')
  })

  it('that lasts to the end of the judged time is not recovered from', () => {
    const { word, why, recoveryMs, allMetrics } = judged({ allSamples: [hole(180, 3)], rules: { maxOutageMs: 60_000 } })
    expect([word, recoveryMs]).toEqual(['not-survived', undefined])
    expect(why).toEqual(['web did not recover within 6m 0s'])
    expect(allMetrics[0]?.outages).toEqual([{ fromMs: 180_000, toMs: 185_000, open: true }])
  })

  it('that is over before the third good answer has not been recovered from', () => {
    expect(judged({ allSamples: [hole(176, 4)], rules: { minAvailability: 0 } }).word).toBe('not-survived')
  })
})

describe('flapping', () => {
  const samples = draw(well(70) + '.x'.repeat(10) + well(BEATS - 90), { from: -20 })

  it('is many short outages, none of them too long', () => {
    const { word, longestOutageMs, allMetrics } = judged({ allSamples: [samples], rules: { minAvailability: 80 } })
    expect([word, longestOutageMs, allMetrics[0]?.outages.length]).toEqual(['survived', 2000, 10])
  })

  it('is red by its availability', () => {
    const { word, why, availability = 0 } = judged({ allSamples: [samples] })
    expect([word, Math.round(availability * 100) / 100]).toEqual(['not-survived', 89.25])
    expect(why).toEqual(['web answered well in 89.2 % of 93 probes, less than the 90 % of min-availability'])
  })

  it('is recovered from where nothing bad comes after', () => {
    expect(judged({ allSamples: [samples] }).recoveryMs).toBe((-20 + 90 * 2 - END) * 1000)
  })
})

describe('availability', () => {
  it('compares unrounded: 90 of 100 are enough for 90, 89.99 are not', () => {
    const samples = hole(100, 9)
    const exact = ((93 - 9) / 93) * 100
    expect(judged({ allSamples: [samples], rules: { minAvailability: exact } }).word).toBe('survived')
    expect(judged({ allSamples: [samples], rules: { minAvailability: exact + 0.000_001 } }).word).toBe('not-survived')
  })

  it('is that of the lowest probe, and one red of two is red', () => {
    const allSamples = [draw(well(BEATS), { from: -20, name: 'api' }), hole(100, 20)]
    const { word, availability = 0, why } = judged({ allSamples })
    expect([word, Math.floor(availability)]).toEqual(['not-survived', 78])
    expect(why.every((reason) => reason.startsWith('web '))).toBe(true)
  })

  it('counts from the notice: with PT15M what happens in the thirteen minutes before it is only an outage', () => {
    const plan = { durationMs: 900_000, timeoutMs: 1_200_000 }
    const samples = draw(well(60) + down(10) + well(430), { from: -20 })
    const { word, availability, longestOutageMs, allMetrics } = judged({ plan, allSamples: [samples], ends: [ended(905)], until: 965 })
    expect([word, availability, longestOutageMs]).toEqual(['survived', 100, 20_000])
    expect(allMetrics[0]?.answers).toBe(Math.floor((965 - 780) / 2) + 1)
  })

  it('counts from t0 where all targets were drained before the notice, for the recommendation was the signal', () => {
    const plan = { durationMs: 900_000, timeoutMs: 1_200_000 }
    const verdict = judged({
      plan,
      ends: [ended(60, ID, 'Client.UserInitiatedShutdown')],
      until: 120,
      allSamples: [draw(well(70), { from: -20 })],
    })
    expect(verdict).toMatchObject({ word: 'survived', availability: 100, window: { fromMs: 0 } })
  })

  it.each([
    [28.999_999_999_999_996, '29'],
    [99.99, '99.9'],
    [100, '100'],
    [0, '0'],
  ])('%d is told as %s', (share, text) => {
    expect(floorTenth(share)).toBe(text)
  })
})

describe('how many answers there are', () => {
  it.each([
    [0, 'inconclusive'],
    [9, 'inconclusive'],
    [10, 'survived'],
  ] as const)('%i answers: %s', (count, word) => {
    // As few as are due, so that only their number decides.
    const every = 185 / Math.max(1, count)
    const samples = draw(well(count), { from: 0.5, every: Math.floor(every) })
    expect(judged({ allSamples: [samples], rules: { intervalMs: 30_000 } }).word).toBe(word)
  })

  it('too few answers do not hide a red probe', () => {
    expect(judged({ allSamples: [draw('..xxxxx', { from: 0, every: 20 })], rules: { intervalMs: 20_000 } }).word).toBe('not-survived')
  })

  it.each([
    [75, 'survived'],
    [73, 'inconclusive'],
  ] as const)('%i answers of the 92 that were due: %s', (count, word) => {
    // The beats that are left out are in the middle, as when the runner was suspended.
    const samples = draw(well(10 + 5) + ' '.repeat(93 - count) + well(count - 5), { from: -20 })
    expect(judged({ allSamples: [samples] }).word).toBe(word)
  })

  it('100,000 answers of 20 probes are judged in no time', () => {
    const line = `${well(99_000)}${down(5)}${well(995)}`
    const allSamples = Array.from({ length: 20 }, (_, index) => draw(line, { name: `p${index}`, every: 0.001 }))
    const startedMs = performance.now()
    const verdict = judged({ allSamples, rules: { intervalMs: 1 }, until: 185 })
    expect(performance.now() - startedMs).toBeLessThan(3000)
    expect(verdict.allMetrics.map(({ answers }) => answers)).toEqual(Array(20).fill(100_000))
    expect(verdict.longestOutageMs).toBe(5)
  })

  it('an answer that never came counts for nothing', () => {
    const samples = draw(`${well(BEATS - 3)}???`, { from: -20 })
    expect(judged({ allSamples: [samples], whole: false }).allMetrics[0]).toMatchObject({ answers: 90, good: 90 })
  })
})

describe('recovery', () => {
  it('is from the last end to the first of the good answers', () => {
    expect(judged({ allSamples: [hole(120, 10)], rules: { minAvailability: 0 } }).recoveryMs).toBe(15_000)
  })

  it('is 0 when the service was well again before the last target ended', () => {
    expect(judged({ allSamples: [hole(60, 10)], rules: { minAvailability: 0 } }).recoveryMs).toBe(0)
  })

  it('is the longest over all probes', () => {
    const allSamples = [hole(120, 10), { ...hole(120, 13), name: 'api' }]
    expect(judged({ allSamples, rules: { minAvailability: 0 } }).recoveryMs).toBe(21_000)
  })
})

describe('the mode rebalance', () => {
  const plan = { mode: 'rebalance' } as const
  const sent = experiment({ status: 'completed', actions: [action({ status: 'completed' })] })
  const allSamples = [draw(well(41), { from: -20 })]

  it('is judged from t0, and no target has to end', () => {
    expect(judged({ plan, before: [...begun(), experimentPolled(20, sent)], ends: [], until: 60, allSamples })).toMatchObject({
      word: 'survived',
      recoveryMs: 0,
    })
  })

  it('is inconclusive when the recommendation was not sent', () => {
    const skipped = { ...sent, actions: [action({ status: 'skipped' })] }
    expect(judged({ plan, before: [...begun(), experimentPolled(20, skipped)], ends: [], until: 60, allSamples }).word).toBe('inconclusive')
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
    const right = judged({ allSamples: [hole(100, 16)] })
    expect(judged({ allSamples: [hole(100, 16)], before: jumping })).toEqual(right)
  })

  it('a probe slower than its interval is judged by when its answers were asked for', () => {
    const samples = draw(well(BEATS), { from: -20, tookMs: 4500 })
    const { word, allMetrics } = judged({ allSamples: [samples] })
    expect(word).toBe('survived')
    expect(allMetrics[0]?.latency.during).toMatchObject({ p50: 4500, p99: 4500 })
  })

  it('latency is that of good answers, before t0, up to the last end, and after it', () => {
    const { allMetrics } = judged({ allSamples: [hole(100, 5)] })
    expect(allMetrics[0]?.latency).toMatchObject({ before: { count: 11 }, during: { count: 58 }, after: { count: 30 } })
  })
})
