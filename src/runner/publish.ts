import { setOutput, summary } from '@actions/core'

/** Sets outputs; an undefined value is not set. */
export function publishOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value)
}

/** Appends Markdown to the job summary, where the runner has one. */
export async function publishSummary(markdown: string): Promise<void> {
  if (process.env.GITHUB_STEP_SUMMARY) await summary.addRaw(markdown).write()
}
