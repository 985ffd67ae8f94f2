import { findPresence } from '../capacity/reading.ts'
import { type CapacityReadings, toPolls } from '../capacity/readings.ts'
import { toBatches } from '../plan/template.ts'
import { last } from '../timeline/event.ts'
import type { Planned } from '../timeline/planned.ts'
import { readActionStart, readDue } from '../timeline/schedule.ts'
import { TOLERANCE_MS } from './evidence.ts'
import type { Observed } from './observed.ts'
import type { TargetOutcome } from './outcome.ts'
import type { OpenReason, RedReason } from './reasons.ts'

/** A sign of a reaction: who began to take the target out of service, and when a poll first showed it, in monotonic milliseconds. */
export type Sign = { readonly by: string; readonly seenMs: number }

/** Whether something reacted to the signal to one target. */
export type TargetReaction = {
  readonly id: string
  readonly reacted: boolean | 'unknown'
  /** The signs, in the order in which they were seen. */
  readonly signs: readonly Sign[]
  /** From the signal to the first sign. */
  readonly reactionMs?: number
  /** Whether the first sign came within `react-within`; absent if that is not judged. */
  readonly inTime?: boolean | 'unknown'
  /** Whether a source would have shown any kind of reaction. */
  readonly visible: boolean
}

export type Reaction = {
  /** `true` when every target shows a reaction, `false` when one certainly does not; empty before a start. */
  readonly reacted: 'true' | 'false' | 'unknown' | ''
  /** The reaction time of the slowest target; undefined if one shows no reaction. */
  readonly reactionMs: number | undefined
  readonly targets: readonly TargetReaction[]
}

/** Reads, for each target, the signs of every source between the signal and the end of the target. */
export function readReaction(observed: Observed): Reaction {
  const { plan, start, outcomes } = observed
  if (plan === undefined || start === undefined) return { reacted: '', reactionMs: undefined, targets: [] }
  const targets = outcomes.map((outcome) => judgeTarget(observed, plan, outcome))
  const times = targets.flatMap(({ reactionMs }) => reactionMs ?? [])
  return {
    reacted: combine(targets),
    reactionMs: targets.length > 0 && times.length === targets.length ? Math.max(...times) : undefined,
    targets,
  }
}

/** The reasons from `react-within`; none without that input. */
export function judgeReaction(
  { plan }: Observed,
  { targets }: Reaction,
): { readonly red: readonly RedReason[]; readonly open: readonly OpenReason[] } {
  const allowed = plan?.reactWithinMs
  if (allowed === undefined) return { red: [], open: [] }
  const late = targets.filter(({ inTime }) => inTime === false)
  const unseen = Map.groupBy(
    targets.filter(({ inTime }) => inTime === 'unknown'),
    ({ visible }) => visible,
  )
  return {
    red: late.map(({ id, reactionMs }) => ({ kind: 'late-reaction', id, allowed, ...(reactionMs === undefined ? {} : { reactionMs }) })),
    open: [...unseen].map(([visible, of]) => ({ kind: 'unknown-reaction', ids: of.map(({ id }) => id), visible })),
  }
}

function combine(targets: readonly TargetReaction[]): Reaction['reacted'] {
  if (targets.some(({ reacted }) => reacted === false)) return 'false'
  return targets.length > 0 && targets.every(({ reacted }) => reacted === true) ? 'true' : 'unknown'
}

/** The time in which a sign counts, in monotonic milliseconds: from the signal to the earlier of departure and t0+D. */
type Stretch = { readonly fromMs: number; readonly toMs: number }

function judgeTarget(observed: Observed, plan: Planned, outcome: TargetOutcome): TargetReaction {
  const { id } = outcome
  const stretch = findStretch(observed, plan, outcome)
  if (stretch === undefined) return toReaction(id, [], { plan, fromMs: 0, quietMs: undefined, toMs: 0 })
  const read = last(observed.timeline, 'capacity-read')?.allReadings ?? []
  const shown = new Map(plan.capacityRules?.capacities.map((one) => [one.name, one.shown]))
  const views = read.flatMap((readings) => view(readings, id, { ...stretch, gapMs: Math.max(plan.pollIntervalMs, LEAST_GAP_MS) }) ?? [])
  const signs = [
    ...views.flatMap(({ name, seenMs }) => (seenMs === undefined ? [] : [{ by: shown.get(name) ?? name, seenMs }])),
    ...findEnded(outcome, stretch),
  ]
  // A source that shows a sign counts, too, because it does show the reaction of this target.
  const quiet = views.filter(({ tells, seenMs }) => tells || seenMs !== undefined).map(({ quietMs }) => quietMs)
  const quietMs = quiet.length === 0 ? undefined : Math.min(...quiet)
  return toReaction(
    id,
    signs.toSorted((a, b) => a.seenMs - b.seenMs),
    { plan, ...stretch, quietMs },
  )
}

function findStretch({ timeline }: Observed, plan: Planned, { id, leftMs }: TargetOutcome): Stretch | undefined {
  const action = toBatches(plan.instanceIds).find(({ ids }) => ids.includes(id))?.action
  const start = action === undefined ? undefined : readActionStart(timeline, action)
  if (start === undefined) return undefined
  const due = readDue(plan, start)
  const fromMs = plan.reactTo === 'notice' && due !== undefined ? due.noticeMs : start.ms
  const ends = [leftMs, due?.interruptionMs, last(timeline, 'capacity-read')?.untilMs].filter((ms) => ms !== undefined)
  const toMs = Math.min(...ends)
  return toMs < fromMs ? undefined : { fromMs, toMs }
}

/**
 * The last poll without a sign may be this much older than the signal, also with a shorter `poll-interval`, because one slow answer delays
 * the next poll.
 */
const LEAST_GAP_MS = 10_000

/** What one source shows of a target. */
type View = {
  readonly name: string
  /** When it was first seen draining; undefined if that began before the signal, or may have, because no poll shows it shortly before. */
  readonly seenMs: number | undefined
  /** The last earlier poll that shows the target without a sign, so no sign came before it. */
  readonly quietMs: number
  /** Whether the source shows such a reaction, so that no sign means none. */
  readonly tells: boolean
}

function view(readings: CapacityReadings, id: string, { fromMs, toMs, gapMs }: Stretch & { readonly gapMs: number }): View | undefined {
  const polls = toPolls(readings).flatMap(({ sentMs, reading }) =>
    reading === undefined ? [] : [{ sentMs, presence: findPresence(reading, id) }],
  )
  if (polls[0]?.presence !== 'shown') return undefined
  const draining = polls.filter(({ presence }) => presence === 'draining')
  const firstMs = draining[0]?.sentMs ?? Number.POSITIVE_INFINITY
  const quietMs = polls.findLast(({ presence, sentMs }) => presence === 'shown' && sentMs < firstMs)?.sentMs ?? Number.NEGATIVE_INFINITY
  const mayBeEarly = draining.length > 0 && (firstMs < fromMs - TOLERANCE_MS || quietMs < fromMs - gapMs - TOLERANCE_MS)
  const seen = mayBeEarly ? undefined : draining.find(({ sentMs }) => sentMs >= fromMs - TOLERANCE_MS && sentMs <= toMs)
  return { name: readings.name, seenMs: seen?.sentMs, quietMs, tells: mayBeEarly || (readings.readings[0]?.tells ?? false) }
}

/** If somebody else ended the target after the signal, that end is a sign itself. */
function findEnded({ outcome, leftMs, evidence, warning }: TargetOutcome, { toMs }: Stretch): readonly Sign[] {
  const ended = outcome === 'drained' && warning === undefined && leftMs !== undefined && leftMs <= toMs
  return ended ? [{ by: `EC2: ${evidence}`, seenMs: leftMs }] : []
}

type Known = Stretch & { readonly plan: Planned; readonly quietMs: number | undefined }

/** The reaction of one target. Without a sign, no poll proves what happened after the last poll, so the answer may be unknown. */
function toReaction(id: string, signs: readonly Sign[], known: Known): TargetReaction {
  const [first] = signs
  const { plan, fromMs, toMs } = known
  const { reactWithinMs } = plan
  const reactionMs = first === undefined ? undefined : Math.max(0, first.seenMs - fromMs)
  return {
    id,
    signs,
    reacted: first === undefined ? judgeSilence(known, toMs) : true,
    visible: known.quietMs !== undefined,
    ...(reactionMs === undefined ? {} : { reactionMs }),
    ...(reactWithinMs === undefined ? {} : { inTime: judgeTime(known, reactWithinMs, reactionMs) }),
  }
}

function judgeTime(known: Known, withinMs: number, reactionMs = Number.POSITIVE_INFINITY): boolean | 'unknown' {
  if (reactionMs <= withinMs + TOLERANCE_MS) return true
  return judgeSilence(known, Math.min(known.toMs, known.fromMs + withinMs))
}

/** `false` if polls show that no sign came until then; otherwise `unknown`. */
function judgeSilence({ quietMs = Number.NEGATIVE_INFINITY }: Known, untilMs: number): false | 'unknown' {
  return quietMs >= untilMs - TOLERANCE_MS ? false : 'unknown'
}
