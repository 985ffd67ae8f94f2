import { JUDGED } from '../../src/report/judged.ts'
import type { Report } from '../../src/report/report.ts'
import { renderSummary } from '../../src/report/summary.ts'

/** The summary with the sections of a judged run. */
export function renderWhole(report: Report): string {
  return renderSummary(report, JUDGED)
}
