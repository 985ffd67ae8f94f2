/**
 * What of a run may be shown outside of it: in a comment, or in an attestation, which may stand in a public log for good. No instance
 * ids, account ids, ARNs, addresses or hosts.
 */
import { describe, type Reason } from '../model/verdict/reasons.ts'
import type { Verdict } from '../model/verdict/service.ts'
import type { Report } from './report.ts'
import { describeFailure } from './title.ts'

/** What takes the place of what is not shown. */
const HIDDEN = '…'
/** Ids are found also in the middle of a word: a probe may have one in its name. */
const PRIVATE: readonly RegExp[] = [
  /arn:aws[a-z-]*:\S*/gi,
  /[a-z][a-z0-9+.-]*:\/\/\S*/gi,
  /(?:i|sir)-[0-9a-f]{8,}/gi,
  /\d{12,}/g,
  /(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?/g,
  /\[?[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,}\]?/gi,
  /(?:[a-z0-9_-]+\.)+[a-z]{2,}(?::\d+)?/gi,
]

/** The text without instance ids, account ids, ARNs, addresses and hosts. */
export function toPublic(text: string): string {
  return PRIVATE.reduce((shown, form) => shown.replace(form, HIDDEN), text)
}

/** Reasons whose own sentence holds more than names and figures. A new kind of reason does not compile until somebody has decided. */
const PUBLIC: { readonly [K in Reason['kind']]: 'its own' | ((reason: Extract<Reason, { kind: K }>) => string) } = {
  availability: 'its own',
  outage: 'its own',
  'no-recovery': 'its own',
  'baseline-failed': () => 'the service was not healthy before anything was created',
  'not-started': 'its own',
  'not-landed': ({ targets }) => `the interruption was not proved for every target (${targets.length} missing)`,
  'not-sent': 'its own',
  'not-stopped': 'its own',
  'few-checks': 'its own',
  'missing-checks': 'its own',
  'unknown-availability': 'its own',
  'unknown-outage': 'its own',
  'unknown-recovery': 'its own',
  'not-replaced': 'its own',
  'late-reaction': () => 'nothing reacted to the signal in time',
  'capacity-lowered': 'its own',
  'capacity-unknown': 'its own',
  'not-affected': 'its own',
  'unknown-reaction': ({ visible }) =>
    visible ? 'it is not known whether something reacted in time' : 'no source shows whether something reacted in time',
  'cut-short': 'its own',
}

/** One reason, as a sentence without its full stop that may be shown outside of the run. */
export function describePublicly(reason: Reason): string {
  // The kind of the reason chooses a sentence for just that kind, which the compiler cannot follow through the lookup.
  const own = PUBLIC[reason.kind] as 'its own' | ((reason: Reason) => string)
  return toPublic(own === 'its own' ? describe(reason) : own(reason))
}

/** The reasons of a verdict: those that make it red, else those that leave it open. */
export function toVerdictReasons({ red, open }: Pick<Verdict, 'red' | 'open'>): readonly string[] {
  return (red.length > 0 ? red : open).map(describePublicly)
}

/** Why the run is no proof that the service survived; empty only for one that is: verdict `survived`, and the step passed. */
export function toPublicReasons(report: Report): readonly string[] {
  const { verdict, result } = report
  const reasons = toVerdictReasons(verdict)
  if (reasons.length > 0) return reasons
  if (verdict.word === 'survived') return result.pass ? [] : [`the service survived, but the step failed: ${describeFailure(report)}`]
  return [result.pass ? 'nothing was judged' : `nothing was judged, and the step failed: ${describeFailure(report)}`]
}
