import { toWords } from '../duration.ts'
import type { ActionSnapshot } from '../timeline/snapshot.ts'
import { type Evidence, TOLERANCE_MS } from './evidence.ts'
import type { TargetOutcome } from './outcome.ts'

const MOST_LISTED = 5

/** Why it is not known what becomes of a target that has not left. */
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

/** A target that drained on the recommendation left too early only because the notice was waited for. */
export function adviseEarly({ departure, signal: { start } }: Evidence): string | undefined {
  if (start === undefined || departure === undefined || departure.at < start.at.getTime() - TOLERANCE_MS) return undefined
  return 'The rebalance recommendation had been sent: with react-to: rebalance a target that drains on it counts.'
}

/** One target by name, many by number. */
export function summarize(outcomes: readonly TargetOutcome[], startMs: number | undefined): string {
  const lastMs = Math.max(...outcomes.map(({ leftMs }) => leftMs ?? 0))
  const after = startMs === undefined ? '' : ` ${toWords(lastMs - startMs)} after the start`
  const [first] = outcomes
  if (outcomes.length === 1 && first !== undefined) return `${first.id} ${WORD[first.outcome]}${after}`
  return `${outcomes.length} targets ended${after}: ${countOutcomes(outcomes)}`
}

const WORD: Readonly<Record<TargetOutcome['outcome'], string>> = {
  interrupted: 'interrupted',
  drained: 'drained by somebody else',
  'ended-early': 'ended before its signal',
  running: 'still running',
  unknown: 'ended without evidence of the cause',
}

/** `i-1 (running), i-2 (ended-early: left 5s before the start)`, five of them at most. */
export function listTargets(outcomes: readonly TargetOutcome[]): string {
  const shown = outcomes
    .slice(0, MOST_LISTED)
    .map(({ id, outcome, evidence }) => `${id} (${outcome}${evidence === '' ? '' : `: ${evidence}`})`)
  const more = outcomes.length - shown.length
  return `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`
}

/** `signal-2 skipped (No targets.)` */
export function listActions(actions: readonly ActionSnapshot[]): string {
  return actions.map(({ name, status, reason }) => `${name} ${status}${reason === '' ? '' : ` (${reason})`}`).join(', ')
}

/** `2 interrupted, 1 running.` */
export function countOutcomes(outcomes: readonly TargetOutcome[]): string {
  const counts = new Map<string, number>()
  for (const { outcome } of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return `${[...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}.`
}
