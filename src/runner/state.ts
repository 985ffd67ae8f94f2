import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getState } from '@actions/core'
import { ActionError } from '../model/errors.ts'
import type { Sinks } from './sinks.ts'

const KEY = 'ledger'

/**
 * Saves the ledger for post. If the runner's state file cannot be written, it uses a file in RUNNER_TEMP instead, because a cancelled run
 * leaves most of its clean-up to post. A run that cannot save its ledger at all goes on, and cleans up at its own end.
 */
export function saveLedger(
  { saveState, writeTemp }: Pick<Sinks, 'saveState' | 'writeTemp'>,
  env: NodeJS.ProcessEnv,
): (json: string) => void {
  let lost = false
  return (json) => {
    lost = !saveState(KEY, json) || lost
    if (lost) writeTemp(toFileName(env), json)
  }
}

/** The ledger as main left it; '' if there is none. A ledger in RUNNER_TEMP is newer than the one in the state. */
export function readLedger(env: NodeJS.ProcessEnv): string {
  try {
    return readFileSync(join(env.RUNNER_TEMP || '/', toFileName(env)), 'utf8')
  } catch {
    return getState(KEY)
  }
}

/** The file name, which is the same for main and post of one step, and differs between the steps of a job. */
function toFileName({ GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt, GITHUB_JOB: job, GITHUB_ACTION: step }: NodeJS.ProcessEnv): string {
  return `spot-interrupt-${[run, attempt, job, step].map((part) => part?.replace(/[^\w-]/g, '_')).join('.')}.ledger`
}

/** The stop file: post creates it, and main checks it before every write, because in a container job no signal reaches main. */
export type StopFile = { readonly create: () => void; readonly exists: () => boolean }

/** A stop file in RUNNER_TEMP, which all stages of a job share. If it cannot be written, main never sees it. */
export function createStopFile(temp: string | undefined, invocation: string, { writeTemp }: Pick<Sinks, 'writeTemp'>): StopFile {
  const name = `spot-interrupt-${invocation}.stop`
  return {
    create: () => void writeTemp(name, ''),
    exists: () => temp !== undefined && temp !== '' && existsSync(join(temp, name)),
  }
}

/**
 * What the rehearse action saves for its post step. `url` is null until the simulator is ready; `former` has the former values of the
 * variables.
 */
export type RehearsalState = { readonly pid: number; readonly url: string | null; readonly former: Readonly<Record<string, string>> }

const REHEARSAL_KEY = 'rehearsal'

/** Saves the state. Throws if that fails, because the post step could then not end the simulator. */
export function saveRehearsal({ saveState }: Pick<Sinks, 'saveState'>, state: RehearsalState): void {
  if (saveState(REHEARSAL_KEY, JSON.stringify(state))) return
  throw new ActionError('internal', 'The post step could not end the simulated AWS, because GITHUB_STATE cannot be written.')
}

/** The saved state; undefined if main has started nothing. */
export function readRehearsal(): RehearsalState | undefined {
  const saved = getState(REHEARSAL_KEY)
  return saved === '' ? undefined : JSON.parse(saved)
}
