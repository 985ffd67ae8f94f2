import type { Send } from './call.ts'

/**
 * Rejects with a `TimeoutError` after `ms` of real time, whatever `send` waits for: credentials, a connection, headers, the rest of a body,
 * another page. `AbortSignal.timeout` uses real time, also in tests that speed up the timers: so a simulator on a busy machine has as long
 * to answer as AWS has.
 */
export async function withDeadline<T>(ms: number, send: Send<T>): Promise<T> {
  const signal = AbortSignal.timeout(Math.ceil(ms))
  const { promise, reject } = Promise.withResolvers<never>()
  const giveUp = () => reject(Object.assign(new Error(`no complete answer within ${toSeconds(ms)} s`), { name: 'TimeoutError' }))
  // Listens before the SDK does, so that this error wins.
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([promise, send({ abortSignal: signal })])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

function toSeconds(ms: number): number {
  return Math.round(ms / 100) / 10
}
