import { partitionOf } from '../model/arn.ts'
import type { Ledger } from '../model/cleanup/ledger.ts'
import type { Service } from '../model/endpoint.ts'
import { isFault, toActionError } from '../model/errors.ts'
import type { Inputs } from '../model/inputs/main.ts'
import { findTooFew } from '../model/inputs/probes.ts'
import { longestRunMs, toEarlyStop, toPlan, toPlanned } from '../model/plan/plan.ts'
import type { Identity } from '../model/tags.ts'
import { last, type Timeline } from '../model/timeline/event.ts'
import type { Planned } from '../model/timeline/planned.ts'
import { type Conclusion, conclude, type RunEnd } from '../model/verdict/conclusion.ts'
import { toOutcomeWarnings } from '../model/verdict/outcome.ts'
import { besideAlarms } from '../steps/alarms.ts'
import { runExperiment } from '../steps/experiment.ts'
import { finishJudging } from '../steps/finish.ts'
import { type Monitored, openCapacity } from '../steps/open-capacity.ts'
import { phase } from '../steps/phase.ts'
import { preflight } from '../steps/preflight.ts'
import { createProber, type Prober } from '../steps/probe.ts'
import { checkEndpoints } from '../steps/rehearsal.ts'
import { ensureRole, isFresh } from '../steps/role.ts'
import { createTemplate } from '../steps/template.ts'
import { undo } from '../steps/undo.ts'
import type { World } from '../world.ts'

/**
 * The same ports with two limits of time. Those of `steps` end when the job is cancelled. Those of `cleanup` have a limit of their own, which
 * starts when clean-up begins; without them, clean-up uses `steps`.
 */
export type Worlds = { readonly steps: World; readonly cleanup?: () => World }

/** Everything outside of its own code that a run changes. */
type Outside = { readonly worlds: Worlds; readonly ledger: Ledger }

/**
 * One run, read top to bottom: preflight, role, template, experiment and watch. In every case, clean-up removes at the end what the run
 * created. Resolves with the conclusion, also of a run that could not go on; everything seen stands on the Timeline.
 */
export async function run(inputs: Inputs, who: Identity, { worlds, ledger }: Outside): Promise<Conclusion> {
  const { steps: world } = worlds
  const { region, timezone, rehearsal } = inputs
  if (inputs.dryRun) return await runDry(world, inputs, who)
  const prober = createProber(world, inputs.probes, world.cancel)
  const monitored = await openCapacity(world, inputs)
  ledger.open({ invocation: who.invocation, account: '', partition: partitionOf(region), region, timezone, rehearsal })
  try {
    return await runSteps(world, inputs, { who, ledger, prober, monitored })
  } catch (thrown) {
    prober.abandon()
    monitored.monitor?.abandon()
    return concludeThrown(world, thrown)
  } finally {
    if (ledger.state()?.account) await cleanUp(worlds.cleanup?.() ?? world, ledger)
    ledger.close()
  }
}

/** Runs a dry run. It needs no clean-up, because it creates nothing. */
async function runDry(world: World, inputs: Inputs, who: Identity): Promise<Conclusion> {
  try {
    world.log.record({ kind: 'planned', plan: toPlanned(inputs) })
    await checkEndpoints(world, toServices(inputs), inputs)
    const { dryRun } = await import('./dry-run.ts')
    return await dryRun(world, inputs, who)
  } catch (thrown) {
    return concludeThrown(world, thrown)
  }
}

async function cleanUp(world: World, ledger: Ledger): Promise<void> {
  await phase(world, 'cleanup', async () => ({ pass: await undo(world, ledger) }))
}

type Means = { readonly who: Identity; readonly ledger: Ledger; readonly prober: Prober; readonly monitored: Monitored }

async function runSteps(world: World, inputs: Inputs, { who, ledger, prober, monitored }: Means): Promise<Conclusion> {
  world.log.record({ kind: 'planned', plan: toPlanned(inputs) })
  const { plan, role } = await phase(world, 'setup', async () => {
    await checkEndpoints(world, toServices(inputs), inputs)
    const wanted = { ...inputs, needsMs: longestRunMs(inputs), ...monitored }
    const { account, ownId, instanceIds, earlyStop, capacity } = await preflight(world, wanted)
    const known = { ...(earlyStop ? toEarlyStop(inputs) : inputs), instanceIds, ...(capacity === undefined ? {} : { capacity }) }
    const plan = toPlan(known, who, { account, ownId, now: world.clock.awsNow() })
    if (inputs.aim !== undefined || earlyStop || capacity !== undefined) world.log.record({ kind: 'planned', plan: toPlanned(known) })
    ledger.setAccount(account)
    warnTooFew(world, inputs)
    await prober.baseline()
    return { plan, role: await ensureRole(world, plan, ledger) }
  })
  const { conclusion } = await phase(world, 'experiment', async () => {
    world.log.record({ kind: 'announced', plan })
    const templateId = await createTemplate(world, plan, { ledger, roleArn: role.arn })
    const made = { ledger, templateId, roleArn: role.arn, freshRole: isFresh(role), breach: prober.breach, ...monitored }
    const ending = await besideAlarms(world, { stopAlarms: plan.stopAlarms, pollMs: plan.pollIntervalMs }, async () => {
      const ending = await runExperiment(world, plan, made)
      // The targets may differ from the plan: a target that was gone right before the start was replaced.
      const last = { ...plan, instanceIds: readTargetIds(world.log.timeline(), plan) }
      await finishJudging(world, last, { prober, ...monitored, ending })
      return ending
    })
    return finish(world, { ending })
  })
  return conclusion
}

/** The services that a run with these inputs calls. */
function toServices({ aim, stopAlarms, capacity }: Inputs): readonly Service[] {
  const sources = new Set(capacity?.capacities.map(({ source }) => source.by))
  const groups = aim?.aim.by === 'group' || sources.has('asg') || sources.has('own-asg')
  const more: readonly Service[] = [
    ...(groups ? (['auto scaling'] as const) : []),
    ...(sources.has('target-group') ? (['elastic load balancing v2'] as const) : []),
    ...(sources.has('ecs') ? (['ecs'] as const) : []),
    ...(stopAlarms === undefined ? [] : (['cloudwatch'] as const)),
  ]
  return ['sts', 'ec2', 'iam', 'fis', ...more]
}

function readTargetIds(timeline: Timeline, { instanceIds }: Planned): readonly string[] {
  return last(timeline, 'planned')?.plan.instanceIds ?? instanceIds
}

/** Runs after the last observation: makes the one conclusion, and logs its warnings and its result. */
function finish({ log }: Pick<World, 'log'>, end: RunEnd): { readonly conclusion: Conclusion; readonly pass: boolean } {
  const conclusion = conclude(log.timeline(), end)
  for (const what of toOutcomeWarnings(conclusion.outcomes)) log.record({ kind: 'warned', what })
  const { pass, text } = conclusion.result
  log.record({ kind: pass ? 'passed' : 'failed', text })
  return { conclusion, pass }
}

/** The conclusion of a run that was cancelled, or that an error ended. The log of its phase has shown the reason already. */
function concludeThrown(world: Pick<World, 'log'>, thrown: unknown): Conclusion {
  if (!isFault(thrown, 'cancelled')) return conclude(world.log.timeline(), { fault: toActionError(thrown) })
  world.log.record({ kind: 'ended', ending: 'cancelled' })
  return finish(world, { ending: 'cancelled' }).conclusion
}

function warnTooFew({ log }: Pick<World, 'log'>, { probes, mode, durationMs }: Inputs): void {
  const what = probes === undefined ? undefined : findTooFew(probes.rules, { mode, durationMs })
  if (what !== undefined) log.record({ kind: 'warned', what })
}
