import { describe, expect, it } from 'vitest'
import type { ProbeRules, ProbeTarget } from '../../../src/model/probes/probe.ts'
import type { Event } from '../../../src/model/timeline/event.ts'
import { all, last } from '../../../src/model/timeline/event.ts'
import { createLog } from '../../../src/runner/log.ts'
import { createProber } from '../../../src/steps/probe.ts'
import type { Answer } from '../../../src/world.ts'
import { EPOCH } from '../../fakes/clock.ts'
import { probeRules } from '../../fakes/probe-rules.ts'
import { type FakeTime, fakeTime } from '../../fakes/time.ts'
import { experiment, instance, planned, spot } from '../../fakes/timeline.ts'

const RULES = probeRules({ recoveryMs: 120_000 })

const WEB: ProbeTarget = {
  name: 'web',
  shown: 'https://example.com/',
  kind: 'https',
  url: 'https://example.com/?k=1',
  good: [[200, 299]],
  headers: {},
}

type Ask = (probeTarget: ProbeTarget, atMs: number) => { readonly good: boolean; readonly tookMs: number }

/** A prober over a service that answers so at such a time. */
function startProber(
  ask: Ask,
  {
    rules = {},
    probeTargets = [WEB],
    signal,
  }: { rules?: Partial<ProbeRules>; probeTargets?: readonly ProbeTarget[]; signal?: AbortSignal } = {},
) {
  const clock = fakeTime()
  const log = createLog(clock, () => undefined)
  const sent: { name: string; atMs: number }[] = []
  const sendProbe = async (probeTarget: ProbeTarget, timeoutMs: number, end: AbortSignal): Promise<Answer> => {
    sent.push({ name: probeTarget.name, atMs: clock.monotonicMs() })
    const { good, tookMs } = ask(probeTarget, clock.monotonicMs())
    await clock.sleep(Math.min(tookMs, timeoutMs), end)
    return { good: good && tookMs <= timeoutMs, tookMs: Math.min(tookMs, timeoutMs), why: good ? '' : 'HTTP 503' }
  }
  const probes = { rules: { ...RULES, ...rules, probes: probeTargets }, probeTargets }
  return { clock, log, sent, prober: createProber({ clock, log, sendProbe }, probes, signal) }
}

const well: Ask = () => ({ good: true, tookMs: 20 })

/** Experiment started now, the one target ended so many milliseconds later. */
async function interrupt(clock: FakeTime, record: (event: Event) => void, forMs: number): Promise<void> {
  record({ kind: 'starting', templateId: 'T', attempt: 1 })
  const startAt = new Date(EPOCH.getTime() + clock.monotonicMs())
  record({ kind: 'started', snapshot: experiment({ startAt, actions: [{ name: 'signal-1', status: 'running', reason: '', startAt }] }) })
  record({ kind: 'target', snapshot: { id: instance().id, instance: instance(), spot: spot() } })
  await clock.sleep(forMs)
  record({
    kind: 'target',
    snapshot: { id: instance().id, instance: instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' }) },
  })
}

describe('createProber', () => {
  it('does nothing at all without probes', async () => {
    const clock = fakeTime()
    const log = createLog(clock, () => undefined)
    const sendProbe = () => Promise.reject(new Error('asked'))
    const prober = createProber({ clock, log, sendProbe }, undefined)
    await prober.baseline()
    await prober.finish(planned(), 'landed')
    prober.abandon()
    expect(log.timeline()).toEqual([])
    expect(clock.monotonicMs()).toBe(0)
  })

  it('passes the baseline with the third good answer', async () => {
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
    const { clock, log, prober } = startProber(({ name }) => ({ good: name === 'web', tookMs: 20 }), { probeTargets })
    await expect(clock.run(prober.baseline())).rejects.toMatchObject({
      fault: 'refused',
      message: 'Before anything was created, api (https://example.com/api) did not answer well three times in a row within 30 s.',
    })
    expect(last(log.timeline(), 'baseline')).toMatchObject({ ok: false })
    prober.abandon()
    expect(last(log.timeline(), 'probed')).toMatchObject({ whole: false })
  })

  it('keeps the beat however slow the answers are, each probe its own', async () => {
    const probeTargets = [WEB, { ...WEB, name: 'slow' }]
    const { clock, sent, prober } = startProber(({ name }) => ({ good: true, tookMs: name === 'slow' ? 4900 : 20 }), { probeTargets })
    await clock.run(prober.baseline().then(() => clock.sleep(60_000)))
    prober.abandon()
    const gaps = (name: string) => {
      const times = sent.filter((one) => one.name === name).map(({ atMs }) => atMs)
      return new Set(times.slice(1).map((atMs, at) => atMs - (times[at] ?? 0)))
    }
    expect([...gaps('web')]).toEqual([2000])
    expect([...gaps('slow')]).toEqual([2000])
  })

  it('leaves out the beats that were slept through, and keeps to its own', async () => {
    const { clock, sent, prober } = startProber(well)
    let stalled = false
    const stall = clock.sleep
    // The machine is suspended once, for eleven seconds.
    const slow = async (ms: number, signal?: AbortSignal) => {
      await stall(ms, signal)
      if (!stalled && clock.monotonicMs() >= 10_000) {
        stalled = true
        await stall(11_000)
      }
    }
    Object.assign(clock, { sleep: slow })
    await clock.run(prober.baseline().then(() => stall(40_000)))
    prober.abandon()
    const times = sent.map(({ atMs }) => atMs)
    expect(times.every((atMs, at) => at === 0 || atMs - (times[at - 1] ?? 0) <= 13_000)).toBe(true)
    expect(times.length).toBeLessThan(22)
    expect(times.filter((atMs) => atMs > 25_000).every((atMs) => atMs % 2000 === 0)).toBe(true)
  })

  it('tells once when a probe goes down and once when it is back, in the order of sending', async () => {
    // The answer of 10 s comes after those of 12 and 14 s.
    const { clock, log, prober } = startProber((_, atMs) => ({
      good: atMs < 10_000 || atMs >= 20_000,
      tookMs: atMs === 10_000 ? 4900 : 20,
    }))
    await clock.run(prober.baseline().then(() => clock.sleep(40_000)))
    prober.abandon()
    expect(all(log.timeline(), 'probe').map(({ nth, good, sentMs, why }) => [nth, good, sentMs, why])).toEqual([
      [1, false, 10_000, 'HTTP 503'],
      [2, true, 20_000, ''],
    ])
  })

  it('observes after the last end, and needs no recovery wait when all is well', async () => {
    const { clock, log, prober } = startProber(well)
    await clock.run(
      prober
        .baseline()
        .then(() => interrupt(clock, log.record, 120_000))
        .then(() => prober.finish(planned(), 'landed')),
    )
    const taped = last(log.timeline(), 'probed')
    const ended = all(log.timeline(), 'target').at(-1)?.atMs ?? 0
    expect(taped?.whole).toBe(true)
    expect((taped?.untilMs ?? 0) - ended).toBe(60_000)
    expect(all(log.timeline(), 'recovering')).toEqual([])
  })

  it('waits for three good answers in a row after that', async () => {
    const { clock, log, prober } = startProber((_, atMs) => ({ good: atMs < 120_000 || atMs > 250_000, tookMs: 20 }))
    await clock.run(
      prober
        .baseline()
        .then(() => interrupt(clock, log.record, 120_000))
        .then(() => prober.finish(planned(), 'landed')),
    )
    expect(last(log.timeline(), 'recovering')?.names).toEqual(['web'])
    const untilMs = last(log.timeline(), 'probed')?.untilMs ?? 0
    expect(untilMs).toBeGreaterThanOrEqual(256_000)
    expect(untilMs).toBeLessThan(258_000)
  })

  it('waits no longer than the recovery wait', async () => {
    const { clock, log, prober } = startProber((_, atMs) => ({ good: atMs < 120_000, tookMs: 20 }))
    await clock.run(
      prober
        .baseline()
        .then(() => interrupt(clock, log.record, 120_000))
        .then(() => prober.finish(planned(), 'landed')),
    )
    const ended = all(log.timeline(), 'target').at(-1)?.atMs ?? 0
    expect(last(log.timeline(), 'probed')).toMatchObject({ whole: true, untilMs: ended + 180_000 })
  })

  it('lets what is on its way at the end still count: silence is no good answer', async () => {
    const { clock, log, prober } = startProber((_, atMs) => ({ good: true, tookMs: atMs > 182_000 && atMs < 190_000 ? 60_000 : 20 }))
    await clock.run(
      prober
        .baseline()
        .then(() => interrupt(clock, log.record, 120_000))
        .then(() => prober.finish(planned(), 'landed')),
    )
    expect(last(log.timeline(), 'recovering')?.names).toEqual(['web'])
    expect(last(log.timeline(), 'probed')?.allSamples[0]?.states.includes(2)).toBe(true)
  })

  it('does not wait where nothing ended', async () => {
    const { clock, log, prober } = startProber(well)
    await clock.run(prober.baseline())
    const before = clock.monotonicMs()
    await clock.run(prober.finish(planned(), 'timed-out'))
    expect(clock.monotonicMs()).toBe(before)
    expect(last(log.timeline(), 'probed')?.whole).toBe(false)
  })

  it('raises the breach as soon as the outage is certainly too long, counted from t0', async () => {
    const { clock, log, prober } = startProber((_, atMs) => ({ good: atMs < 6000, tookMs: 20 }), { rules: { abortOnOutage: true } })
    await clock.run(prober.baseline())
    void interrupt(clock, log.record, 600_000)
    const startMs = clock.monotonicMs()
    await clock.run(clock.sleep(600_000, prober.breach))
    expect(last(log.timeline(), 'breach')).toMatchObject({ name: 'web', allowedMs: 30_000 })
    expect(clock.monotonicMs() - startMs).toBeGreaterThan(30_000)
    expect(clock.monotonicMs() - startMs).toBeLessThan(36_000)
    await clock.run(prober.finish(planned(), 'outage'))
    expect(last(log.timeline(), 'probed')?.whole).toBe(false)
  })

  it('raises no breach where none was asked for', async () => {
    const { clock, log, prober } = startProber((_, atMs) => ({ good: atMs < 6000, tookMs: 20 }))
    await clock.run(prober.baseline())
    void interrupt(clock, log.record, 600_000)
    await clock.run(clock.sleep(120_000))
    expect(prober.breach.aborted).toBe(false)
  })

  it('ends at once, in the middle of the observation, when the run is cancelled', async () => {
    const cancel = new AbortController()
    const { clock, log, sent, prober } = startProber(well, { signal: cancel.signal })
    await clock.run(prober.baseline().then(() => interrupt(clock, log.record, 120_000)))
    const finished = prober.finish(planned(), 'landed')
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
})
