import { markdownTable } from 'markdown-table'
import type { SETUP_OUTPUTS, SetupResult } from '../model/inputs/setup.ts'
import { findNeeds, toDocument, toNames } from '../model/plan/grants.ts'
import { toCode, toMarkdown } from './escape.ts'
import { toRehearsalNote } from './rehearsal.ts'

/** The outputs of the setup action; all of them are always set. */
export function toSetupOutputs({ roleArn, created, rehearsal }: SetupResult): Readonly<Record<(typeof SETUP_OUTPUTS)[number], string>> {
  return { 'role-arn': roleArn, created: String(created), rehearsal: String(rehearsal) }
}

/** The job summary of setup: what exists now, and the policy of a workflow that runs the main action with this role. */
export function renderSetup(made: SetupResult): string {
  const { place, roleArn, roleName, created, rebalance, serviceRole, rehearsal } = made
  const rows = [
    ['Account', toCode(place.account)],
    ['Region', `${toMarkdown(place.region)}, which offers interruptions${REBALANCE[rebalance]}`],
    ['Experiment role', `${toCode(roleArn)}, ${created ? 'created' : 'existed before'}`],
    ['Role of FIS itself', serviceRole === 'created' ? 'created' : 'existed before'],
  ]
  // FIS's service-linked role exists by now, so no permission to create it is needed.
  const needs = findNeeds('given-role').filter((id) => id !== 'CreateServiceRole')
  const policy = toDocument(needs, toNames(place, roleName, { experimentRole: roleArn }))
  return `${[
    `## ✅ Setup${toRehearsalNote(rehearsal)}: ready for Spot interruptions`,
    markdownTable([['', ''], ...rows]),
    '### The policy of the calling workflow',
    `A job that runs the action with \`role-arn: ${roleArn}\` needs this policy and no more. Of IAM it allows only \`iam:PassRole\` on ${toCode(roleName)}, and only to FIS.`,
    `\`\`\`json\n${JSON.stringify(policy, undefined, 2)}\n\`\`\``,
    'To narrow it further: the permissions page of this action shows how to let the experiment role interrupt only instances with a tag of your choice.',
  ].join('\n\n')}\n`
}

const REBALANCE: Readonly<Record<SetupResult['rebalance'], string>> = {
  offered: ' and rebalance recommendations',
  absent: ', but no rebalance recommendations of their own',
  unknown: '',
}
