import type { RunKind } from '../model/inputs/run-kind.ts'
import type { Identity } from '../model/tags.ts'
import type { Conclusion } from '../model/verdict/conclusion.ts'
import { renderAnnotation } from '../report/annotation.ts'
import { toReportFile } from '../report/json.ts'
import { renderJunit } from '../report/junit.ts'
import { toOutputs } from '../report/outputs.ts'
import type { Source } from '../report/predicate.ts'
import { type Report, toReport } from '../report/report.ts'
import { renderSummary, type Section } from '../report/summary.ts'
import type { Log } from '../world.ts'
import type { Sinks } from './sinks.ts'

/** The conclusion of a run, its identity, its source, and whether it is a rehearsal or a dry run. */
export type Concluded = { readonly conclusion: Conclusion; readonly who: Identity; readonly source: Source; readonly kind: RunKind }

/** The same, with the sections of the summary that only some runs have. */
type Published = Concluded & { readonly sections?: readonly Section[] }

/**
 * Writes the report files, the outputs and the summary, on every path. A file that cannot be written is a warning and an empty output.
 * Returns the text of the one annotation.
 */
export async function publishReport(sinks: Sinks, log: Pick<Log, 'timeline'>, { sections = [], ...concluded }: Published): Promise<string> {
  const { conclusion, who, source, kind } = sinks.clean(concluded)
  const report = toReport(log.timeline(), conclusion)
  const name = `spot-interrupt-${who.invocation}`
  const json = sinks.writeTemp(`${name}.json`, `${JSON.stringify(toReportFile(report, who))}\n`)
  const junit = sinks.writeTemp(`${name}.xml`, renderJunit(report))
  const predicate = isReal(report, kind) ? await writePredicate(sinks, report, { name, source }) : ''
  sinks.setOutputs(toOutputs(report, { report: json, junit, predicate }))
  // The Timeline is read again here, because files and outputs that could not be written have become warnings, which the summary shows.
  sinks.appendSummary(renderSummary(toReport(log.timeline(), conclusion), sections))
  return renderAnnotation(report)
}

async function writePredicate(sinks: Sinks, report: Report, { name, source }: { name: string; source: Source }): Promise<string> {
  const { toPredicate } = await import('../report/predicate.ts')
  return sinks.writeTemp(`${name}.predicate.json`, `${JSON.stringify(toPredicate(report, source))}\n`)
}

/** Whether a run is evidence: it must be able to interrupt something. */
function isReal({ rehearsal }: Report, kind: RunKind): boolean {
  return !rehearsal && !kind.rehearsal && !kind.dryRun
}
