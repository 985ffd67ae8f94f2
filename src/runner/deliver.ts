import type { Identity } from '../model/names.ts'
import type { Timeline } from '../model/timeline.ts'
import type { Verdict } from '../model/verdict.ts'
import { toFile } from '../report/json.ts'
import { renderJunit } from '../report/junit.ts'
import { toOutputs } from '../report/outputs.ts'
import { toReport } from '../report/report.ts'
import { renderSummary } from '../report/summary.ts'
import { writeTemp } from './files.ts'
import { publishOutputs, publishSummary } from './publish.ts'

type Around = { readonly who: Identity; readonly env: NodeJS.ProcessEnv; readonly warn: (what: string) => void }

/** Everything that the run is told by, on every path: outputs first, for they are what a later step needs, then files and summary. */
export async function deliver(timeline: Timeline, result: Verdict, { who, env, warn }: Around): Promise<void> {
  const report = toReport(timeline, result)
  const name = `spot-interrupt-${who.invocation}`
  const json = await writeTemp(env, `${name}.json`, `${JSON.stringify(toFile(report, who))}\n`)
  const xml = await writeTemp(env, `${name}.xml`, renderJunit(report))
  for (const { path, why } of [json, xml]) if (path === '') warn(`The report could not be written: ${why}.`)
  publishOutputs(toOutputs(report, { report: json.path, junit: xml.path }))
  await publishSummary(renderSummary(report))
}
