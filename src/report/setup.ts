import { markdownTable } from 'markdown-table'
import type { SETUP_OUTPUTS, SetupResult } from '../model/inputs/setup.ts'
import { toCallerPolicy } from '../model/plan/policy.ts'
import { toCode, toMarkdown } from './escape.ts'
import { toRehearsalNote } from './rehearsal.ts'

export function toSetupOutputs({ roleArn, created, rehearsal }: SetupResult): Readonly<Record<(typeof SETUP_OUTPUTS)[number], string>> {
  return { 'role-arn': roleArn, created: String(created), rehearsal: String(rehearsal) }
}

/** The job summary of setup: what is there, and the policy that a workflow needs which runs the main action with this role. */
export function renderSetup(made: SetupResult): string {
  const { place, roleArn, roleName, created, rebalance, serviceRole, rehearsal } = made
  const rows = [
    ['Account', toCode(place.account)],
    ['Region', `${toMarkdown(place.region)}, which offers interruptions${REBALANCE[rebalance]}`],
    ['Experiment role', `${toCode(roleArn)}, ${created ? 'created' : 'was there before'}`],
    ['Role of FIS itself', serviceRole === 'created' ? 'created' : 'was there before'],
  ]
  const policy = JSON.stringify(JSON.parse(toCallerPolicy(place, roleArn)), undefined, 2)
  return `${[
    `## ✅ Setup${toRehearsalNote(rehearsal)}: ready for Spot interruptions`,
    markdownTable([['', ''], ...rows]),
    '### The policy of the calling workflow',
    `All that a job needs which runs the action with \`role-arn: ${roleArn}\`. Of IAM that is \`iam:PassRole\` on ${toCode(roleName)} and nothing else.`,
    `\`\`\`json\n${policy}\n\`\`\``,
  ].join('\n\n')}\n`
}

const REBALANCE: Readonly<Record<SetupResult['rebalance'], string>> = {
  offered: ' and rebalance recommendations',
  absent: ', but no rebalance recommendations of their own',
  unknown: '',
}
