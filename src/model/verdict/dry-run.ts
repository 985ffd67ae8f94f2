import { joinSentences } from '../errors.ts'
import { all, last, type Timeline } from '../timeline/event.ts'
import { fail, type StepResult } from './result.ts'

const NOTHING = 'Nothing was created.'
const PAGE = 'docs/permissions.md has all statements.'

/** Whether a run would go on, as far as reads can show. Unknown facts are not problems. */
export function judgeDryRun(timeline: Timeline, problems: readonly string[]): StepResult {
  const denied = all(timeline, 'permission').filter(({ answer }) => answer === 'denied')
  const calls = denied.map(({ action, resource }) => `${action} on ${resource}`)
  const ids = last(timeline, 'planned')?.plan.instanceIds ?? []
  const found = [...problems.map(withoutEnd), ...(calls.length === 0 ? [] : [`The caller would be denied ${calls.join(', ')}`])]
  if (found.length === 0) return { pass: true, text: `Dry run: a run would hit ${ids.join(', ')}. ${NOTHING}`, hint: '' }
  const statements = [...new Set(denied.map(({ statement }) => statement))]
  const grant = statements.length === 0 ? '' : `Grant to the caller: ${statements.join(', ')}; ${PAGE}`
  return fail(`Dry run: a run would fail. ${joinSentences(...found)}`, joinSentences(grant, NOTHING))
}

/** The problem without "Nothing was created.", because the result of a dry run says that once. */
function withoutEnd(problem: string): string {
  return problem.endsWith(NOTHING) ? problem.slice(0, -NOTHING.length).trimEnd() : problem
}
