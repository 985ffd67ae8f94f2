import { describe, expect, it } from 'vitest'
import type { ProbeRules, ProbeTarget } from '../../../src/model/probes/probe.ts'
import { FAILED, type Health, UNKNOWN } from '../../../src/model/probes/samples.ts'
import type { Event, Timeline } from '../../../src/model/timeline/event.ts'
import { all, last } from '../../../src/model/timeline/event.ts'
import type { TargetSnapshot } from '../../../src/model/timeline/snapshot.ts'
import { createLog } from '../../../src/runner/log.ts'
import { finishJudging } from '../../../src/steps/finish.ts'
import { createProber } from '../../../src/steps/probes.ts'
import type { World } from '../../../src/world.ts'
import { EPOCH } from '../../fakes/clock.ts'
import { probeRules } from '../../fakes/probe-rules.ts'
import { type FakeTime, fakeTime } from '../../fakes/time.ts'
import { experiment, fakePlan, instance, spot } from '../../fakes/timeline.ts'
import { fakeWorld } from '../../fakes/world.ts'

const RULES = probeRules({ recoveryMs: 180_000 })

const WEB: ProbeTarget = {
  name: 'web',
  shown: 'https://example.com/',
  kind: 'https',
  url: 'https://example.com/?k=1',
  healthy: [[200, 299]],
  headers: {},
}

type Ask = (probeTarget: ProbeTarget, atMs: number) => { readonly health: Health; readonly tookMs: number; readonly why?: string }

/** A prober over a service that answers so at such a time. */
function startProber(
  ask: Ask,
  {
    rules = {},
    probeTargets = [WEB],
    signal,
    ec2 = fakeWorld().ec2,
  }: { rules?: Partial<ProbeRules>; probeTargets?: readonly ProbeTarget[]; signal?: AbortSignal; ec2?: World['ec2'] } = {},
) {
  const clock = fakeTime()
  const log = createLog(clock, () => undefined)
  const sent: { name: string; atMs: number }[] = []
  const sendProbe: World['sendProbe'] = async (probeTarget, { timeoutMs, signal: end }) => {
    const atMs = clock.monotonicMs()
    sent.push({ name: probeTarget.name, atMs })
    const { health, tookMs, why = health === 'healthy' ? '' : 'HTTP 503' } = ask(probeTarget, atMs)
    await clock.sleep(Math.min(tookMs, timeoutMs), end)
    // What a timer sees that goes off late: the time-out, though the answer may have come long ago.
    const late = clock.monotonicMs() - atMs >= timeoutMs
    return late ? { health: 'failed', tookMs: timeoutMs, why: `no answer within ${timeoutMs / 1000} s` } : { health, tookMs, why }
  }
  const probes = { rules: { ...RULES, ...rules, probes: probeTargets }, probeTargets }
  return { clock, log, sent, world: { ec2, clock, log }, prober: createProber({ clock, log, sendProbe }, probes, signal) }
}

const well: Ask = () => ({ health: 'healthy', tookMs: 20 })
/** Fails in a stretch of time, both ends included. */
const downFrom =
  (fromMs: number, toMs = Number.POSITIVE_INFINITY): Ask =>
  (_, atMs) => ({ health: atMs >= fromMs && atMs <= toMs ? 'failed' : 'healthy', tookMs: 20 })

const GONE: TargetSnapshot = {
  id: instance().id,
  instance: instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' }),
}

/** Experiment started now, the one target shown like this so many milliseconds later. */
async function interrupt(clock: FakeTime, record: (event: Event) => void, forMs: number, end: TargetSnapshot = GONE): Promise<void> {
  record({ kind: 'starting', templateId: 'T', attempt: 1 })
  const startAt = new Date(EPOCH.getTime() + clock.monotonicMs())
  record({ kind: 'started', snapshot: experiment({ startAt, actions: [{ name: 'signal-1', status: 'running', reason: '', startAt }] }) })
  record({ kind: 'target', snapshot: { id: instance().id, instance: instance(), spot: spot() } })
  await clock.sleep(forMs)
  record({ kind: 'target', snapshot: end })
}

/** A run over such a service, from the baseline to the end of the observation. The target leaves two minutes after the start. */
async function playToEnd(ask: Ask) {
  const { clock, log, prober, world } = startProber(ask)
  await clock.run(
    prober
      .baseline()
      .then(() => interrupt(clock, log.record, 120_000))
      .then(() => finishJudging(world, fakePlan(), { prober, ending: 'landed' })),
  )
  return { log }
}

describe('createProber', () => {
  it('passes the baseline with the third healthy check', async () => {
    const { clock, log, prober } = startProber(well)
    await clock.run(prober.baseline())
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(4020)
    expect(clock.monotonicMs()).toBeLessThanOrEqual(4500)
    expect(last(log.timeline(), 'baseline')?.ok).toBe(true)
  })

  it('passes the baseline in time also with the longest interval', async () => {
    const { clock, prober } = startProber(well, { rules: { intervalMs: 60_000 } })
    await clock.run(prober.baseline())
    expect(clock.monotonicMs()).toBeLessThan(30_000)
  })

  it('refuses the run when one of two probes is not well within 30 seconds, and names that one', async () => {
    const probeTargets = [WEB, { ...WEB, name: 'api', shown: 'https://example.com/api' }]
    const { clock, log, prober } = startProber(({ name }) => ({ health: name === 'web' ? 'healthy' : 'failed', tookMs: 20 }), {
      probeTargets,
    })
    await expect(clock.run(prober.baseline())).rejects.toMatchObject({
      fault: 'refused',
      message:
        'Before anything was created, not every probe was healthy 3 times in a row within 30 s: api (https://example.com/api), last answer: HTTP 503.',
    })
    expect(last(log.timeline(), 'baseline')).toMatchObject({ ok: false })
    prober.abandon()
    expect(last(log.timeline(), 'probed')).toMatchObject({ whole: false })
  })

  it('keeps the beat however slow the answers are, each probe its own', async () => {
    const probeTargets = [WEB, { ...WEB, name: 'slow' }]
    const { clock, sent, prober } = startProber(({ name }) => ({ health: 'healthy', tookMs: name === 'slow' ? 4900 : 20 }), {
      probeTargets,
    })
    await clock.run(prober.baseline().then(() => clock.sleep(60_000)))
    prober.abandon()
    const gaps = (name: string) => {
      const times = sent.filter((one) => one.name === name).map(({ atMs }) => atMs)
      return new Set(times.slice(1).map((atMs, at) => atMs - (times[at] ?? 0)))
    }
    expect([...gaps('web')]).toEqual([2000])
    expect([...gaps('slow')]).toEqual([2000])
  })

  it('tells once when a probe goes down and once when it is back, in the order of sending', async () => {
    // The answer of 10 s comes after those of 12 and 14 s.
    const { clock, log, prober } = startProber((_, atMs) => ({
      health: atMs < 10_000 || atMs >= 20_000 ? 'healthy' : 'failed',
      tookMs: atMs === 10_000 ? 4900 : 20,
    }))
    await clock.run(prober.baseline().then(() => clock.sleep(40_000)))
    prober.abandon()
    expect(all(log.timeline(), 'probe').map(({ nth, healthy, sentMs, why }) => [nth, healthy, sentMs, why])).toEqual([
      [1, false, 10_000, 'HTTP 503'],
      [2, true, 20_000, ''],
    ])
  })

  it('observes after the last end, and needs no recovery wait when all is well', async () => {
    const { log } = await playToEnd(well)
    const taped = last(log.timeline(), 'probed')
    const ended = all(log.timeline(), 'target').at(-1)?.atMs ?? 0
    expect(taped?.whole).toBe(true)
    expect((taped?.untilMs ?? 0) - ended).toBe(60_000)
    expect(all(log.timeline(), 'recovering')).toEqual([])
  })

  it('waits for 60 s and 30 healthy checks after the last failure', async () => {
    const { log } = await playToEnd(downFrom(120_000, 250_000))
    expect(last(log.timeline(), 'recovering')?.names).toEqual(['web'])
    const untilMs = last(log.timeline(), 'probed')?.untilMs ?? 0
    expect(untilMs).toBeGreaterThanOrEqual(252_000 + 60_000)
    expect(untilMs).toBeLessThan(252_000 + 60_500)
  })

  it('waits no longer than the recovery wait', async () => {
    const { log } = await playToEnd(downFrom(120_000))
    const ended = all(log.timeline(), 'target').at(-1)?.atMs ?? 0
    expect(last(log.timeline(), 'probed')).toMatchObject({ whole: true, untilMs: ended + 60_000 + 180_000 })
  })

  it('lets what is on its way at the end still count: silence is no healthy answer', async () => {
    const { log } = await playToEnd((_, atMs) => ({
      health: 'healthy',
      tookMs: atMs > 182_000 && atMs < 190_000 ? 60_000 : 20,
    }))
    expect(last(log.timeline(), 'recovering')?.names).toEqual(['web'])
    expect(last(log.timeline(), 'probed')?.allSamples[0]?.states.includes(2)).toBe(true)
  })

  it('does not wait where nothing ended', async () => {
    const { clock, log, prober, world } = startProber(well)
    await clock.run(prober.baseline())
    const before = clock.monotonicMs()
    await clock.run(finishJudging(world, fakePlan(), { prober, ending: 'timed-out' }))
    expect(clock.monotonicMs()).toBe(before)
    expect(last(log.timeline(), 'probed')?.whole).toBe(false)
  })

  it('raises the breach as soon as the outage is certainly too long, counted from t0', async () => {
    const { clock, log, prober, world } = startProber(downFrom(6000), { rules: { abortOnOutage: true } })
    await clock.run(prober.baseline())
    void interrupt(clock, log.record, 600_000)
    const startMs = clock.monotonicMs()
    await clock.run(clock.sleep(600_000, prober.breach))
    expect(last(log.timeline(), 'breach')).toMatchObject({ name: 'web', allowedMs: 30_000 })
    expect(clock.monotonicMs() - startMs).toBeGreaterThan(30_000)
    expect(clock.monotonicMs() - startMs).toBeLessThan(36_000)
    await clock.run(finishJudging(world, fakePlan(), { prober, ending: 'outage' }))
    expect(last(log.timeline(), 'probed')?.whole).toBe(false)
  })

  it('raises no breach where none was asked for', async () => {
    const { clock, log, prober } = startProber(downFrom(6000))
    await clock.run(prober.baseline())
    void interrupt(clock, log.record, 600_000)
    await clock.run(clock.sleep(120_000))
    expect(prober.breach.aborted).toBe(false)
  })

  it('ends at once, in the middle of the observation, when the run is cancelled', async () => {
    const cancel = new AbortController()
    const { clock, log, sent, prober, world } = startProber(well, { signal: cancel.signal })
    await clock.run(prober.baseline().then(() => interrupt(clock, log.record, 120_000)))
    const finished = finishJudging(world, fakePlan(), { prober, ending: 'landed' })
    await clock.run(clock.sleep(10_000))
    cancel.abort()
    const atMs = clock.monotonicMs()
    await clock.run(finished)
    expect(clock.monotonicMs()).toBe(atMs)
    expect(last(log.timeline(), 'probed')).toMatchObject({ whole: false, untilMs: atMs })
    const count = sent.length
    await clock.run(clock.sleep(60_000))
    expect(sent.length).toBe(count)
  })

  it('names the last answer of each probe that failed the baseline', async () => {
    const probeTargets = ['web', 'api', 'slow', 'cached', 'flapping'].map((name) => ({ ...WEB, name }))
    const answers: Readonly<Record<string, ReturnType<Ask>>> = {
      web: { health: 'failed', tookMs: 20, why: 'HTTP 301 (redirects are not followed)' },
      api: { health: 'failed', tookMs: 20, why: 'ECONNREFUSED' },
      slow: { health: 'healthy', tookMs: 60_000 },
      cached: { health: 'unknown', tookMs: 20, why: 'the answer came from a cache (Age: 40)' },
    }
    let nth = 0
    const flap: Ask = () => ({ health: nth++ % 2 === 0 ? 'failed' : 'healthy', tookMs: 20 })
    const { clock, prober } = startProber((one, atMs) => answers[one.name] ?? flap(one, atMs), { probeTargets })
    const thrown: Error = await clock.run(prober.baseline()).then(
      () => expect.fail('passed'),
      (error) => error,
    )
    for (const said of [
      'web (https://example.com/), last answer: HTTP 301 (redirects are not followed); ',
      'api (https://example.com/), last answer: ECONNREFUSED; ',
      'slow (https://example.com/), last answer: no answer within 5 s; ',
      'cached (https://example.com/), last answer: the answer came from a cache (Age: 40); ',
    ])
      expect(thrown.message).toContain(said)
    expect(thrown.message).toMatch(/flapping \(https:\/\/example\.com\/\), last answer: (healthy|HTTP 503)\.$/)
  })

  it('warns once of answers from a cache, and takes them neither for an outage nor for its end', async () => {
    const cached = { health: 'unknown', tookMs: 20, why: 'the answer came from a cache (Age: 40)' } as const
    const { clock, log, prober } = startProber((probe, atMs) =>
      atMs > 20_000 && atMs < 40_000 ? cached : downFrom(10_000, 50_000)(probe, atMs),
    )
    await clock.run(prober.baseline().then(() => clock.sleep(100_000)))
    prober.abandon()
    expect(all(log.timeline(), 'warned').map(({ what }) => what)).toEqual([
      'Probe web: checks like this one are unknown, because the answer came from a cache (Age: 40).',
    ])
    expect(all(log.timeline(), 'probe').map(({ healthy, sentMs }) => [healthy, sentMs])).toEqual([
      [false, 10_000],
      [true, 52_000],
    ])
  })

  it('asks EC2 on until it shows the last target terminated: from there on it observes', async () => {
    let shown = 'shutting-down'
    const ec2 = {
      ...fakeWorld().ec2,
      readInstances: async () => [instance({ state: shown, reasonCode: 'Server.SpotInstanceTermination' })],
    }
    const { clock, log, prober, world } = startProber(well, { ec2 })
    const leaving = { id: instance().id, instance: instance({ state: 'shutting-down', reasonCode: 'Server.SpotInstanceTermination' }) }
    await clock.run(prober.baseline().then(() => interrupt(clock, log.record, 100_000, leaving)))
    const leftMs = clock.monotonicMs()
    void clock.sleep(25_000).then(() => {
      shown = 'terminated'
    })
    await clock.run(finishJudging(world, fakePlan(), { prober, ending: 'landed' }))
    const { atMs: endedMs = 0 } = all(log.timeline(), 'target').at(-1) ?? {}
    // Looked at every ten seconds.
    expect(endedMs - leftMs).toBe(30_000)
    expect(last(log.timeline(), 'probed')).toMatchObject({ whole: true, untilMs: endedMs + 60_000 })
  })

  it.each([
    ['never shows the last state', async () => [instance({ state: 'shutting-down', reasonCode: 'Server.SpotInstanceTermination' })]],
    ['cannot be read any more', () => Promise.reject(new Error('denied'))],
  ])('observes from 60 s after the last target left on, where EC2 %s', async (_, readInstances) => {
    const { clock, log, prober, world } = startProber(well, { ec2: { ...fakeWorld().ec2, readInstances } })
    const leaving = { id: instance().id, instance: instance({ state: 'shutting-down', reasonCode: 'Server.SpotInstanceTermination' }) }
    await clock.run(prober.baseline().then(() => interrupt(clock, log.record, 100_000, leaving)))
    const leftMs = clock.monotonicMs()
    await clock.run(finishJudging(world, fakePlan(), { prober, ending: 'landed' }))
    expect(last(log.timeline(), 'probed')).toMatchObject({ whole: true, untilMs: leftMs + 60_000 + 60_000 })
  })
})

describe('a runner that is paused', () => {
  /** Stops the clock of the prober once, as SIGSTOP does: whatever would go off meanwhile goes off late. */
  function pauseAt(clock: FakeTime, atMs: number, forMs: number): void {
    const { sleep } = clock
    let paused = false
    const pausing: FakeTime['sleep'] = async (ms, signal) => {
      await sleep(ms, signal)
      if (paused || clock.monotonicMs() < atMs) return
      paused = true
      clock.jump(forMs)
    }
    Object.assign(clock, { sleep: pausing })
  }

  const states = (log: { timeline: () => Timeline }) => [...(last(log.timeline(), 'probed')?.allSamples[0]?.states ?? [])]

  it.each([
    ['SIGSTOP for 40 s', 40_000, {}],
    ['a pause as long as the time-out', 5500, {}],
    ['a pause between two checks that are far apart', 10_000, { intervalMs: 25_000, maxOutageMs: 60_000 }],
    ['a pause as long as a short time-out', 1500, { intervalMs: 20_000, timeoutMs: 1000 }],
  ])('%s: what was under way is unknown, not failed', async (_, forMs, rules: Partial<ProbeRules>) => {
    const { timeoutMs = 5000 } = rules
    // Answers take long enough that one is under way at any time.
    const { clock, log, prober } = startProber(() => ({ health: 'healthy', tookMs: timeoutMs * 0.9 }), { rules })
    await clock.run(prober.baseline())
    pauseAt(clock, clock.monotonicMs() + 30_000, forMs)
    await clock.run(clock.sleep(120_000))
    prober.abandon()
    expect(states(log)).not.toContain(FAILED)
    expect(all(log.timeline(), 'probe')).toEqual([])
    expect(all(log.timeline(), 'warned').map(({ what }) => what)).toEqual([
      expect.stringMatching(/^The runner was paused for \d+s: checks that were under way are unknown\.$/),
    ])
  })

  it('leaves out the beats that were slept through, and keeps to its own', async () => {
    const { clock, sent, prober } = startProber(well)
    await clock.run(prober.baseline())
    pauseAt(clock, 10_000, 11_000)
    await clock.run(clock.sleep(40_000))
    prober.abandon()
    const times = sent.map(({ atMs }) => atMs).filter((atMs) => atMs > 8000)
    expect(times.slice(0, 4)).toEqual([21_000, 22_000, 24_000, 26_000])
    expect(times.slice(1).every((atMs) => atMs % 2000 === 0)).toBe(true)
  })

  it('judges the checks before and after as ever', async () => {
    const { clock, log, prober } = startProber(downFrom(60_000, 80_000))
    await clock.run(prober.baseline())
    pauseAt(clock, 90_000, 40_000)
    await clock.run(clock.sleep(200_000))
    prober.abandon()
    const kinds = states(log)
    expect(kinds.filter((state) => state === FAILED)).toHaveLength(11)
    expect(kinds.filter((state) => state === UNKNOWN).length).toBeLessThanOrEqual(1)
    expect(all(log.timeline(), 'probe').map(({ sentMs }) => sentMs)).toEqual([60_000, 82_000])
  })

  it('does not take a service that is silent for a pause of its own', async () => {
    const { clock, log, prober } = startProber((_, atMs) => ({ health: 'healthy', tookMs: atMs < 20_000 ? 20 : 600_000 }))
    await clock.run(prober.baseline().then(() => clock.sleep(60_000)))
    prober.abandon()
    expect(states(log)).not.toContain(UNKNOWN)
    expect(all(log.timeline(), 'warned')).toEqual([])
  })

  it('over and over warns five times', async () => {
    const { clock, log, prober } = startProber(well)
    await clock.run(prober.baseline())
    for (let nth = 0; nth < 20; nth++) {
      clock.jump(10_000)
      await clock.run(clock.sleep(10_000))
    }
    prober.abandon()
    const warnings = all(log.timeline(), 'warned').map(({ what }) => what)
    expect(warnings).toHaveLength(5)
    expect(warnings.at(-1)).toContain('Further pauses are not logged.')
  })
})
