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
 * The outside, three times. `forward` ends when the job is cancelled; `cleanup` may go on a little longer; `background` is for optional
 * work, and waits least. `cleanup` defaults to `forward`, `background` to `cleanup`.
 */
export type Worlds = { readonly forward: World; readonly cleanup?: World; readonly background?: World }

/**
 * One run, read top to bottom: preflight, role, template, experiment and watch; whatever happens, what was made is undone in the end.
 * A bad end is a StepResult; what made going on impossible is thrown as an ActionError. Everything seen stands on the Timeline.
 */
export async function run(inputs: Inputs, who: Identity, { worlds, ledger }: { worlds: Worlds; ledger: Ledger }): Promise<StepResult> {
  const { forward: world, cleanup = world, background = cleanup } = worlds
  const { region, timezone } = inputs
  const prober = createProber(world, inputs.probes, world.cancel)
  ledger.open({ invocation: who.invocation, account: '', partition: partitionOf(region), region, timezone })
  try {
    world.log.record({ kind: 'planned', plan: toPlanned(inputs) })
    const ready = await phase(world, 'setup', async () => {
      const { account } = await preflight(world, { ...inputs, needsMs: longestRunMs(inputs) })
      const plan = toPlan(inputs, who, { account, now: world.clock.now() })
      ledger.setAccount(account)
      warnTooFew(world, inputs)
      await prober.baseline()
      return { plan, roleArn: (await ensureRole(world, plan, ledger)).arn }
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
    if (ledger.state()?.account) await phase(cleanup, 'cleanup', async () => ({ pass: await undo(cleanup, ledger) }))
    ledger.close()
    if (inputs.sweep && ledger.state()?.account && !world.cancel.aborted) await sweepExpired(background)
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
