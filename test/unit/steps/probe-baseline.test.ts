import { describe, expect, it } from 'vitest'
import { createSampleRecorder } from '../../../src/model/probes/samples.ts'
import { last } from '../../../src/model/timeline/event.ts'
import { createLog } from '../../../src/runner/log.ts'
import { passBaseline } from '../../../src/steps/probe-baseline.ts'
import type { Answer } from '../../../src/world.ts'
import { fakeTime } from '../../fakes/time.ts'

const HEALTHY: Answer = { health: 'healthy', tookMs: 20, why: '' }

/** A probe of this name that gets one answer a second, in this order, and none after them. */
function startBaseline(answers: Readonly<Record<string, readonly Answer[]>>) {
  const clock = fakeTime()
  const log = createLog(clock, () => undefined)
  const ended = new AbortController()
  const probes = Object.entries(answers).map(([name, given]) => {
    const recorder = createSampleRecorder(name)
    let latest: Answer | undefined
    const send = async () => {
      for (const answer of given) {
        await clock.sleep(1000)
        latest = answer
        recorder.settle(recorder.send(clock.monotonicMs()), answer.health, answer.tookMs)
      }
    }
    void send()
    const shown = `https://${name}.example.com/`
    const probeTarget = { name, shown, kind: 'https', url: shown, healthy: [[200, 299]], headers: {} } as const
    return { probeTarget, samples: recorder.samples, latest: () => latest }
  })
  return { clock, log, ended, baseline: passBaseline({ clock, log }, { probes, ended: ended.signal, untilMs: 30_000 }) }
}

describe('passBaseline', () => {
  it('waits until every probe has been healthy three times in a row', async () => {
    const failed: Answer = { health: 'failed', tookMs: 20, why: 'HTTP 503' }
    const { clock, log, baseline } = startBaseline({
      web: [HEALTHY, HEALTHY, HEALTHY],
      api: [HEALTHY, HEALTHY, failed, HEALTHY, HEALTHY, HEALTHY],
    })
    await clock.run(baseline)
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(6000)
    expect(clock.monotonicMs()).toBeLessThanOrEqual(6250)
    expect(last(log.timeline(), 'baseline')).toMatchObject({ ok: true, why: '' })
  })

  it('refuses the run once the time is over, and names the probes that have not passed', async () => {
    const { clock, log, baseline } = startBaseline({ web: [HEALTHY, HEALTHY, HEALTHY], api: [HEALTHY, HEALTHY], silent: [] })
    const why =
      'not every probe was healthy 3 times in a row within 30 s: api (https://api.example.com/), last answer: healthy; silent (https://silent.example.com/), last answer: none yet'
    await expect(clock.run(baseline)).rejects.toMatchObject({ fault: 'refused', message: `Before anything was created, ${why}.` })
    expect(clock.monotonicMs()).toBe(30_000)
    expect(last(log.timeline(), 'baseline')).toMatchObject({ ok: false, why })
  })

  it('refuses the run at once when the probes are ended', async () => {
    const { clock, log, ended, baseline } = startBaseline({ silent: [] })
    void clock.sleep(2000).then(() => ended.abort())
    await expect(clock.run(baseline)).rejects.toMatchObject({
      fault: 'refused',
      message: 'The run was ended before its probes had answered.',
    })
    expect(clock.monotonicMs()).toBe(2000)
    expect(last(log.timeline(), 'baseline')).toBeUndefined()
  })
})
