import type { Ledger } from '../model/cleanup/ledger.ts'
import { explain, toActionError } from '../model/errors.ts'
import { type Plan, START_PATIENCE_MS } from '../model/plan/plan.ts'
import type { Ending } from '../model/timeline/event.ts'
import { SHORTEST_GAP_MS } from '../model/timeline/polling.ts'
import { isOver, readExperiment } from '../model/timeline/schedule.ts'
import { type ExperimentSnapshot, isTerminal } from '../model/timeline/snapshot.ts'
import type { World } from '../world.ts'
import type { CapacityMonitor } from './capacity.ts'
import { confirmTargets } from './confirm.ts'
import { createRecorded } from './create.ts'
import { pollExperiment } from './poll.ts'
import { startWhenFree } from './queue.ts'
import { createTemplate } from './template.ts'
import { removeTemplate } from './template-removal.ts'
import { watch } from './watch.ts'

type Ports = Pick<World, 'fis' | 'ec2' | 'autoscaling' | 'clock' | 'random' | 'log' | 'cancel'>
/** `freshRole`: this run has just created the role, so FIS may not be able to use it yet. */
type Made = {
  readonly ledger: Ledger
  readonly templateId: string
  readonly roleArn: string
  readonly freshRole: boolean
  readonly breach?: AbortSignal
  /** Absent without capacities. */
  readonly monitor?: Pick<CapacityMonitor, 'confirm' | 'retarget' | 'begin'>
}

const FIRST_PAUSE_MS = 5000
const LONGEST_PAUSE_MS = 20_000
/** How long a stopped experiment is polled for its last state. */
const STOPPING_MS = 15_000

/**
 * Starts the experiment and watches it to its end. If this run has just created the role, FIS may not be able to assume it yet. So an
 * experiment that FIS ends before any action has started is started again from the same template, with a new token, for up to 90 seconds.
 */
export async function runExperiment(world: Ports, planned: Plan, given: Made): Promise<Ending> {
  const firstMs = world.clock.monotonicMs()
  let pauseMs = FIRST_PAUSE_MS
  let current: Current = { plan: planned, made: given }
  for (let attempt = 1; ; attempt++) {
    current = await startWhenFree(world, current, {
      confirm: (known) => confirm(world, known, planned),
      start: ({ plan, made }) => start(world, plan, { ...made, attempt }),
    })
    const { plan, made } = current
    const ending = await watch(world, plan, made)
    await stopAfter(world, plan, { ledger: made.ledger, ending })
    const snapshot = readExperiment(world.log.timeline())
    const inTime = world.clock.monotonicMs() + pauseMs - firstMs <= START_PATIENCE_MS
    if (ending !== 'never-started' || !made.freshRole || snapshot === undefined || !mayPass(snapshot) || !inTime) return ending
    world.log.record({ kind: 'repeated', reason: snapshot.reason, pauseMs })
    await world.clock.sleep(pauseMs, world.cancel)
    if (world.cancel.aborted) return 'cancelled'
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
  }
}

/** Stops an experiment that is still running after an ending that requires it. */
async function stopAfter(
  world: Ports,
  plan: Plan,
  { ledger, ending }: { readonly ledger: Ledger; readonly ending: Ending },
): Promise<void> {
  if (ending === 'timed-out') await stopAfterTimeout(world)
  if (ending === 'landed') await stopLiving(world, plan, ledger)
}

/** Sends StopExperiment once at the time-out. Clean-up makes sure that the experiment ends. */
async function stopAfterTimeout(world: Ports): Promise<void> {
  const id = readExperiment(world.log.timeline())?.id
  if (id === undefined) return
  try {
    await world.fis.stopExperiment(id)
    world.log.record({ kind: 'recalled', id })
  } catch (thrown) {
    world.log.record({ kind: 'warned', what: `StopExperiment for ${id} failed: ${explain(toActionError(thrown))}` })
  }
}

/**
 * Stops an experiment that FIS has not ended although all targets have landed, and polls it until FIS shows its last state. If it does not
 * end, clean-up goes on with it.
 */
async function stopLiving(world: Ports, plan: Plan, ledger: Ledger): Promise<void> {
  const id = readExperiment(world.log.timeline())?.id
  if (id === undefined || isOver(world.log.timeline())) return
  const untilMs = world.clock.monotonicMs() + STOPPING_MS
  try {
    await world.fis.stopExperiment(id)
    world.log.record({ kind: 'stopping', id })
    while (!isOver(world.log.timeline()) && world.clock.monotonicMs() < untilMs && !world.cancel.aborted) {
      await world.clock.sleep(SHORTEST_GAP_MS, world.cancel)
      await pollExperiment(world, plan, ledger)
    }
  } catch (thrown) {
    world.log.record({ kind: 'warned', what: `Experiment ${id} could not be stopped: ${explain(toActionError(thrown))}` })
  }
}

type Current = { readonly plan: Plan; readonly made: Made }

/** Confirms the targets. They are replaced at most once in a run: a plan that has changed stays. */
async function confirm(world: Ports, { plan, made }: Current, planned: Plan): Promise<Current> {
  const confirmed = await confirmTargets(world, plan, { mayReplace: plan === planned, ...made })
  if (confirmed === plan) return { plan, made }
  return { plan: confirmed, made: { ...made, templateId: await replaceTemplate(world, confirmed, made) } }
}

/**
 * Replaces the template, because it names the targets. The new one is created before the old one is deleted, so that the ledger has both if
 * a cancel comes between.
 */
async function replaceTemplate(world: Ports, plan: Plan, { ledger, templateId, roleArn }: Made): Promise<string> {
  const id = await createTemplate(world, plan, { ledger, roleArn })
  await removeTemplate(world, ledger, templateId)
  return id
}

async function start(world: Ports, plan: Plan, made: Made & { readonly attempt: number }): Promise<void> {
  made.monitor?.begin(plan)
  const token = world.random.uuid()
  const { templateId, attempt } = made
  world.log.record({ kind: 'starting', templateId, attempt })
  try {
    const snapshot = await createRecorded(made.ledger, { kind: 'experiment', name: token, templateId }, () =>
      world.fis.startExperiment({ templateId, token, tags: plan.tags }),
    )
    world.log.record({ kind: 'started', snapshot })
    if (isTerminal(snapshot.status)) made.ledger.drop(token)
  } catch (thrown) {
    if (toActionError(thrown).unsure) world.log.record({ kind: 'unanswered', templateId })
    throw thrown
  }
}

/**
 * Whether a failed start may succeed later. FIS warns that its codes may change, so every failure counts as temporary except for those of
 * targets and quotas.
 */
function mayPass({ status, reason, error }: ExperimentSnapshot): boolean {
  const text = `${error?.code ?? ''} ${reason}`
  return status === 'failed' && !/InvalidTarget|Target resolution|Quota/i.test(text)
}
