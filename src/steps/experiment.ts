import type { Ledger } from '../model/cleanup/ledger.ts'
import { ActionError, explain, toActionError } from '../model/errors.ts'
import { type Plan, START_PATIENCE_MS } from '../model/plan/plan.ts'
import type { Ending } from '../model/timeline/event.ts'
import { readExperiment } from '../model/timeline/schedule.ts'
import { type ExperimentSnapshot, isTerminal } from '../model/timeline/snapshot.ts'
import type { World } from '../world.ts'
import { createRecorded } from './create.ts'
import { watch } from './watch.ts'

type Ports = Pick<World, 'fis' | 'ec2' | 'clock' | 'random' | 'log' | 'cancel'>
/** `freshRole`: this run has just made the role, so FIS may not be able to use it yet. */
type Made = { readonly ledger: Ledger; readonly templateId: string; readonly freshRole: boolean; readonly breach?: AbortSignal }

const FIRST_PAUSE_MS = 5000
const LONGEST_PAUSE_MS = 20_000

/**
 * Starts the experiment and watches it to its end. Where this run has just made the role, an experiment that FIS ends before any action
 * has started is started again from the same template, with a new token, for up to 90 seconds: the role may be too fresh to be assumed.
 */
export async function runExperiment(world: Ports, plan: Plan, made: Made): Promise<Ending> {
  const firstMs = world.clock.monotonicMs()
  let pauseMs = FIRST_PAUSE_MS
  for (let attempt = 1; ; attempt++) {
    await start(world, plan, { ...made, attempt })
    const ending = await watch(world, plan, made)
    if (ending === 'timed-out') await stopAfterTimeout(world)
    const snapshot = readExperiment(world.log.timeline())
    const inTime = world.clock.monotonicMs() + pauseMs - firstMs <= START_PATIENCE_MS
    if (ending !== 'never-started' || !made.freshRole || snapshot === undefined || !mayPass(snapshot) || !inTime) return ending
    world.log.record({ kind: 'repeated', reason: snapshot.reason, pauseMs })
    await world.clock.sleep(pauseMs, world.cancel)
    if (world.cancel.aborted) return 'cancelled'
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
  }
}

/** At the time-out the experiment is told to stop, whatever FIS makes of it; clean-up sees to it that it does. */
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

/** The targets are looked at once more right before each start: what was running at preflight may be gone by now. */
async function start(world: Ports, plan: Plan, made: Made & { readonly attempt: number }): Promise<void> {
  await confirmRunning(world, plan)
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

async function confirmRunning(world: Ports, plan: Plan): Promise<void> {
  const instances = await world.ec2.readInstances(plan.instanceIds)
  const gone = plan.instanceIds.filter((id) => instances.find((one) => one.id === id)?.state !== 'running')
  if (gone.length === 0) return
  const what = gone.map((id) => `${id} is ${instances.find((one) => one.id === id)?.state ?? 'gone'}`).join(', ')
  throw new ActionError(
    'refused',
    `Right before the start, ${what}.`,
    'Nothing was interrupted; name instances that stay running until then.',
  )
}

/** FIS says that its codes may change, so anything but a fault of the targets or a quota is tried again. */
function mayPass({ status, reason, error }: ExperimentSnapshot): boolean {
  const text = `${error?.code ?? ''} ${reason}`
  return status === 'failed' && !/InvalidTarget|Target resolution|Quota/i.test(text)
}
