import { toIso } from '../model/duration.ts'
import { type ActionError, explain, isFault, toActionError } from '../model/errors.ts'
import type { Inputs } from '../model/inputs/main.ts'
import { longestRunMs, type Plan, toEarlyStop, toPlan, toPlanned } from '../model/plan/plan.ts'
import { toBatches } from '../model/plan/template.ts'
import type { ProbeTarget } from '../model/probes/probe.ts'
import type { Identity } from '../model/tags.ts'
import { all, last } from '../model/timeline/event.ts'
import { type Conclusion, conclude } from '../model/verdict/conclusion.ts'
import { judgeDryRun } from '../model/verdict/dry-run.ts'
import { openCapacity } from '../steps/open-capacity.ts'
import { checkPermissions } from '../steps/permissions.ts'
import { phase } from '../steps/phase.ts'
import { type Checked, preflight } from '../steps/preflight.ts'
import { type ForeseenRole, foreseeRole } from '../steps/role-reading.ts'
import type { ReadWorld } from '../world.ts'

/**
 * Shows what a run with these inputs would hit and create, with reads only: preflight, the role, one check of every probe, and the
 * permissions of the caller. Its world has no method that changes anything. A problem that would stop the run does not stop the dry run, so
 * that it shows all problems.
 */
export async function dryRun(world: ReadWorld, inputs: Inputs, who: Identity): Promise<Conclusion> {
  const problems: ActionError[] = []
  const collect = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (thrown) {
      if (isFault(thrown, 'cancelled')) throw thrown
      problems.push(toActionError(thrown))
      return undefined
    }
  }
  const { conclusion } = await phase(world, 'dry-run', async () => {
    const monitored = await openCapacity(world, inputs)
    const checked = await collect(() => preflight(world, { ...inputs, needsMs: longestRunMs(inputs), ...monitored }))
    const caller = checked ?? last(world.log.timeline(), 'caller')
    if (caller !== undefined) await foresee(world, who, { inputs: toKnown(inputs, checked), caller, collect })
    recordLevels(world)
    await Promise.all((inputs.probes?.probeTargets ?? []).map((target) => checkProbe(world, inputs, target)))
    const result = judgeDryRun(world.log.timeline(), problems.map(explain))
    world.log.record({ kind: result.pass ? 'passed' : 'failed', text: result.text })
    return { conclusion: conclude(world.log.timeline(), { dryRun: result }), pass: result.pass }
  })
  return conclusion
}

type Foreseeing = {
  readonly inputs: Inputs
  readonly caller: { readonly account: string; readonly arn: string }
  readonly collect: <T>(work: () => Promise<T>) => Promise<T | undefined>
}

/** Records the plan of the run, its role, and the permissions that it needs. */
async function foresee(world: ReadWorld, who: Identity, { inputs, caller, collect }: Foreseeing): Promise<void> {
  const plan = toPlan(inputs, who, { account: caller.account, now: world.clock.awsNow() })
  world.log.record({ kind: 'planned', plan: toPlanned(inputs) })
  const foreseen = await collect(() => foreseeRole(world, plan))
  await checkPermissions(world, plan, { callerArn: caller.arn, foreseen: foreseen ?? { origin: 'reused' } })
  for (const what of describePlan(plan, foreseen)) world.log.record({ kind: 'would', what })
}

/** The inputs with what preflight has found. */
function toKnown(inputs: Inputs, checked: Checked | undefined): Inputs {
  if (checked === undefined) return inputs
  const { instanceIds, capacity, earlyStop } = checked
  return { ...(earlyStop ? toEarlyStop(inputs) : inputs), instanceIds, ...(capacity === undefined ? {} : { capacity }) }
}

function recordLevels({ log }: ReadWorld): void {
  for (const { name, shown, level } of all(log.timeline(), 'capacity-baseline'))
    log.record({ kind: 'would', what: `Capacity ${name} (${shown}) can be read: ${level} serving` })
}

function describePlan(plan: Plan, foreseen: ForeseenRole | undefined): readonly string[] {
  const { instanceIds, mode, durationMs, region } = plan
  if (instanceIds.length === 0) return []
  const signal = mode === 'interruption' ? `interrupt ${toIso(durationMs)} after its start` : 'send a rebalance recommendation to'
  const actions = toBatches(instanceIds).length
  return [
    `A run would ${signal}: ${instanceIds.join(', ')} (${region})`,
    `It would create one experiment template with ${actions} action${actions === 1 ? '' : 's'}, start one experiment, and delete the template`,
    ...(foreseen === undefined ? [] : [describeRole(plan, foreseen)]),
  ]
}

function describeRole({ roleName, deleteRole }: Plan, { origin, role }: ForeseenRole): string {
  if (origin === 'created')
    return `It would create the role ${roleName}${deleteRole ? ', and delete it at its end' : ', and keep it for later runs'}`
  if (origin === 'mended') return `It would add the missing policy to the role ${role?.arn}, and use it`
  return `It would use the role ${role?.arn} as it is`
}

/** Checks a probe once. The baseline of a run needs three healthy checks, so one failure is only a warning. */
async function checkProbe(world: ReadWorld, { probes }: Inputs, target: ProbeTarget): Promise<void> {
  const { health, tookMs, why } = await world.sendProbe(target, { timeoutMs: probes?.rules.timeoutMs ?? 0, signal: world.cancel })
  const { name, shown } = target
  if (health === 'healthy')
    world.log.record({ kind: 'would', what: `Probe ${name} (${shown}) is healthy: answered in ${Math.round(tookMs)} ms` })
  else
    world.log.record({ kind: 'warned', what: `Probe ${name} (${shown}) is ${health}: ${why}. A run would begin only once it is healthy.` })
}
