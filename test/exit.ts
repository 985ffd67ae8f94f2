import { equal } from 'node:assert/strict'

/** A process that ended; `signal` where one killed it. */
export type Ended = {
  readonly code: number | null
  readonly signal?: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

const LONGEST_LOG = 6000

/** Holds the exit code of a run. A failure shows the end of its log: without it nobody knows why the code is another. */
export function expectExit(ended: Ended, code: number): void {
  equal(ended.code, code, `the exit code is ${ended.code ?? ended.signal}, not ${code}. ${logOf(ended)}`)
}

/** The end of what a run printed, for the message of a failure. */
export function logOf({ stdout, stderr }: Pick<Ended, 'stdout' | 'stderr'>): string {
  return `Its log:\n${`${stdout}${stderr}`.slice(-LONGEST_LOG)}`
}
