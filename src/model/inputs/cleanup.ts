import type { Leftover, Spared } from '../cleanup/leftover.ts'
import { toJobTag } from '../tags.ts'
import { field, flag, parseFields, type ReadInput } from './field.ts'
import { LEG } from './leg.ts'
import { type InputEnv, REGION, REHEARSAL, ROLE_NAME, withEnvironment } from './main.ts'

/** Every input of `cleanup/action.yml`; a contract test compares the two. `run` falls back to the current run. */
export const CLEANUP_FIELDS = {
  region: REGION,
  run: field('', '`owner/repo/run id`, as in `octo/service/123456789`', (text) =>
    text === '' || /^[\w.-]+\/[\w.-]+\/\d+$/.test(text) ? text : undefined,
  ),
  expired: flag('true'),
  'role-name': ROLE_NAME,
  'delete-role': flag('false'),
  'dry-run': flag('false'),
  rehearsal: REHEARSAL,
  leg: LEG,
} as const

export const CLEANUP_OUTPUTS = ['removed', 'rehearsal'] as const

/** Where this step runs: `run` is `owner/repo/run id`, null outside of a workflow; `job` is the key of the job, '' if it is not known. */
export type Current = { readonly run: string | null; readonly job: string }

/**
 * `run` is null if no run is named and there is no current one. `job` is given if `run` is the current run by default: clean-up then
 * removes only what this job and leg created, or nothing if it is ''.
 */
export type CleanupInputs = {
  readonly region: string
  readonly run: string | null
  readonly job?: string
  readonly expired: boolean
  readonly roleName: string
  readonly deleteRole: boolean
  readonly dryRun: boolean
  readonly rehearsal: boolean
}

/** Reads and checks every input of clean-up. Throws one `usage` error that names every problem. */
export function parseCleanup(read: ReadInput, env: InputEnv, current: Current): CleanupInputs {
  const parsed = parseFields(CLEANUP_FIELDS, withEnvironment(read, env))
  return {
    region: parsed.region,
    ...(parsed.run === '' ? { run: current.run, job: toOwnJob(current.job, parsed.leg) } : { run: parsed.run }),
    expired: parsed.expired,
    roleName: parsed['role-name'],
    deleteRole: parsed['delete-role'],
    dryRun: parsed['dry-run'],
    rehearsal: parsed.rehearsal === true,
  }
}

/**
 * The value of the tag `spot-interrupt:job` for this job and leg; '' if either is not known, because the tag would match other legs, too.
 */
function toOwnJob(job: string, leg: string): string {
  return job === '' || leg === '' ? '' : toJobTag({ job, leg })
}

/** What the clean-up action has done. `found` is everything that it was to remove; a dry run removes nothing of it. */
export type CleanupResult = {
  readonly account: string
  readonly found: readonly Leftover[]
  readonly removed: readonly Leftover[]
  readonly failed: readonly (Leftover & { readonly why: string })[]
  /** Resources that another job may still be using. */
  readonly spared: readonly Spared[]
  /** Notes on the role for the user: why it stays, and where its users were searched for. */
  readonly notes: readonly string[]
}
