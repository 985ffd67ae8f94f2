/**
 * The parts of a run that a comment or an attestation may show. An attestation may stay in a public log for ever. So they contain no
 * instance ids, account ids, ARNs, addresses or hosts.
 */
import { describeReason, type Reason } from '../model/verdict/reasons.ts'
import type { Verdict } from '../model/verdict/service.ts'
import type { Report } from './report.ts'
import { describeFailure } from './title.ts'

/** Replaces a hidden text. */
const HIDDEN = '…'
/** They match inside a word, too, because the name of a probe may contain an id. */
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

/**
 * For each kind of reason: its own sentence, or a public one if its own may contain private text. A new kind does not compile without a
 * decision.
 */
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
function describePublicly(reason: Reason): string {
  // `reason.kind` selects the sentence of exactly this kind. The compiler cannot see that.
  const own = PUBLIC[reason.kind] as 'its own' | ((reason: Reason) => string)
  return toPublic(own === 'its own' ? describeReason(reason) : own(reason))
}

/** The reasons of a verdict: those that make it red, else those that leave it open. */
export function toVerdictReasons({ red, open }: Pick<Verdict, 'red' | 'open'>): readonly string[] {
  return (red.length > 0 ? red : open).map(describePublicly)
}

/** Why the run does not prove that the service survived. Empty only if it does: the verdict is `survived`, and the step passed. */
export function toPublicReasons(report: Report): readonly string[] {
  const { verdict, result } = report
  const reasons = toVerdictReasons(verdict)
  if (reasons.length > 0) return reasons
  if (verdict.word === 'survived') return result.pass ? [] : [`the service survived, but the step failed: ${describeFailure(report)}`]
  return [result.pass ? 'nothing was judged' : `nothing was judged, and the step failed: ${describeFailure(report)}`]
}
