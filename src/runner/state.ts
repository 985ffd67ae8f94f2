import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getState } from '@actions/core'
import { ActionError } from '../model/errors.ts'
import type { Sinks } from './sinks.ts'

const KEY = 'ledger'

/**
 * Saves the ledger for post. Where the runner's state file cannot be written, a file in RUNNER_TEMP takes its place: a run that is then
 * cancelled leaves most of its clean-up to post. A run that can save its ledger nowhere goes on, and cleans up at its own end.
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

/** The ledger as main left it; '' when main made none. A ledger in RUNNER_TEMP is later than the one in the state. */
export function readLedger(env: NodeJS.ProcessEnv): string {
  try {
    return readFileSync(join(env.RUNNER_TEMP || '/', toFileName(env)), 'utf8')
  } catch {
    return getState(KEY)
  }
}

/** Main and post of one step have this name in common; two steps of a job have two. */
function toFileName({ GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt, GITHUB_JOB: job, GITHUB_ACTION: step }: NodeJS.ProcessEnv): string {
  return `spot-interrupt-${[run, attempt, job, step].map((part) => part?.replace(/[^\w-]/g, '_')).join('.')}.ledger`
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

/** What the rehearse action leaves to its post step. `url` is null until the simulator is ready; `former`: variables as they were before. */
export type RehearsalState = { readonly pid: number; readonly url: string | null; readonly former: Readonly<Record<string, string>> }

const REHEARSAL_KEY = 'rehearsal'

/** Throws where it cannot be saved: a post step that does not know of the simulator could not end it. */
export function saveRehearsal({ saveState }: Pick<Sinks, 'saveState'>, state: RehearsalState): void {
  if (saveState(REHEARSAL_KEY, JSON.stringify(state))) return
  throw new ActionError('internal', 'The post step could not end the simulated AWS, because GITHUB_STATE cannot be written.')
}

/** Undefined when main has started nothing. */
export function readRehearsal(): RehearsalState | undefined {
  const saved = getState(REHEARSAL_KEY)
  return saved === '' ? undefined : JSON.parse(saved)
}
