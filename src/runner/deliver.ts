import type { Identity } from '../model/tags.ts'
import type { StepResult } from '../model/verdict/result.ts'
import { toReportFile } from '../report/json.ts'
import { renderJunit } from '../report/junit.ts'
import { toOutputs } from '../report/outputs.ts'
import { toReport } from '../report/report.ts'
import { renderSummary } from '../report/summary.ts'
import type { Log } from '../world.ts'
import { writeTemp } from './files.ts'
import { publishOutputs, publishSummary } from './publish.ts'

/** Everything that the run is told by, on every path. What could not be written is told in the log; the output of such a file is empty. */
export function publishReport(log: Log, result: StepResult, who: Identity): void {
  const report = toReport(log.timeline(), result)
  const name = `spot-interrupt-${who.invocation}`
  const json = writeTemp(process.env, `${name}.json`, `${JSON.stringify(toReportFile(report, who))}\n`)
  const xml = writeTemp(process.env, `${name}.xml`, renderJunit(report))
  for (const { path, why } of [json, xml]) if (path === '') log.record({ kind: 'warned', what: `A report could not be written: ${why}.` })
  publishOutputs(toOutputs(report, { report: json.path, junit: xml.path }))
  publishSummary(log, renderSummary(report))
}
