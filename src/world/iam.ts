/** The port of IAM. It is the longest port, so it has a file of its own; `src/world.ts` exports it with the others. */

import type { Tags } from '../model/tags.ts'

/** `trust` and policies are JSON texts. */
export type IamRole = { readonly arn: string; readonly name: string; readonly trust: string; readonly tags: Tags }

/** One simulation: all actions on all resources. */
export type PolicyQuestion = {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly context: Readonly<Record<string, readonly string[]>>
}

export type PolicyAnswer = { readonly action: string; readonly resource: string; readonly answer: 'allowed' | 'denied' | 'unknown' }

export type Iam = {
  readonly readRole: (name: string) => Promise<IamRole | undefined>
  /** The names of all roles that begin with `prefix`. */
  readonly listRoles: (prefix: string) => Promise<readonly string[]>
  /** One inline policy. */
  readonly readPolicy: (role: string, policy: string) => Promise<string | undefined>
  /** All inline policies of a role. */
  readonly readInlinePolicies: (role: string) => Promise<readonly string[]>
  /** All managed policies that are attached to a role, each in the version that is in force. */
  readonly readAttachedPolicies: (role: string) => Promise<readonly string[]>
  /** Rejects with `exists` if there is such a role. */
  readonly createRole: (role: { name: string; description: string; trust: string; tags: Tags }) => Promise<IamRole>
  readonly putPolicy: (role: string, policy: string, document: string) => Promise<void>
  /** Deletes also resolve if there was nothing to delete. */
  readonly deletePolicy: (role: string, policy: string) => Promise<void>
  readonly deleteRole: (name: string) => Promise<void>
  /**
   * Whether a user or role would be allowed each action on each resource. `context` are condition keys and their values. `unknown`: the
   * decision depends on condition keys that only the real call has.
   */
  readonly simulatePolicy: (principal: string, question: PolicyQuestion) => Promise<readonly PolicyAnswer[]>
  /** Creates the service-linked role of an AWS service; resolves with false if the account has it already. */
  readonly createServiceRole: (service: string) => Promise<boolean>
}
