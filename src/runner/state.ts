import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getState, saveState } from '@actions/core'

const KEY = 'ledger'

/** Saves the ledger for post: a synchronous append that survives SIGKILL. Post gets the last write of a key. */
export function saveLedger(json: string): void {
  saveState(KEY, json)
}

/** The ledger as main left it; '' when main made none. */
export function readLedger(): string {
  return getState(KEY)
}

/** Post creates this file, main looks for it before every write: in a container job no signal reaches main. */
export type StopFile = { readonly create: () => void; readonly exists: () => boolean }

/** A file in RUNNER_TEMP, which all stages of a job share; without that folder it never exists. */
export function createStopFile(temp: string | undefined, invocation: string): StopFile {
  const path = temp === undefined || temp === '' ? undefined : join(temp, `spot-interrupt-${invocation}.stop`)
  return {
    create: () => {
      if (path !== undefined) writeFileSync(path, '')
    },
    exists: () => path !== undefined && existsSync(path),
  }
}
