import { toIso, toWords } from '../duration.ts'
import { LONGEST_DURATION_MS } from '../fis.ts'
import { ACTION_ID, type Mode } from '../mode.ts'
import { isAllowedAccount } from '../targets/guards.ts'
import type { ReactTo } from '../timeline/planned.ts'
import type { AlarmSnapshot, InstanceSnapshot, SpotSnapshot } from '../timeline/snapshot.ts'
import { type AlarmReading, findAlarmProblems, findAlarmWarnings } from './alarms.ts'
import { findEarlyReactions } from './capacity.ts'
import { findUnfit, type TargetFacts } from './target.ts'

/** Everything that preflight has learned from AWS. */
export type Facts = TargetFacts & {
  readonly mode: Mode
  readonly region: string
  readonly instanceIds: readonly string[]
  readonly roleArn: string | null
  readonly caller: { readonly account: string; readonly expiresAt?: Date }
  /** The longest time that the run can take, in milliseconds. */
  readonly needsMs?: number
  readonly now?: Date
  readonly action: 'offered' | 'absent' | 'unknown'
  readonly instances: readonly InstanceSnapshot[]
  readonly stopAlarms?: readonly string[]
  readonly alarms?: readonly AlarmSnapshot[]
  readonly durationMs?: number
  readonly reactTo?: ReactTo
  /** Why the pending interruptions of other runs could not be read. */
  readonly unread?: string
}

/** A run that can take longer than this may last longer than credentials that are valid for an hour. */
const LONG_RUN_MS = 50 * 60_000

/** Why the run is refused, one sentence for each reason; empty if it may go on. */
export function findProblems(facts: Facts): readonly string[] {
  const missing = facts.instanceIds.filter((id) => !facts.instances.some((one) => one.id === id))
  return [
    ...findActionProblems(facts),
    ...findAccountProblems(facts),
    ...findRoleProblems(facts),
    ...findAlarmProblems(toAlarmReading(facts)),
    ...missing.map((id) => `${id} is not known in ${facts.region}: check the id, the region and the account (${facts.caller.account}).`),
    ...facts.instances.flatMap((instance) => findUnfit(instance, facts)?.sentence ?? []),
  ]
}

/** The warnings of preflight, before the run goes on. */
export function findWarnings(facts: Partial<Pick<Facts, 'instances'>> & Omit<Facts, 'instances'>): readonly string[] {
  const { action, mode, region, unread } = facts
  const unknown = `This endpoint does not tell whether ${region} offers ${ACTION_ID[mode]}; going on.`
  const blind = `Experiments of other runs cannot be read, so one of them may be about to interrupt the same targets: ${unread}`
  return [
    ...(action === 'unknown' ? [unknown] : []),
    ...(unread === undefined ? [] : [blind]),
    ...(facts.ownId === 'unknown' ? [UNGUARDED] : []),
    ...findTargetWarnings(facts),
    ...findAlarmWarnings(toAlarmReading(facts)),
    ...findExpiryWarnings(facts),
  ]
}

/** The warnings that follow from the targets: what their interruption means for them, and what may react to it too early. */
export function findTargetWarnings({
  requests,
  instances = [],
  mode,
  durationMs = 0,
  reactTo = 'notice',
}: Pick<Facts, 'requests' | 'mode' | 'durationMs' | 'reactTo'> & Partial<Pick<Facts, 'instances'>>): readonly string[] {
  const stopping = requests.filter(({ behaviour }) => behaviour === 'stop')
  return [...stopping.map(toStopWarning), ...findEarlyReactions({ mode, durationMs, reactTo }, instances)]
}

const UNGUARDED =
  "The guard against interrupting the runner's own instance is off: neither the metadata service nor the firmware says on which instance this runner is. Make sure that it is none of the targets."

/** Warns of credentials that expire before the run may end: it could then not remove what it has created. */
function findExpiryWarnings({ caller, needsMs = 0, now }: Pick<Facts, 'caller' | 'needsMs' | 'now'>): readonly string[] {
  if (caller.expiresAt === undefined || now === undefined) {
    if (needsMs <= LONG_RUN_MS) return []
    return [
      `The run may take ${toWords(needsMs)}, and credentials often end after an hour: raise role-duration-seconds of aws-actions/configure-aws-credentials, or lower timeout, observe-for or recovery-timeout.`,
    ]
  }
  const leftMs = caller.expiresAt.getTime() - now.getTime()
  if (leftMs >= needsMs) return []
  return [
    `The credentials end in ${toWords(leftMs)}, but the run may take ${toWords(needsMs)}: raise role-duration-seconds of aws-actions/configure-aws-credentials, or put that step right before this one.`,
  ]
}

/** A stopped Spot instance stays stopped: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/initiate-a-spot-instance-interruption.html */
function toStopWarning({ instanceId, requestId }: SpotSnapshot): string {
  const id = instanceId ?? 'the instance'
  return (
    `${id} will be stopped, not terminated, and stays stopped until somebody starts it (aws ec2 start-instances --instance-ids ${id}) ` +
    `or removes it (aws ec2 cancel-spot-instance-requests --spot-instance-request-ids ${requestId}, ` +
    `then aws ec2 terminate-instances --instance-ids ${id}).`
  )
}

function findActionProblems({ action, mode, region }: Facts): readonly string[] {
  if (action === 'offered' || (action === 'unknown' && mode === 'interruption')) return []
  const offered =
    action === 'absent' ? `FIS does not offer ${ACTION_ID[mode]} in ${region}` : `FIS does not tell whether it offers ${ACTION_ID[mode]}`
  if (mode === 'interruption')
    return [`${offered}: run where it does (https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html).`]
  const where = action === 'absent' ? '' : ` in ${region}`
  const ways = `use \`mode: interruption\` with \`duration: ${toIso(LONGEST_DURATION_MS)}\` and \`react-to: rebalance\`: the recommendation comes at once, the notice 13 minutes later, and an instance that has not drained by then IS interrupted after 15 minutes; or \`rebalance-fallback: early-stop\` (experimental), which sends an interruption and stops it at once: AWS does not promise that this recalls it.`
  return [`${offered}${where}: ${ways}`]
}

function toAlarmReading({ stopAlarms = [], alarms = [], caller }: Pick<Facts, 'stopAlarms' | 'alarms' | 'caller'>): AlarmReading {
  return { stopAlarms, alarms, account: caller.account }
}

function findAccountProblems({ caller: { account }, guards }: Facts): readonly string[] {
  if (guards === undefined || isAllowedAccount(account, guards)) return []
  return [`The credentials are those of account ${account}, which is not one of allowed-accounts (${guards.allowedAccounts.join(', ')}).`]
}

function findRoleProblems({ roleArn, caller }: Facts): readonly string[] {
  const account = roleArn?.split(':')[4]
  if (account === undefined || account === caller.account) return []
  return [
    `role-arn is a role of account ${account}, but the credentials are those of ${caller.account}: FIS takes roles of its own account only.`,
  ]
}
