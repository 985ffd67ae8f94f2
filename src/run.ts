import { judgeCancelled } from './model/cancelled.ts'
import { ActionError, isFault } from './model/errors.ts'
import { findDoubts, findTargets } from './model/finding.ts'
import type { Inputs } from './model/inputs.ts'
import { judgeService } from './model/judgement.ts'
import type { Ledger } from './model/ledger.ts'
import { type Identity, partitionOf } from './model/names.ts'
import { longestRunMs, toPlan, toPlanned } from './model/plan.ts'
import { findTooFew } from './model/probing.ts'
import type { Phase } from './model/timeline.ts'
import { combine, judge, type Verdict } from './model/verdict.ts'
import { undo } from './steps/clean.ts'
import { conduct } from './steps/experiment.ts'
import { preflight } from './steps/preflight.ts'
import { createProber } from './steps/probe.ts'
import { ensureRole } from './steps/role.ts'
import { sweepQuietly } from './steps/sweep.ts'
import { createTemplate } from './steps/template.ts'
import type { World } from './world.ts'

/**
 * The outside for one run. `world` is the way forward, which ends when the job is cancelled; `back` the same outside for clean-up, which
 * may go on a little longer; `aside` for what is nice to have, and not worth waiting for.
 */
export type Scene = { readonly world: World; readonly back?: World; readonly aside?: World; readonly ledger: Ledger }

/**
 * One run, read top to bottom: preflight, role, template, experiment and watch; whatever happens, what was made is undone in the end.
 * A bad end is a Verdict; what made going on impossible is thrown as an ActionError. Everything seen stands on the Timeline.
 */
export async function run(inputs: Inputs, who: Identity, { world, back = world, aside = back, ledger }: Scene): Promise<Verdict> {
  const page = { invocation: who.invocation, region: inputs.region, partition: partitionOf(inputs.region), timezone: inputs.timezone }
  const prober = createProber(world, inputs.probes, world.cancel)
  ledger.open({ ...page, account: '' })
  try {
    world.log.tell({ kind: 'planned', plan: toPlanned(inputs) })
    const ready = await phase(world, 'setup', async () => {
      const { account } = await preflight(world, { ...inputs, needsMs: longestRunMs(inputs) })
      const plan = toPlan(inputs, who, { account, now: world.clock.now() })
      ledger.open({ ...page, account })
      warnTooFew(world, inputs)
      await prober.baseline()
      return { plan, roleArn: await ensureRole(world, plan, ledger) }
    })
    return await phase(world, 'experiment', async () => {
      world.log.tell({ kind: 'announced', plan: ready.plan })
      const templateId = await createTemplate(world, ready.plan, { ledger, roleArn: ready.roleArn })
      const ending = await conduct(world, ready.plan, { ledger, templateId, breach: prober.breach })
      await prober.finish(ready.plan, ending)
      for (const what of findDoubts(findTargets(world.log.timeline(), ready.plan))) world.log.tell({ kind: 'warned', what })
      const timeline = world.log.timeline()
      const verdict = combine(judge(timeline, ready.plan, ending), judgeService(timeline, ready.plan))
      world.log.tell({ kind: verdict.pass ? 'passed' : 'failed', text: verdict.text })
      return verdict
    })
  } catch (thrown) {
    if (!isFault(thrown, 'cancelled')) throw thrown
    return endCancelled(world)
  } finally {
    prober.abandon()
    if (ledger.page()?.account) await phase(back, 'cleanup', async () => ({ pass: await undo(back, ledger) }))
    ledger.close()
    if (inputs.sweep && ledger.page()?.account && !world.cancel.aborted) await sweepQuietly(aside)
  }
}

/** The job was cancelled between two steps, or in the middle of one. */
function endCancelled(world: Pick<World, 'log'>): Verdict {
  world.log.tell({ kind: 'ended', ending: 'cancelled' })
  const verdict = judgeCancelled(world.log.timeline())
  world.log.tell({ kind: 'failed', text: verdict.text })
  return verdict
}

/**
 * What main left undone, from its ledger: nothing else decides. "Gone" proves nothing in another account, so the account is checked
 * first; rejects with `refused` when it is not the ledger's. A main that did not come to its own end may live on.
 */
export async function finish(world: Pick<World, 'sts' | 'fis' | 'iam' | 'clock' | 'log' | 'cancel'>, ledger: Ledger): Promise<void> {
  await phase(world, 'cleanup', async () => {
    const account = await identify(world)
    const page = ledger.page()
    if (page !== undefined && page.account !== '' && account !== page.account) throw wrongAccount(account, page.account)
    return { pass: await undo(world, ledger, { alive: page?.closed !== true }) }
  })
}

/** STS stands before every removal, so it is asked as patiently as one: three times its own patience. */
async function identify({ sts }: Pick<World, 'sts'>): Promise<string> {
  for (let left = 2; ; left--) {
    try {
      return (await sts.whoami()).account
    } catch (thrown) {
      if (left === 0 || !isFault(thrown, 'throttled', 'service', 'unreachable')) throw thrown
    }
  }
}

function warnTooFew({ log }: Pick<World, 'log'>, { probes, mode }: Inputs): void {
  const what = probes === undefined ? undefined : findTooFew(probes.rules, mode)
  if (what !== undefined) log.tell({ kind: 'warned', what })
}

function wrongAccount(now: string, then: string): ActionError {
  return new ActionError(
    'refused',
    `The credentials are those of account ${now} now, but what is to be cleaned up is in ${then}.`,
    'Keep the credentials of that account until the end of the job.',
  )
}

/** A phase of the log: its head, its work, and how it ended after how long. A Verdict that fails ends its phase badly, too. */
async function phase<T>(world: Pick<World, 'clock' | 'log'>, name: Phase, work: () => Promise<T>): Promise<T> {
  const startMs = world.clock.monotonicMs()
  const end = (ok: boolean) => world.log.tell({ kind: 'phase-ended', phase: name, ok, tookMs: world.clock.monotonicMs() - startMs })
  world.log.tell({ kind: 'phase-begun', phase: name })
  try {
    const result = await work()
    end(!isFailure(result))
    return result
  } catch (thrown) {
    if (!isFault(thrown, 'cancelled'))
      world.log.tell({ kind: 'failed', text: thrown instanceof ActionError ? thrown.message : String(thrown) })
    end(false)
    throw thrown
  }
}

function isFailure(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'pass' in result && result.pass === false
}
