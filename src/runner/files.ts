import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a file was written; `path` is '' where it was not, and `why` says why. */
export type Written = { readonly path: string; readonly why: string }

/** Writes a text under the runner's temporary folder, which is there for the rest of the job. Never throws. */
export function writeTemp(env: NodeJS.ProcessEnv, name: string, text: string): Written {
  if (!env.RUNNER_TEMP) return { path: '', why: 'there is no RUNNER_TEMP' }
  const path = join(env.RUNNER_TEMP, name)
  try {
    writeFileSync(path, text)
    return { path, why: '' }
  } catch (thrown) {
    return { path: '', why: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}
