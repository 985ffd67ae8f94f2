import { partitionOf } from '../model/arn.ts'
import type { Ledger } from '../model/cleanup/ledger.ts'
import { isFault } from '../model/errors.ts'
import type { Inputs } from '../model/inputs/main.ts'
import { findTooFew } from '../model/inputs/probes.ts'
import { longestRunMs, toPlan, toPlanned } from '../model/plan/plan.ts'
import type { Identity } from '../model/tags.ts'
import { judgeCancelled } from '../model/verdict/cancelled.ts'
import { combine, judgeExperiment } from '../model/verdict/experiment.ts'
import { toOutcomes, toOutcomeWarnings } from '../model/verdict/outcome.ts'
import type { StepResult } from '../model/verdict/result.ts'
import { judgeService } from '../model/verdict/service.ts'
import { runExperiment } from '../steps/experiment.ts'
import { phase } from '../steps/phase.ts'
import { preflight } from '../steps/preflight.ts'
import { createProber } from '../steps/probe.ts'
import { ensureRole } from '../steps/role.ts'
import { sweepExpired } from '../steps/sweep.ts'
import { createTemplate } from '../steps/template.ts'
import { undo } from '../steps/undo.ts'
import type { World } from '../world.ts'

/**
 * The outside for one run. `world` is the way forward, which ends when the job is cancelled; `back` the same outside for clean-up, which
 * may go on a little longer; `aside` for what is nice to have, and not worth waiting for.
 */
export type Scene = { readonly world: World; readonly back?: World; readonly aside?: World; readonly ledger: Ledger }

/**
 * One run, read top to bottom: preflight, role, template, experiment and watch; whatever happens, what was made is undone in the end.
 * A bad end is a Verdict; what made going on impossible is thrown as an ActionError. Everything seen stands on the Timeline.
 */
export async function run(inputs: Inputs, who: Identity, { world, back = world, aside = back, ledger }: Scene): Promise<StepResult> {
  const state = { invocation: who.invocation, region: inputs.region, partition: partitionOf(inputs.region), timezone: inputs.timezone }
  const prober = createProber(world, inputs.probes, world.cancel)
  ledger.open({ ...state, account: '' })
  try {
    world.log.record({ kind: 'planned', plan: toPlanned(inputs) })
    const ready = await phase(world, 'setup', async () => {
      const { account } = await preflight(world, { ...inputs, needsMs: longestRunMs(inputs) })
      const plan = toPlan(inputs, who, { account, now: world.clock.now() })
      ledger.open({ ...state, account })
      warnTooFew(world, inputs)
      await prober.baseline()
      return { plan, roleArn: await ensureRole(world, plan, ledger) }
    })
    return await phase(world, 'experiment', async () => {
      world.log.record({ kind: 'announced', plan: ready.plan })
      const templateId = await createTemplate(world, ready.plan, { ledger, roleArn: ready.roleArn })
      const ending = await runExperiment(world, ready.plan, { ledger, templateId, breach: prober.breach })
      await prober.finish(ready.plan, ending)
      for (const what of toOutcomeWarnings(toOutcomes(world.log.timeline(), ready.plan))) world.log.record({ kind: 'warned', what })
      const timeline = world.log.timeline()
      const result = combine(judgeExperiment(timeline, ready.plan, ending), judgeService(timeline, ready.plan))
      world.log.record({ kind: result.pass ? 'passed' : 'failed', text: result.text })
      return result
    })
  } catch (thrown) {
    if (!isFault(thrown, 'cancelled')) throw thrown
    return endCancelled(world)
  } finally {
    prober.abandon()
    if (ledger.state()?.account) await phase(back, 'cleanup', async () => ({ pass: await undo(back, ledger) }))
    ledger.close()
    if (inputs.sweep && ledger.state()?.account && !world.cancel.aborted) await sweepExpired(aside)
  }
}

/** The job was cancelled between two steps, or in the middle of one. */
function endCancelled(world: Pick<World, 'log'>): StepResult {
  world.log.record({ kind: 'ended', ending: 'cancelled' })
  const result = judgeCancelled(world.log.timeline())
  world.log.record({ kind: 'failed', text: result.text })
  return result
}

function warnTooFew({ log }: Pick<World, 'log'>, { probes, mode }: Inputs): void {
  const what = probes === undefined ? undefined : findTooFew(probes.rules, mode)
  if (what !== undefined) log.record({ kind: 'warned', what })
}
