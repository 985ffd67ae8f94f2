import type { Leftover } from '../cleanup/leftover.ts'
import { field, flag, parseFields, type ReadInput } from './field.ts'
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
} as const

export const CLEANUP_OUTPUTS = ['removed', 'rehearsal'] as const

/** `run` is null where no run is named and there is none to fall back to. */
export type CleanupInputs = {
  readonly region: string
  readonly run: string | null
  readonly expired: boolean
  readonly roleName: string
  readonly deleteRole: boolean
  readonly dryRun: boolean
  readonly rehearsal: boolean
}

/** Reads and checks every input of clean-up. Throws one `usage` error that names all that is wrong. */
export function parseCleanup(read: ReadInput, env: InputEnv, current: string | null): CleanupInputs {
  const parsed = parseFields(CLEANUP_FIELDS, withEnvironment(read, env))
  return {
    region: parsed.region,
    run: parsed.run === '' ? current : parsed.run,
    expired: parsed.expired,
    roleName: parsed['role-name'],
    deleteRole: parsed['delete-role'],
    dryRun: parsed['dry-run'],
    rehearsal: parsed.rehearsal === true,
  }
}

/** What the clean-up action has done; `found` is all that was meant, of which a dry run removes nothing. */
export type CleanupResult = {
  readonly account: string
  readonly found: readonly Leftover[]
  readonly removed: readonly Leftover[]
  readonly failed: readonly (Leftover & { readonly why: string })[]
  /** Why the role was not deleted; '' when it was, when there is none, or when nobody asked. */
  readonly kept: string
}
