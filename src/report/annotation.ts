import { joinSentences } from '../model/errors.ts'
import { toFigures } from './figures.ts'
import type { Report } from './report.ts'
import { toSign } from './signs.ts'

/**
 * What the one annotation of a run says: what happened, the figures against their limits, and what to do next, each on a line of its own.
 * GitHub keeps the lines.
 */
export function renderAnnotation(report: Report): string {
  const { result, rehearsal } = report
  // A failure is one in a rehearsal, too; a success is not.
  const note = rehearsal && result.pass ? 'Rehearsal, not AWS: ' : ''
  const figures = toFigures(report).map(({ name, state, value, limit }) => {
    return `${toSign(state, rehearsal)} ${name.charAt(0).toLowerCase()}${name.slice(1)} ${value} (${limit})`
  })
  return [`${note}${joinSentences(result.text)}`, figures.join(' · '), result.hint].filter((line) => line !== '').join('\n')
}
