import { appendFileSync } from 'node:fs'
import { setOutput } from '@actions/core'
import type { Log } from '../world.ts'

/** Sets outputs; an undefined value is not set. */
export function publishOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value)
}

/**
 * Appends Markdown to the job summary, where the runner has one: at once and whole, so that a cancel in the middle leaves no half of it.
 * What could not be written is told in the log.
 */
export function publishSummary(log: Pick<Log, 'record'>, markdown: string): void {
  if (!process.env.GITHUB_STEP_SUMMARY) return
  try {
    appendFileSync(process.env.GITHUB_STEP_SUMMARY, markdown)
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    log.record({ kind: 'warned', what: `The job summary could not be written: ${why}.` })
  }
}
