import { createSampleRecorder, type Health, type Samples } from '../../src/model/probes/samples.ts'

const SIGNS: Readonly<Record<string, Health>> = { '.': 'healthy', x: 'failed', u: 'unknown' }

/**
 * Samples drawn as text, a sign a beat: `.` healthy, `x` failed, `u` unknown, `?` still to come, and a blank for a beat that was slept
 * through. The first sign is at `from` seconds of the monotonic clock.
 */
export function draw(signs: string, { from = 0, every = 2, name = 'web', tookMs = 20 } = {}): Samples {
  const recorder = createSampleRecorder(name)
  ;[...signs].forEach((sign, beat) => {
    if (sign === ' ') return
    const at = recorder.send((from + beat * every) * 1000)
    const health = SIGNS[sign]
    if (health !== undefined) recorder.settle(at, health, tookMs)
  })
  return recorder.samples()
}
