import { all } from '../model/timeline/event.ts'
import type { Conclusion, End } from '../model/verdict/conclusion.ts'
import type { Verdict, VerdictWord } from '../model/verdict/service.ts'
import { isMissed } from './figures.ts'
import type { Report } from './report.ts'
import { toSign } from './signs.ts'

/** The parts of a report that a title is made of. */
type Titled = Pick<Report, 'end' | 'outcomes' | 'plan' | 'rehearsal' | 'result' | 'timeline' | 'verdict'>

/** For each end: the title of a step that passes without anything judged. */
const GOOD: Readonly<Partial<Record<End, string>>> = {
  landed: 'interrupted, not judged',
  'signal-sent': 'signal sent, not judged',
  'early-stopped': 'recalled, not judged',
  'dry-run': 'dry run went through',
}

/** For each end: why the step fails, in at most three words, because the title has at most six. */
const BAD: Readonly<Record<End, string>> = {
  landed: 'not interrupted',
  'signal-sent': 'signal not sent',
  'never-started': 'experiment not started',
  'action-failed': 'experiment failed',
  'experiment-failed': 'experiment failed',
  'timed-out': 'timed out',
  unreadable: 'AWS not readable',
  'early-stopped': 'not recalled',
  outage: 'aborted',
  cancelled: 'cancelled',
  'dry-run': 'dry run failed',
  usage: 'bad input',
  refused: 'refused',
  credentials: 'no valid credentials',
  settings: 'bad settings',
  expired: 'credentials expired',
  denied: 'access denied',
  quota: 'quota reached',
  throttled: 'throttled by AWS',
  missing: 'not found',
  exists: 'already exists',
  conflict: 'conflict in AWS',
  invalid: 'request not valid',
  unreachable: 'AWS not reachable',
  service: 'AWS failed',
  internal: 'internal fault',
}

/** Ends at which the run itself did not fail. */
const USUAL: readonly End[] = ['landed', 'signal-sent', 'early-stopped']

/** The title of a run without its sign: the verdict, and the end of the run if it is unusual. At most five words. */
export function toTitle(run: Titled): string {
  return TITLES[run.verdict.word](run, describeFailure(run))[run.rehearsal ? 1 : 0]
}

/** Two titles: of a run on AWS, and of a rehearsal. */
type Words = readonly [string, string]

const TITLES: Readonly<Record<VerdictWord, (run: Titled, why: string) => Words>> = {
  survived: toSurvived,
  'not-survived': () => ['Not survived', 'Rehearsal: would not survive'],
  inconclusive: ({ verdict }, why) => {
    if (isUnbegun(verdict)) return [capital(why), `Rehearsal: ${why}`]
    return why === '' ? ['Inconclusive', 'Rehearsal: inconclusive'] : [`Inconclusive: ${why}`, `Rehearsal: inconclusive, ${why}`]
  },
  'not-judged': ({ result, end }, why) => {
    const how = result.pass ? (GOOD[end] ?? 'not judged') : why
    return [capital(how), `Rehearsal: ${how}`]
  },
}

/** The titles for the verdict `survived`. The run can fail nevertheless. */
function toSurvived({ result }: Titled, why: string): Words {
  return result.pass ? ['Survived', 'Rehearsal: would survive'] : [`Survived, but ${why}`, `Rehearsal failed: ${why}`]
}

/** The sign of the title. All rehearsals have their own. */
export function toTitleSign({ verdict, result, rehearsal }: Titled): string {
  if (rehearsal) return toSign('kept', true)
  if (verdict.word === 'inconclusive' && !isUnbegun(verdict)) return toSign('unknown', false)
  return toSign(result.pass ? 'kept' : 'broken', false)
}

/** Whether the run ended before there was anything to judge. Then its end says more than the verdict. */
export function isUnbegun({ open }: Pick<Verdict, 'open'>): boolean {
  return open.some(({ kind }) => kind === 'not-started')
}

/** Why the run itself failed, in at most three words; empty if it passed, or if it failed only because of the service. */
export function describeFailure(run: Titled): string {
  const { end, result, verdict, timeline, plan } = run
  if (result.pass) return ''
  if (verdict.open.some(({ kind }) => kind === 'baseline-failed')) return 'unhealthy at first'
  if (!USUAL.includes(end)) return BAD[end]
  if (haveMissed(run)) return BAD[end]
  if (all(timeline, 'alarm').some(({ state }) => state === 'ALARM')) return 'stop alarm'
  if (verdict.word === 'not-judged') return plan?.requireVerdict ? 'not judged' : BAD[end]
  return verdict.word === 'survived' || isUnbegun(verdict) ? BAD[end] : ''
}

function haveMissed({ verdict, outcomes, end }: Pick<Conclusion, 'verdict' | 'outcomes' | 'end'>): boolean {
  if (verdict.word !== 'not-judged') return verdict.open.some(isMissed)
  return end === 'landed' && outcomes.some(({ landed }) => !landed)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
