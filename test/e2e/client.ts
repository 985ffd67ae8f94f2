/** An independent witness: it shares with the action how samples are kept and measured, and nothing of how they are taken. */
import { request } from 'node:http'
import type { Simulator } from '../../simulator/server.ts'
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
