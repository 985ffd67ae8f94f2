import { toWords } from '../duration.ts'
import { type Evidence, TOLERANCE_MS } from './evidence.ts'

/** Why the outcome of a target that has not left is not known. */
export function describeOpen({ state, upAt }: Evidence): string {
  if (upAt === undefined) return 'EC2 did not show it'
  return `EC2 last showed it ${state}, and its interruption may still come`
}

/** Who ended a target, in the words of EC2. */
export function describeCause({ cause }: Evidence): string {
  return cause?.text ?? 'EC2 names no cause'
}

/** How long before its signal a target left. */
export function describeEarly({ departure, cause, signal: { start, reactAt } }: Evidence): string {
  const at = departure?.at ?? 0
  const by = cause === undefined ? '' : `, ${cause.text}`
  if (start === undefined) return `left before any signal was sent${by}`
  const t0 = start.at.getTime()
  if (at < t0) return `left ${toWords(t0 - at)} before the start${by}`
  return `left ${toWords(at - t0)} after the rebalance recommendation and ${toWords(reactAt - at)} before the notice${by}`
}

/** Advice for a target that drained on the recommendation: it left too early only because `react-to` is `notice`. */
export function adviseEarly({ departure, signal: { start } }: Evidence): string | undefined {
  if (start === undefined || departure === undefined || departure.at < start.at.getTime() - TOLERANCE_MS) return undefined
  return 'The rebalance recommendation had been sent: with react-to: rebalance a target that drains on it counts.'
}
