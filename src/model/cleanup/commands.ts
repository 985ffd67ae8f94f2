import { POLICY_NAME } from '../fis.ts'
import { TAG } from '../tags.ts'
import type { Entry, LedgerState } from './ledger.ts'

/** The AWS CLI commands that remove one resource by its id. */
export function toRemoval({ resource, id }: { resource: Entry['kind']; id: string }, region: string): readonly string[] {
  return toCommands({ kind: resource, name: id, id }, { region, invocation: '' })
}

/** Experiments come first, because they may still interrupt; roles come last, because running experiments use them. */
const ORDER = ['experiment', 'template', 'role'] as const

/** The commands for all entries, in the order in which a person should run them. */
export function toAllCommands(entries: readonly Entry[], state: Pick<LedgerState, 'region' | 'invocation'>): readonly string[] {
  return ORDER.flatMap((kind) => entries.filter((one) => one.kind === kind)).flatMap((one) => toCommands(one, state))
}

/** The AWS CLI commands that remove by hand what clean-up had to leave behind. */
export function toCommands(entry: Entry, state: Pick<LedgerState, 'region' | 'invocation'>): readonly string[] {
  const at = `--region ${state.region}`
  // The shell needs double quotes here, because JMESPath needs single ones inside.
  const mine = `?tags.\\"${TAG.invocation}\\"=='${state.invocation}'`
  switch (entry.kind) {
    case 'role':
      return [
        `aws iam delete-role-policy --role-name ${entry.name} --policy-name ${POLICY_NAME}`,
        `aws iam delete-role --role-name ${entry.name}`,
      ]
    case 'template':
      return entry.id === undefined
        ? [
            `aws fis list-experiment-templates ${at} --query "experimentTemplates[${mine}].id"`,
            `aws fis delete-experiment-template ${at} --id <each of them>`,
          ]
        : [`aws fis delete-experiment-template ${at} --id ${entry.id}`]
    case 'experiment':
      return entry.id === undefined
        ? [`aws fis list-experiments ${at} --query "experiments[${mine}].id"`, `aws fis stop-experiment ${at} --id <each of them>`]
        : [`aws fis stop-experiment ${at} --id ${entry.id}`]
  }
}
