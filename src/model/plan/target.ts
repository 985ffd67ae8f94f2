import { describeTag, findExcluding, type Guards, lacksRequired, NO_GUARDS } from '../targets/guards.ts'
import type { InstanceSnapshot, SpotSnapshot } from '../timeline/snapshot.ts'
import { describePending, type Pending } from './pending.ts'

/** The facts that decide whether an instance can be a target. */
export type TargetFacts = {
  readonly caller: { readonly account: string }
  readonly requests: readonly SpotSnapshot[]
  /** The instance that this job runs on; `unknown` if that cannot be found out. */
  readonly ownId: string | undefined
  /** The pending interruptions of experiments of other runs. */
  readonly pending?: readonly Pending[]
  readonly guards?: Guards
  /** Instances that are being drained already, each with the capacity that shows it. */
  readonly draining?: ReadonlyMap<string, string>
}

/** Why an instance cannot be a target: `reason` follows a number of instances, `sentence` names this instance. */
export type Unfit = { readonly reason: string; readonly sentence: string }

type Rule = readonly [broken: boolean, reason: string, sentence: string]

/** The first reason, so that no sentence contradicts another; undefined for an instance that can be a target. */
export function findUnfit(instance: InstanceSnapshot, facts: TargetFacts): Unfit | undefined {
  const broken = toRules(instance, facts).find(([is]) => is)
  return broken === undefined ? undefined : { reason: broken[1], sentence: broken[2] }
}

function toRules(
  instance: InstanceSnapshot,
  { caller, requests, ownId, pending, draining, guards = NO_GUARDS }: TargetFacts,
): readonly Rule[] {
  const { id, owner, lifecycle } = instance
  const spot = requests.find(({ requestId }) => requestId === instance.requestId)
  const other = pending?.find(({ instanceId }) => instanceId === id)
  return [
    [owner !== caller.account, 'of another account', `${id} belongs to account ${owner}, not to ${caller.account}.`],
    [
      lifecycle !== 'spot',
      'no Spot instance',
      `${id} is not a Spot instance (${lifecycle || 'on-demand'}): only Spot instances can be interrupted.`,
    ],
    [instance.state !== 'running', 'not running', describeState(instance)],
    ...toGuardRules(instance, guards),
    [
      isAutoMode(instance),
      'managed by EKS Auto Mode',
      `${id} is managed by EKS Auto Mode, whose nodes do not support FIS Spot interruptions.`,
    ],
    [id === ownId, 'that this job runs on', `${id} is the instance that this job runs on: run the job elsewhere, or it cannot clean up.`],
    [
      other !== undefined,
      'about to be interrupted by another run',
      other === undefined ? '' : `${describePending(other)}: wait until then, or choose another instance.`,
    ],
    [
      draining?.has(id) === true,
      'drained already',
      `${id} is being drained already, as ${draining?.get(id)} shows, so it could show no reaction to the signal; choose another one.`,
    ],
    ...toRequestRules(id, spot),
  ]
}

function toGuardRules({ id, tags }: InstanceSnapshot, guards: Guards): readonly Rule[] {
  const excluding = findExcluding(tags, guards)
  const required = guards.requireTag === null ? '' : describeTag(guards.requireTag)
  const excluded = excluding === undefined ? '' : describeTag(excluding)
  return [
    [excluding !== undefined, `with ${excluded} (exclude-tags)`, `${id} carries the tag ${excluded}, which exclude-tags excludes.`],
    [
      lacksRequired(tags, guards),
      `without ${required} (require-tag)`,
      `${id} does not carry the tag ${required} that require-tag asks for.`,
    ],
  ]
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

function toRequestRules(id: string, spot: SpotSnapshot | undefined): readonly Rule[] {
  if (spot === undefined) return []
  const { requestId, code, behaviour } = spot
  const interrupted = /^(marked-for|instance-(terminated|stopped))-/.test(code)
  return [
    [
      behaviour === 'hibernate',
      'that would hibernate',
      `${id} hibernates when interrupted; AWS advises against initiating that: use an instance that terminates or stops.`,
    ],
    [
      !HEALTHY.includes(code),
      interrupted ? 'being interrupted already' : `with a Spot request that is ${code}`,
      `The Spot request ${requestId} of ${id} is ${code}, not fulfilled${interrupted ? ': it is being interrupted already' : ''}; choose another one.`,
    ],
  ]
}

/** https://docs.aws.amazon.com/eks/latest/userguide/automode-learn-instances.html */
function isAutoMode({ operator }: InstanceSnapshot): boolean {
  return operator?.includes('eks') === true
}
