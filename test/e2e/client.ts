/** An independent witness: it shares with the action how samples are kept and measured, and nothing of how they are taken. */
import { request } from 'node:http'
import type { Simulator } from '../../simulator/server.ts'
import type { CheckCounts } from '../../src/model/probes/metrics.ts'
import { createSampleRecorder, type Samples } from '../../src/model/probes/samples.ts'

export const CLIENT_INTERVAL_MS = 700

/** Asks over and over, in a rhythm of its own, and writes down when it asked and whether it was answered; times are simulated. */
export function startClient(simulator: Simulator, url: string): { samples: () => Samples; stop: () => void } {
  const recorder = createSampleRecorder('client')
  const timer = setInterval(() => {
    const sentAt = simulator.now().getTime()
    const at = recorder.send(sentAt)
    const settle = (healthy: boolean) => recorder.settle(at, healthy ? 'healthy' : 'failed', simulator.now().getTime() - sentAt)
    const sent = request(url, { agent: false }, (answer) => {
      answer.resume()
      answer.on('end', () => settle(answer.statusCode === 200))
    })
    sent.on('error', () => settle(false))
    sent.end()
  }, CLIENT_INTERVAL_MS / simulator.clock.speed)
  return { samples: recorder.samples, stop: () => clearInterval(timer) }
}

/** Checks of one observer over a stretch of time. */
type Checked = { readonly counts: CheckCounts; readonly intervalMs: number }

/**
 * By how many per cent two availabilities of the same time may differ: by two intervals of the slower observer, and by each check that an
 * observer should have sent and did not, as happens on a busy machine.
 */
export function toTolerance(lengthMs: number, observers: readonly Checked[]): number {
  const slowestMs = Math.max(...observers.map(({ intervalMs }) => intervalMs))
  const missedMs = observers.map(({ counts: { healthy, failed, due }, intervalMs }) => Math.max(0, due - healthy - failed - 1) * intervalMs)
  return ((2 * slowestMs + missedMs.reduce((sum, one) => sum + one, 0)) / lengthMs) * 100
}
