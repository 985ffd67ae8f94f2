import type { Send } from './call.ts'

/**
 * Rejects with a `TimeoutError` after `ms` of real time, whatever `send` waits for: credentials, a connection, headers, the rest of a
 * body, another page. `AbortSignal.timeout` keeps real time also where tests speed up the timers: a busy machine then has as long to
 * answer as AWS has.
 */
export async function withDeadline<T>(ms: number, send: Send<T>): Promise<T> {
  const signal = AbortSignal.timeout(Math.ceil(ms))
  const { promise, reject } = Promise.withResolvers<never>()
  const giveUp = () => reject(Object.assign(new Error(`no complete answer within ${toSeconds(ms)} s`), { name: 'TimeoutError' }))
  // Listens before the SDK does, so that this error comes first.
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
