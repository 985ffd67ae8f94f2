import type { Place } from '../arn.ts'
import type { Tags } from '../tags.ts'
import { parseFields, type ReadInput } from './field.ts'
import { type InputEnv, REGION, REHEARSAL, ROLE_NAME, withEnvironment } from './main.ts'
import { TAGS } from './tags.ts'

/** Every input of `setup/action.yml`; a contract test compares the two. */
export const SETUP_FIELDS = { region: REGION, 'role-name': ROLE_NAME, tags: TAGS, rehearsal: REHEARSAL } as const

export const SETUP_OUTPUTS = ['role-arn', 'created', 'rehearsal'] as const

export type SetupInputs = { readonly region: string; readonly roleName: string; readonly tags: Tags; readonly rehearsal: boolean }

/** Reads and checks every input of setup. Throws one `usage` error that names every problem. */
export function parseSetup(read: ReadInput, env: InputEnv): SetupInputs {
  const { region, 'role-name': roleName, tags, rehearsal } = parseFields(SETUP_FIELDS, withEnvironment(read, env))
  return { region, roleName, tags, rehearsal: rehearsal === true }
}

/** What setup has found and created. */
export type SetupResult = {
  readonly place: Place
  readonly roleArn: string
  readonly roleName: string
  readonly created: boolean
  /** Whether the region's catalogue has the rebalance action. */
  readonly rebalance: 'offered' | 'absent' | 'unknown'
  readonly serviceRole: 'there' | 'created'
  readonly rehearsal: boolean
}
