import { field } from './field.ts'

/** What GitHub knows of the job of a matrix: the id of its check run, on older servers its index in the matrix. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's, which the runner evaluates
const EXPRESSION = '${{ job.check_run_id || strategy.job-index }}'

/**
 * Tells the jobs of a matrix apart. Not for users: the default of action.yml fills it in. '' for what is no such id, as where something
 * other than GitHub's runner has left the expression as it is.
 */
export const LEG = field(EXPRESSION, 'nothing: the action fills it in by itself', (text) => (/^[\w.-]{1,64}$/.test(text) ? text : ''))

/** The leg that the input holds; '' where it is not known. */
export function parseLeg(text: string): string {
  return LEG.parse(text.trim()) ?? ''
}
