import { ActionError, explain, toActionError } from '../model/errors.ts'
import type { Entry, Ledger, Page } from '../model/ledger.ts'
import { isOfInvocation, POLICY_NAME } from '../model/names.ts'
import { toCommands } from '../model/remedy.ts'
import { isTerminal } from '../model/sights.ts'
import type { World } from '../world.ts'

type Ports = Pick<World, 'fis' | 'iam' | 'clock' | 'log'>
type Removal = { readonly id: string; readonly how: 'deleted' | 'stopped' | 'gone' }

/** A stopped experiment may still use its role; this long it is given to end before the role goes. */
const STOPPING_MS = 15_000
const STOP_LOOK_MS = 2000

/**
 * Undoes the ledger backwards: what is running is stopped before what it uses is deleted. "Gone already" is done. What can not be
 * removed stays in the ledger and is told, with the commands to do it by hand; nothing is thrown. True when nothing had to be left.
 */
export async function undo(world: Ports, ledger: Ledger): Promise<boolean> {
  const page = ledger.page()
  for (const entry of [...(page?.entries ?? [])].reverse()) {
    if (page !== undefined) await undoEntry(world, ledger, { page, entry })
  }
  return ledger.page()?.entries.every(({ keep }) => keep === true) ?? true
}

/** Deletes the template once the experiment does not need it any more; a failure is left for `undo`. */
export async function removeTemplate(world: Pick<World, 'fis' | 'log'>, ledger: Ledger, id: string): Promise<void> {
  const entry = ledger.page()?.entries.find((one) => one.kind === 'template' && one.id === id)
  if (entry === undefined) return
  try {
    await world.fis.deleteTemplate(id)
    ledger.drop(entry.name)
    world.log.tell({ kind: 'removed', resource: 'template', id, how: 'deleted' })
  } catch (thrown) {
    world.log.tell({ kind: 'warned', what: `The template ${id} could not be deleted yet: ${explain(toActionError(thrown))}` })
  }
}

async function undoEntry(world: Ports, ledger: Ledger, { page, entry }: { page: Page; entry: Entry }): Promise<void> {
  if (entry.keep === true) {
    world.log.tell({ kind: 'kept', resource: entry.kind, id: entry.name })
    return
  }
  try {
    const removals = await UNDO[entry.kind](world, entry, page)
    ledger.drop(entry.name)
    for (const removal of removals) world.log.tell({ kind: 'removed', resource: entry.kind, ...removal })
  } catch (thrown) {
    const id = entry.id ?? entry.name
    world.log.tell({ kind: 'left', resource: entry.kind, id, why: explain(toActionError(thrown)), commands: toCommands(entry, page) })
  }
}

const UNDO: Readonly<Record<Entry['kind'], (world: Ports, entry: Entry, page: Page) => Promise<readonly Removal[]>>> = {
  experiment: undoExperiment,
  template: undoTemplate,
  role: undoRole,
}

/** An experiment whose id never came is looked for by the template it was started from, and by our tag. */
async function undoExperiment(world: Ports, entry: Entry, page: Page): Promise<readonly Removal[]> {
  const ids = entry.id === undefined ? await findExperiments(world, entry, page) : [entry.id]
  for (const id of ids) await stop(world, id)
  return ids.map((id) => ({ id, how: 'stopped' }))
}

async function findExperiments(world: Ports, entry: Entry, page: Page): Promise<readonly string[]> {
  const running = (await world.fis.listExperiments()).filter(({ status }) => !isTerminal(status))
  return running.filter((one) => one.templateId === entry.templateId || isOfInvocation(one.tags, page.invocation)).map(({ id }) => id)
}

/** Stopped, or on its way there after 15 seconds; one that runs on regardless is a failure. */
async function stop(world: Ports, id: string): Promise<void> {
  await world.fis.stopExperiment(id)
  const untilMs = world.clock.monotonicMs() + STOPPING_MS
  for (;;) {
    const { status } = await world.fis.readExperiment(id)
    if (isTerminal(status)) return
    if (world.clock.monotonicMs() >= untilMs) {
      if (status === 'stopping') return
      throw new ActionError('conflict', `FIS took StopExperiment, but the experiment is still ${status}.`)
    }
    await world.clock.sleep(STOP_LOOK_MS)
  }
}

async function undoTemplate(world: Ports, entry: Entry, page: Page): Promise<readonly Removal[]> {
  const ids = entry.id === undefined ? await findTemplates(world, page) : [entry.id]
  for (const id of ids) await world.fis.deleteTemplate(id)
  return ids.map((id) => ({ id, how: 'deleted' }))
}

async function findTemplates(world: Ports, page: Page): Promise<readonly string[]> {
  return (await world.fis.listTemplates()).filter(({ tags }) => isOfInvocation(tags, page.invocation)).map(({ id }) => id)
}

/** Only the role that carries this invocation's tag: the same name may be somebody else's by now. */
async function undoRole(world: Ports, entry: Entry, page: Page): Promise<readonly Removal[]> {
  const role = await world.iam.readRole(entry.name)
  if (role === undefined || !isOfInvocation(role.tags, page.invocation)) return [{ id: entry.name, how: 'gone' }]
  await world.iam.deletePolicy(entry.name, POLICY_NAME)
  await world.iam.deleteRole(entry.name)
  return [{ id: entry.name, how: 'deleted' }]
}
