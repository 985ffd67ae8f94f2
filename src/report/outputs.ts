import { toWords } from '../model/duration.ts'
import type { Event } from '../model/timeline/event.ts'
import { ceilSeconds, floorTenth } from '../model/verdict/rounding.ts'
import { nameReplacements } from './capacity-words.ts'
import { toPlain } from './escape.ts'
import type { Report } from './report.ts'

export const OUTPUT_NAMES = [
  'experiment-id',
  'template-id',
  'role-arn',
  'instance-ids',
  'targets',
  'state',
  'reason',
  'elapsed',
  'elapsed-seconds',
  'interruption-seconds',
  'interrupted',
  'verdict',
  'availability',
  'longest-outage-seconds',
  'recovery-seconds',
  'reacted',
  'reaction-seconds',
  'replacements',
  'replacement-seconds',
  'rehearsal',
  'report',
  'junit',
  'predicate',
] as const

export type OutputName = (typeof OUTPUT_NAMES)[number]

/** The paths of the report files; '' for one that could not be written, or that this run does not have. */
export type Written = { readonly report: string; readonly junit: string; readonly predicate: string }

/** Every output of the main action; one without a value is empty. */
export function toOutputs(
  report: Report,
  written: Written = { report: '', junit: '', predicate: '' },
): Readonly<Record<OutputName, string>> {
  const { experiment, plan, elapsedMs, verdict } = report
  return {
    'experiment-id': experiment?.id ?? '',
    'template-id': report.templateId,
    'role-arn': report.role?.arn ?? '',
    'instance-ids': toList(plan?.instanceIds),
    targets: report.outcomes.length === 0 ? '' : JSON.stringify(report.outcomes.map(toTarget)),
    state: experiment?.status ?? '',
    reason: toPlain(experiment?.reason ?? ''),
    elapsed: elapsedMs === undefined ? '' : toWords(elapsedMs),
    'elapsed-seconds': elapsedMs === undefined ? '' : String(Math.max(0, Math.floor(elapsedMs / 1000))),
    'interruption-seconds': report.interruptionMs === undefined ? '' : String(Math.floor(report.interruptionMs / 1000)),
    interrupted: report.interrupted,
    verdict: verdict.word,
    availability: verdict.availability === undefined ? '' : floorTenth(verdict.availability),
    'longest-outage-seconds': toCeiling(verdict.longestOutageMs),
    'recovery-seconds': toCeiling(verdict.recoveryMs),
    reacted: report.reaction.reacted,
    'reaction-seconds': toCeiling(report.reaction.reactionMs),
    replacements: verdict.capacities.length === 0 ? '' : JSON.stringify(nameReplacements(verdict.capacities)),
    'replacement-seconds': toCeiling(verdict.replacementMs),
    rehearsal: String(report.rehearsal),
    report: written.report,
    junit: written.junit,
    predicate: written.predicate,
  }
}

/** Outputs that are set as soon as they are known, so that they exist however the run ends. */
export function toEarlyOutputs(event: Event): Readonly<Partial<Record<OutputName, string>>> {
  if (event.kind === 'planned') return { 'instance-ids': toList(event.plan.instanceIds) }
  if (event.kind === 'rehearsal') return { rehearsal: 'true' }
  if (event.kind === 'role') return { 'role-arn': event.arn }
  if (event.kind === 'template') return { 'template-id': event.id }
  if (event.kind === 'started') return { 'experiment-id': event.snapshot.id }
  return {}
}

/** Empty while no target is selected. */
function toList(ids: readonly string[] = []): string {
  return ids.length === 0 ? '' : JSON.stringify(ids)
}

/** Whole seconds, rounded up. */
function toCeiling(ms: number | undefined): string {
  return ms === undefined ? '' : String(ceilSeconds(ms))
}

function toTarget({ id, outcome, evidence, state, t0, leftAt, endedAt }: Report['outcomes'][number]) {
  return { id, outcome, evidence: toPlain(evidence), state, t0: toIso(t0), leftAt: toIso(leftAt), endedAt: toIso(endedAt) }
}

function toIso(at: Date | undefined): string | null {
  return at?.toISOString() ?? null
}
