import { createSampleRecorder, type Samples } from '../../src/model/probes/samples.ts'

/**
 * A tape drawn as text, a sign a beat: `.` good, `x` bad, `?` still to come, and a blank for a beat that was slept through. The first sign
 * is at `from` seconds of the monotonic clock.
 */
export function draw(signs: string, { from = 0, every = 2, name = 'web', tookMs = 20 } = {}): Samples {
  const recorder = createSampleRecorder(name)
  ;[...signs].forEach((sign, beat) => {
    if (sign === ' ') return
    const at = recorder.send((from + beat * every) * 1000)
    if (sign !== '?') recorder.settle(at, sign === '.', tookMs)
  })
  return recorder.samples()
}
