import type { Handler } from './connection.ts'

/** Gets the time in the `Date` header of an answer, and the milliseconds from the request to that header. */
export type ObserveDate = (date: Date, tookMs: number) => void

/** Shows the `Date` header of every answer, also of a refusal, to `observe`. An answer without one, or with an unreadable one, shows nothing. */
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
