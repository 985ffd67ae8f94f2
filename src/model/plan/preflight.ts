import { toIso, toWords } from '../duration.ts'
import { ACTION_ID, type Mode } from '../fis.ts'
import type { InstanceSnapshot, SpotSnapshot } from '../timeline/snapshot.ts'
import { describePending, type Pending } from './pending.ts'

/** Everything that preflight has learned from AWS. */
export type Facts = {
  readonly mode: Mode
  readonly region: string
  readonly instanceIds: readonly string[]
  readonly roleArn: string | null
  readonly caller: { readonly account: string; readonly expiresAt?: Date }
  /** The longest that the run can take, and AWS's time. */
  readonly needsMs?: number
  readonly now?: Date
  readonly action: 'offered' | 'absent' | 'unknown'
  readonly instances: readonly InstanceSnapshot[]
  readonly requests: readonly SpotSnapshot[]
  /** The instance that the job runs on; `unknown` where nobody can tell. */
  readonly ownId: string | undefined
  /** What experiments of other runs are about to interrupt, or why that could not be read. */
  readonly pending?: readonly Pending[]
  readonly unread?: string
}

/** A run that can take longer than this may outlive credentials that last for an hour. */
const LONG_RUN_MS = 50 * 60_000

/** What forbids the run, each a sentence of its own; none when it may go on. */
export function findProblems(facts: Facts): readonly string[] {
  const missing = facts.instanceIds.filter((id) => !facts.instances.some((one) => one.id === id))
  return [
    ...findActionProblems(facts),
    ...findRoleProblems(facts),
    ...missing.map((id) => `${id} is not known in ${facts.region}: check the id, the region and the account (${facts.caller.account}).`),
    ...facts.instances.flatMap((instance) => findTargetProblems(instance, facts)),
  ]
}

/** What the user should know before the run goes on. */
export function findWarnings({ action, mode, region, requests, unread, ...facts }: Omit<Facts, 'instances'>): readonly string[] {
  const stopping = requests.filter(({ behaviour }) => behaviour === 'stop')
  const unknown = `This endpoint does not tell whether ${region} offers ${ACTION_ID[mode]}; going on.`
  const blind = `Experiments of other runs cannot be read, so one of them may be about to interrupt the same targets: ${unread}`
  return [
    ...(action === 'unknown' ? [unknown] : []),
    ...(unread === undefined ? [] : [blind]),
    ...(facts.ownId === 'unknown' ? [UNGUARDED] : []),
    ...stopping.map(toStopWarning),
    ...findExpiryWarnings(facts),
  ]
}

const UNGUARDED =
  "The guard against interrupting the runner's own instance is off: neither the metadata service nor the firmware says on which instance this runner is. Make sure that it is none of the targets."

/** Credentials that end before the run can: what it creates could then not be removed. */
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
  const ways = `use \`mode: interruption\` with \`duration: ${toIso(900_000)}\` and \`react-to: rebalance\`: the recommendation comes at once, the notice 13 minutes later, and an instance that has not drained by then IS interrupted after 15 minutes.`
  return [`${offered}${where}: ${ways}`]
}

function findRoleProblems({ roleArn, caller }: Facts): readonly string[] {
  const account = roleArn?.split(':')[4]
  if (account === undefined || account === caller.account) return []
  return [
    `role-arn is a role of account ${account}, but the credentials are those of ${caller.account}: FIS takes roles of its own account only.`,
  ]
}

/** At most one sentence for a target: the first that fits, so that none contradicts another. */
function findTargetProblems(instance: InstanceSnapshot, facts: Facts): readonly string[] {
  const { id } = instance
  const spot = facts.requests.find(({ requestId }) => requestId === instance.requestId)
  const pending = facts.pending?.find(({ instanceId }) => instanceId === id)
  const rules: readonly (readonly [boolean, string])[] = [
    [instance.owner !== facts.caller.account, `${id} belongs to account ${instance.owner}, not to ${facts.caller.account}.`],
    [
      instance.lifecycle !== 'spot',
      `${id} is not a Spot instance (${instance.lifecycle || 'on-demand'}): only Spot instances can be interrupted.`,
    ],
    [instance.state !== 'running', describeState(instance)],
    [isAutoMode(instance), `${id} is managed by EKS Auto Mode, whose nodes do not support FIS Spot interruptions.`],
    [id === facts.ownId, `${id} is the instance that this job runs on: run the job elsewhere, or it cannot clean up.`],
    [pending !== undefined, pending === undefined ? '' : `${describePending(pending)}: wait until then, or choose another instance.`],
    ...findRequestRules(id, spot),
  ]
  return rules.flatMap(([broken, sentence]) => (broken ? [sentence] : [])).slice(0, 1)
}

/** What is wrong with a target that does not run, and what to do about it. */
function describeState({ id, state }: InstanceSnapshot): string {
  const sentence: Readonly<Record<string, string>> = {
    terminated: `${id} is already terminated; choose a running one.`,
    'shutting-down': `${id} is shutting down, not running; choose a running one.`,
    stopped: `${id} is stopped, not running: start it, or choose a running one.`,
    stopping: `${id} is stopping, not running; choose a running one.`,
    pending: `${id} is still starting, not running: wait until it is.`,
  }
  return sentence[state] ?? `${id} is ${state || 'in no state'}, not running; choose a running one.`
}

const HEALTHY = ['fulfilled', 'request-canceled-and-instance-running']

function findRequestRules(id: string, spot: SpotSnapshot | undefined): readonly (readonly [boolean, string])[] {
  if (spot === undefined) return []
  const { requestId, code, behaviour } = spot
  const interrupted = /^(marked-for|instance-(terminated|stopped))-/.test(code)
  return [
    [
      behaviour === 'hibernate',
      `${id} hibernates when interrupted; AWS advises against initiating that: use an instance that terminates or stops.`,
    ],
    [
      !HEALTHY.includes(code),
      `The Spot request ${requestId} of ${id} is ${code}, not fulfilled${interrupted ? ': it is being interrupted already' : ''}; choose another one.`,
    ],
  ]
}

/** https://docs.aws.amazon.com/eks/latest/userguide/automode-learn-instances.html */
function isAutoMode({ operator }: InstanceSnapshot): boolean {
  return operator?.includes('eks') === true
}
