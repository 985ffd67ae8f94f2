import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setOutput } from '@actions/core'
import type { Identity } from '../model/tags.ts'
import type { Conclusion } from '../model/verdict/conclusion.ts'
import { toReportFile } from '../report/json.ts'
import { renderJunit } from '../report/junit.ts'
import { toOutputs } from '../report/outputs.ts'
import { toReport } from '../report/report.ts'
import { renderSummary } from '../report/summary.ts'
import type { Log } from '../world.ts'

/** Writes the two report files, the outputs and the summary, on every path. A file that cannot be written is a warning and an empty output. */
export function publishReport(log: Log, conclusion: Conclusion, who: Identity): void {
  const report = toReport(log.timeline(), conclusion)
  const name = `spot-interrupt-${who.invocation}`
  const json = writeTemp(process.env, `${name}.json`, `${JSON.stringify(toReportFile(report, who))}\n`)
  const xml = writeTemp(process.env, `${name}.xml`, renderJunit(report))
  for (const { path, why } of [json, xml]) if (path === '') log.record({ kind: 'warned', what: `A report could not be written: ${why}.` })
  publishOutputs(toOutputs(report, { report: json.path, junit: xml.path }))
  publishSummary(log, renderSummary(report))
}

/** Sets each output; '' is a value. */
export function publishOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value)
}

/** Appends Markdown to the job summary in one write: a cancel in the middle leaves no half of it. A failed write is a warning. */
export function publishSummary(log: Pick<Log, 'record'>, markdown: string): void {
  if (!process.env.GITHUB_STEP_SUMMARY) return
  try {
    appendFileSync(process.env.GITHUB_STEP_SUMMARY, markdown)
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    log.record({ kind: 'warned', what: `The job summary could not be written: ${why}.` })
  }
}

/** Where a file was written; `path` is '' where it was not, and `why` says why. */
export type WrittenFile = { readonly path: string; readonly why: string }

/** Writes a text under RUNNER_TEMP, which exists until the end of the job. Never throws. */
export function writeTemp(env: NodeJS.ProcessEnv, name: string, text: string): WrittenFile {
  if (!env.RUNNER_TEMP) return { path: '', why: 'there is no RUNNER_TEMP' }
  const path = join(env.RUNNER_TEMP, name)
  try {
    writeFileSync(path, text)
    return { path, why: '' }
  } catch (thrown) {
    return { path: '', why: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}
