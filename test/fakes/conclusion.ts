import type { Timeline } from '../../src/model/timeline/event.ts'
import { type Conclusion, conclude, type End } from '../../src/model/verdict/conclusion.ts'
import type { StepResult } from '../../src/model/verdict/result.ts'
import { type Report, toReport } from '../../src/report/report.ts'

/** What is concluded from a timeline, with a result of the test's own: renderings take the result as it is. */
export function concluded(timeline: Timeline, result: Partial<StepResult> = {}, end: End = 'landed'): Conclusion {
  const ended = conclude(timeline, { fault: { fault: 'internal', message: '', hint: '' } })
  return { ...ended, result: { ...ended.result, pass: true, ...result }, end }
}

/** The report on a timeline, with a result of the test's own. */
export function reported(timeline: Timeline, result: Partial<StepResult> = {}, end: End = 'landed'): Report {
  return toReport(timeline, concluded(timeline, result, end))
}
