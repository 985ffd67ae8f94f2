import { joinSentences } from '../model/errors.ts'
import { toFigures } from './figures.ts'
import type { Report } from './report.ts'
import { toSign } from './signs.ts'

/**
 * The text of the one annotation of a run: what happened, the figures with their limits, and what to do next, each on its own line. GitHub
 * keeps the line breaks.
 */
export function renderAnnotation(report: Report): string {
  const { result, rehearsal } = report
  // A failure in a rehearsal needs no note; a success must not look like one on AWS.
  const note = rehearsal && result.pass ? 'Rehearsal, not AWS: ' : ''
  const figures = toFigures(report).map(({ name, state, value, limit }) => {
    return `${toSign(state, rehearsal)} ${name.charAt(0).toLowerCase()}${name.slice(1)} ${value} (${limit})`
  })
  return [`${note}${joinSentences(result.text)}`, figures.join(' · '), result.hint].filter((line) => line !== '').join('\n')
}
