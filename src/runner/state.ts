import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { getState } from '@actions/core'
import type { Sinks } from './sinks.ts'

const KEY = 'ledger'

/** Saves the ledger for post. A run whose ledger cannot be saved goes on, and cleans up at its own end. */
export function saveLedger({ saveState }: Pick<Sinks, 'saveState'>): (json: string) => void {
  return (json) => saveState(KEY, json)
}

/** The ledger as main left it; '' when main made none. */
export function readLedger(): string {
  return getState(KEY)
}

/** Post creates this file, main looks for it before every write: in a container job no signal reaches main. */
export type StopFile = { readonly create: () => void; readonly exists: () => boolean }

/** A file in RUNNER_TEMP, which all stages of a job share. Best effort: where it cannot be written, it never exists. */
export function createStopFile(temp: string | undefined, invocation: string, { writeTemp }: Pick<Sinks, 'writeTemp'>): StopFile {
  const name = `spot-interrupt-${invocation}.stop`
  return {
    create: () => void writeTemp(name, ''),
    exists: () => temp !== undefined && temp !== '' && existsSync(join(temp, name)),
  }
}
