import type { Leftover, Spared } from '../cleanup/leftover.ts'
import { toJobTag } from '../tags.ts'
import { field, flag, parseFields, type ReadInput } from './field.ts'
import { LEG } from './leg.ts'
import { type InputEnv, REGION, REHEARSAL, ROLE_NAME, withEnvironment } from './main.ts'

/** Every input of `cleanup/action.yml`, held against it by a contract test. `run` falls back to the current run. */
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

/** Where this step runs: `run` is `owner/repo/run id`, null outside of a workflow; `job` is the key of the job, '' where it is not known. */
export type Current = { readonly run: string | null; readonly job: string }

/**
 * `run` is null where no run is named and there is none to fall back to. `job` is given where the run is only fallen back to: then of
 * that run only what this job and leg made is meant, and nothing at all for ''.
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

/** Reads and checks every input of clean-up. Throws one `usage` error that names all that is wrong. */
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

/** The tag of what this job and leg made; '' where either is not known, because the tag would fit the other legs, too. */
function toOwnJob(job: string, leg: string): string {
  return job === '' || leg === '' ? '' : toJobTag({ job, leg })
}

/** What the clean-up action has done; `found` is all that was meant, of which a dry run removes nothing. */
export type CleanupResult = {
  readonly account: string
  readonly found: readonly Leftover[]
  readonly removed: readonly Leftover[]
  readonly failed: readonly (Leftover & { readonly why: string })[]
  /** What another job may still be using. */
  readonly spared: readonly Spared[]
  /** What the user should know of the role: why it stays, and where its users were looked for. */
  readonly notes: readonly string[]
}
