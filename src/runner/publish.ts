import type { Identity } from '../model/tags.ts'
import type { Conclusion } from '../model/verdict/conclusion.ts'
import { renderAnnotation } from '../report/annotation.ts'
import { toReportFile } from '../report/json.ts'
import { renderJunit } from '../report/junit.ts'
import { toOutputs } from '../report/outputs.ts'
import { toReport } from '../report/report.ts'
import { renderSummary } from '../report/summary.ts'
import type { Log } from '../world.ts'
import type { Sinks } from './sinks.ts'

/** What a run came to, and who it was. */
export type Concluded = { readonly conclusion: Conclusion; readonly who: Identity }

/**
 * Writes the two report files, the outputs and the summary, on every path. A file that cannot be written is a warning and an empty output.
 * Returns the text of the one annotation.
 */
export function publishReport(sinks: Sinks, log: Pick<Log, 'timeline'>, concluded: Concluded): string {
  const { conclusion, who } = sinks.clean(concluded)
  const report = toReport(log.timeline(), conclusion)
  const name = `spot-interrupt-${who.invocation}`
  const json = sinks.writeTemp(`${name}.json`, `${JSON.stringify(toReportFile(report, who))}\n`)
  const junit = sinks.writeTemp(`${name}.xml`, renderJunit(report))
  sinks.setOutputs(toOutputs(report, { report: json, junit }))
  // From the Timeline as it is now: files and outputs that could not be written have become warnings, which the summary shows.
  sinks.appendSummary(renderSummary(toReport(log.timeline(), conclusion)))
  return renderAnnotation(report)
}
