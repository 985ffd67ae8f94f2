import { field } from './field.ts'

/** Identifies the job of a matrix: the id of its check run, or on older servers its index in the matrix. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's, which the runner evaluates
const EXPRESSION = '${{ job.check_run_id || strategy.job-index }}'

/**
 * Tells the jobs of a matrix apart. Not for users: the default of action.yml sets it. '' if it is no such id, for example because a runner
 * other than GitHub's did not evaluate the expression.
 */
export const LEG = field(EXPRESSION, 'nothing: the action fills it in by itself', (text) => (/^[\w.-]{1,64}$/.test(text) ? text : ''))

/** The leg of this job, from the input; '' if it is not known. */
export function parseLeg(text: string): string {
  return LEG.parse(text.trim()) ?? ''
}
