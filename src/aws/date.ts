import type { Handler } from './connection.ts'

/** Called with the time in the `Date` header of an answer, and with the milliseconds from the request to that header. */
export type ObserveDate = (date: Date, tookMs: number) => void

/** Calls `observe` with the `Date` header of every answer, also of a refusal, but not if the header is missing or unreadable. */
export function observeDates(handler: Handler, observe: ObserveDate): void {
  const handle = handler.handle.bind(handler)
  handler.handle = async (request, options) => {
    const sentMs = performance.now()
    const answer = await handle(request, options)
    const date = new Date(answer.response.headers.date ?? '')
    if (!Number.isNaN(date.getTime())) observe(date, performance.now() - sentMs)
    return answer
  }
}
