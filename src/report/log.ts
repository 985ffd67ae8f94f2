import { toIso, toWords } from '../model/duration.ts'
import { plural } from '../model/plural.ts'
import type { EventKind, EventOf, Phase, RoleOrigin, Stamped } from '../model/timeline/event.ts'
import { toBaseline, toCountLines, toReacted, toScaling } from './capacity-log.ts'
import { toPlain } from './escape.ts'
import { toPermission } from './permissions.ts'
import { toAlarm, toPollLines, toTarget, toWaiting } from './polls.ts'
import { toReselected, toSelected } from './selection.ts'
import { toProbe, toProbeBaseline, toRecovering } from './service.ts'
import { toStamp } from './timestamp.ts'

/** One line of the log, before its timestamp. `indent` is for the polls. */
type Line = { readonly text: string; readonly indent?: boolean }

/** How many changes of one probe between healthy and failed the log shows. */
const MOST_CHANGES = 50

/** The log lines of one event, each `[2025-08-23 02:04:26 IST] …`; empty for an event that only the report needs. */
export function toLines(event: Stamped, timezone: string): readonly string[] {
  const stamp = `[${toStamp(event.seenAt, timezone)}]`
  return toShown(event, timezone).map(({ text, indent }) => `${indent ? '  ' : ''}${stamp} ${toPlain(text)}`)
}

/** The same without time and indent. Times inside a text are in UTC. */
export function toTexts(event: Stamped): readonly string[] {
  return toLogLines(event, 'UTC').map(({ text }) => toPlain(text))
}

/** Limits the changes of a probe in the log, because an unstable service would fill it. The report has every change. */
function toShown(event: Stamped, timezone: string): readonly Line[] {
  if (event.kind !== 'probe' || event.nth <= MOST_CHANGES) return toLogLines(event, timezone)
  const text = `⚠ Probe ${event.name} keeps changing: the report has its further changes, this log does not`
  return event.nth === MOST_CHANGES + 1 ? [{ text, indent: true }] : []
}

function toLogLines(event: Stamped, timezone: string): readonly Line[] {
  // `event.kind` selects the sentence of exactly this kind. The compiler cannot see that.
  return (SENTENCES[event.kind] as (event: Stamped, timezone: string) => readonly Line[])(event, timezone)
}

const PHASE: Readonly<Record<Phase, string>> = { setup: 'Setup', 'dry-run': 'Dry run', experiment: 'Experiment', cleanup: 'Cleanup' }

const ROLE: Readonly<Record<RoleOrigin, string>> = {
  given: 'Using the given role',
  reused: 'Using existing role',
  created: 'Created role',
  mended: 'Added the missing policy to role',
}

/** The lines of one kind of event. Times inside a line use the same time zone as its timestamp. */
type Sentence<K extends EventKind> = (event: EventOf<K>, timezone: string) => readonly Line[]

const SENTENCES: { readonly [K in EventKind]: Sentence<K> } = {
  'phase-begun': ({ phase }) => [{ text: `=== ${PHASE[phase].toUpperCase()} PHASE ===` }],
  'phase-ended': ({ phase, ok, tookMs }) => [
    { text: `${ok ? '✓' : '✗'} ${PHASE[phase]} phase ${ok ? 'completed in' : 'failed after'} ${toWords(tookMs)}` },
  ],
  planned: () => [],
  announced: ({ plan }) => [
    {
      text:
        plan.mode === 'interruption' ? `Mode: SPOT INTERRUPTION (duration: ${toIso(plan.durationMs)})` : 'Mode: REBALANCE RECOMMENDATION',
    },
    ...(plan.probeRules === undefined
      ? []
      : [{ text: `Probes: ${plan.probeRules.probes.map(({ name, shown }) => `${name} ${shown}`).join(', ')}` }]),
    ...(plan.capacityRules === undefined
      ? []
      : [{ text: `Capacity: ${plan.capacityRules.capacities.map(({ name, shown }) => `${name} ${shown}`).join(', ')}` }]),
    { text: `Target instance${plan.instanceIds.length === 1 ? '' : 's'}: ${plan.instanceIds.join(', ')}` },
  ],
  rehearsal: ({ at }) => [{ text: `⚠ REHEARSAL: the calls go to ${at}, which is not AWS. Nothing real is interrupted.` }],
  caller: ({ account, arn, source }) => [{ text: `✓ Credentials of account ${account} (${arn}), from ${source}` }],
  alarm: ({ arn, state }) => [{ text: toAlarm(arn, state) }],
  queued: ({ why, pauseMs, leftMs }) => [{ text: `⚠ ${why} Trying again in ${toWords(pauseMs)}, for ${toWords(leftMs)} more` }],
  would: ({ what }) => [{ text: what }],
  permission: toPermission,
  selected: toSelected,
  reselected: toReselected,
  checked: ({ targets }) => [{ text: `✓ Preflight passed: ${plural(targets, 'running Spot instance')}` }],
  warned: ({ what }) => [{ text: `⚠ ${what}` }],
  role: ({ origin, arn }) => [{ text: `✓ ${ROLE[origin]}: ${arn}` }],
  template: ({ id }) => [{ text: `✓ Template: ${id}` }],
  starting: ({ templateId, attempt }) => [
    { text: `Starting experiment from template ${templateId}${attempt === 1 ? '' : `, attempt ${attempt}`} ...` },
  ],
  started: ({ snapshot }) => [{ text: `✓ Experiment ${snapshot.id} started (state: ${snapshot.status})` }],
  unanswered: ({ templateId }) => [
    { text: `⚠ StartExperiment from template ${templateId} had no answer, so an experiment may be running; the clean-up searches for it` },
  ],
  repeated: ({ reason, pauseMs }) => [
    {
      text: `⚠ No action was started: ${reason || 'FIS gave no reason'} A fresh role takes a while; starting again in ${toWords(pauseMs)}`,
    },
  ],
  experiment: toPollLines,
  target: ({ snapshot }) => [{ text: toTarget(snapshot), indent: true }],
  waiting: toWaiting,
  unread: ({ source, why, inARow }) => [
    {
      text:
        inARow === 0
          ? `✓ ${source.toUpperCase()} can be read again`
          : `⚠ ${source.toUpperCase()} could not be read (${inARow} in a row): ${why}`,
    },
  ],
  cancelled: ({ by }) => [{ text: `⚠ Cancelled (${by}): stopping what this run has started, then cleaning up` }],
  ended: () => [],
  baseline: toProbeBaseline,
  probe: toProbe,
  breach: ({ name, downMs, allowedMs }) => [
    {
      text: `✗ Probe ${name} has been down for ${toWords(downMs)}, longer than max-outage (${toWords(allowedMs)}): abort-on-outage ends the watch`,
    },
  ],
  observing: ({ forMs }) => [{ text: `The observation goes on for ${toWords(forMs)}` }],
  recovering: toRecovering,
  probed: () => [],
  'capacity-baseline': toBaseline,
  capacity: toCountLines,
  reaction: toReacted,
  'capacity-read': () => [],
  scaling: toScaling,
  stopping: ({ id }) => [{ text: `✓ StopExperiment sent for ${id}` }],
  recalled: ({ id }) => [{ text: `⚠ Time-out: StopExperiment sent for ${id}; the interruption may still come` }],
  removed: ({ resource, id, how }) => [{ text: `✓ ${REMOVED[how](capital(resource), id)}` }],
  kept: ({ resource, id }) => [
    { text: `${capital(resource)} ${id} retained (with delete-role: true a run creates a role of its own and deletes it)` },
  ],
  left: ({ resource, id, why, commands }) => [
    { text: `✗ ${capital(resource)} ${id} could not be removed: ${why}` },
    ...commands.map((command) => ({ text: `By hand: ${command}` })),
  ],
  swept: ({ resource, id, run, because }) => [
    { text: `✓ ${because === 'expired' ? 'Expired leftover' : 'Leftover'} of ${run || 'a run'} removed: ${resource} ${id}` },
  ],
  unswept: () => [],
  found: ({ resource, id, run, because }) => [
    { text: `${because === 'expired' ? 'Expired leftover' : 'Leftover'} of ${run || 'a run'} would be removed: ${resource} ${id}` },
  ],
  spared: ({ resource, id, run }) => [
    { text: `${capital(resource)} ${id} of ${run || 'a run'} is left alone: another job may be using it` },
  ],
  commented: ({ how, url }) => [{ text: `✓ Comment ${how}: ${url}` }],
  passed: ({ text }) => [{ text: `✓ SUCCESS: ${text}` }],
  failed: ({ text }) => [{ text: `✗ ${text}` }],
}

const REMOVED: Readonly<Record<EventOf<'removed'>['how'], (what: string, id: string) => string>> = {
  deleted: (what, id) => `${what} deleted: ${id}`,
  stopped: (what, id) => `${what} stopped: ${id}`,
  ended: (what, id) => `${what} ended by itself: ${id}`,
  gone: (what, id) => `${what} ${id} was already deleted, or belongs to another run`,
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
