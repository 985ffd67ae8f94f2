import { equal } from 'node:assert/strict'

/** A process that ended; `signal` where one killed it. */
export type Ended = {
  readonly code: number | null
  readonly signal?: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

const LONGEST_LOG = 6000

/** Holds the exit code of a run, or the signal that killed it. A failure shows the end of its log: without it nobody knows the reason. */
export function expectExit(ended: Ended, wanted: number | NodeJS.Signals): void {
  const seen = ended.code ?? ended.signal
  equal(seen, wanted, `the exit code is ${seen}, not ${wanted}. ${logOf(ended)}`)
}

/** The end of what a run printed, for the message of a failure. */
export function logOf({ stdout, stderr }: Pick<Ended, 'stdout' | 'stderr'>): string {
  return `Its log:\n${`${stdout}${stderr}`.slice(-LONGEST_LOG)}`
}
