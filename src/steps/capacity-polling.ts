import type { Timeline } from '../model/timeline/event.ts'
import type { Planned } from '../model/timeline/planned.ts'
import { nextPollAt, SHORTEST_GAP_MS } from '../model/timeline/polling.ts'
import { readDue, readStarts } from '../model/timeline/schedule.ts'
import { toOutcomes } from '../model/verdict/outcome.ts'

/** A poll this long before an interruption is due shows whether anything has reacted by then. */
const BEFORE_MS = 1500

/**
 * When to poll the capacities next, in monotonic milliseconds: at the pace of the other polls, more often after the signals and the
 * departures, and exactly at the moments that decide about a reaction.
 */
export function nextCapacityPollAt(timeline: Timeline, plan: Planned, lastMs: number): number {
  const signals = readStarts(timeline).map((start) => ({ start, due: readDue(plan, start) }))
  const left = toOutcomes(timeline, plan).flatMap(({ leftMs }) => leftMs ?? [])
  const expected = [...signals.flatMap(({ due }) => (due === undefined ? [] : [due.noticeMs, due.interruptionMs])), ...left]
  const exact = signals.flatMap(({ start, due }) => {
    const signalMs = plan.reactTo === 'notice' && due !== undefined ? due.noticeMs : start.ms
    return [
      ...(plan.reactWithinMs === undefined ? [] : [signalMs + plan.reactWithinMs]),
      ...(due === undefined ? [] : [due.interruptionMs - BEFORE_MS]),
    ]
  })
  const soon = exact.filter((ms) => ms >= lastMs + SHORTEST_GAP_MS)
  return Math.min(nextPollAt(lastMs, expected, plan.pollIntervalMs), ...soon)
}
