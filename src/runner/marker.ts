import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The sign between a clean-up and a main that may live on: in a job with a container no signal ever reaches it. */
export type StopFile = { readonly create: () => void; readonly exists: () => boolean }

/** A file in RUNNER_TEMP, which stays the same for all stages of a job; without one there is nothing to share. */
export function createStopFile(temp: string | undefined, invocation: string): StopFile {
  const path = temp === undefined || temp === '' ? undefined : join(temp, `spot-interrupt-${invocation}.stop`)
  return {
    create: () => {
      if (path !== undefined) writeFileSync(path, '')
    },
    exists: () => path !== undefined && existsSync(path),
  }
}
