import { getState, saveState } from '@actions/core'

const KEY = 'ledger'

/** A synchronous append that outlives SIGKILL; the last write of a key is what post gets. */
export function saveLedger(json: string): void {
  saveState(KEY, json)
}

/** The ledger as main left it; '' when main made none. */
export function readLedger(): string {
  return getState(KEY)
}
