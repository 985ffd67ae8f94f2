import { toWords } from '../duration.ts'
import type { ActionSnapshot } from '../timeline/snapshot.ts'
import type { TargetOutcome } from './outcome.ts'

const MOST_LISTED = 5

/** A single target with its name, several by their number. */
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
