import { toCommands } from '../model/cleanup/commands.ts'
import type { Entry, Ledger, LedgerState } from '../model/cleanup/ledger.ts'
import { ActionError, explain, isFault, toActionError, toEnded } from '../model/errors.ts'
import { isOfInvocation } from '../model/tags.ts'
import type { World } from '../world.ts'
import { findRole } from './role.ts'
import { findRoleUser, removeRole } from './role-removal.ts'
import { type SearchResult, searchUnconfirmed } from './search.ts'
import { awaitEnd } from './stop.ts'
import { deleteTemplate } from './template-removal.ts'

type Ports = Pick<World, 'fis' | 'iam' | 'clock' | 'log' | 'cancel'>
type Work = { readonly world: Ports; readonly ledger: Ledger; readonly state: LedgerState }

/**
 * Removes everything in the ledger, the most dangerous first: stops experiments, deletes templates, searches for resources without an id
 * (for all kinds, if main may still be running: `alive`), and deletes roles last, when nothing uses them. A resource that is gone already
 * counts as removed. One that cannot be removed stays in the ledger, and the log shows the commands to remove it by hand. Never throws. A
 * cancelled step does only the quick part, and leaves the rest to post. True if nothing is left.
 */
export async function undo(world: Ports, ledger: Ledger, { alive = false }: { readonly alive?: boolean } = {}): Promise<boolean> {
  const state = ledger.state()
  if (state === undefined) return true
  const work = { world, ledger, state }
  const of = (kind: Entry['kind']) => state.entries.filter((entry) => entry.kind === kind && entry.keep !== true).reverse()
  const stops = await sendStops(work, of('experiment'))
  for (const entry of of('template')) await attempt(work, entry, () => undoTemplate(work, entry))
  const found = await searchFor(work, { alive, stops })
  const ended = await Promise.all(of('experiment').map((entry) => confirm(work, entry, { stop: stops.get(entry.name), found })))
  for (const entry of of('role')) await attempt(work, entry, () => undoRole(work, entry, ended.every(Boolean)))
  recordKept(work)
  return ledger.state()?.entries.every(({ keep }) => keep === true) ?? true
}

/** Records the resources that are kept on purpose and were really created. */
function recordKept({ world, state }: Work): void {
  for (const { kind, name } of state.entries.filter(({ keep, id }) => keep === true && id !== undefined))
    world.log.record({ kind: 'kept', resource: kind, id: name })
}

/** For each entry, by its name: true if FIS accepted StopExperiment, otherwise its error. */
type Stops = ReadonlyMap<string, true | ActionError>

/** Sends StopExperiment for all experiments with an id, in parallel, before anything else. */
async function sendStops({ world }: Work, entries: readonly Entry[]): Promise<Stops> {
  const sent = entries.map(async ({ name, id }): Promise<readonly (readonly [string, true | ActionError])[]> => {
    if (id === undefined) return []
    try {
      await world.fis.stopExperiment(id)
      world.log.record({ kind: 'stopping', id })
      return [[name, true]]
    } catch (thrown) {
      return [[name, toActionError(thrown)]]
    }
  })
  return new Map((await Promise.all(sent)).flat())
}

async function undoTemplate({ world, ledger }: Work, { id }: Entry): Promise<void> {
  if (id !== undefined) await deleteTemplate(world, ledger, id)
}

/** Searches for the resources of entries without an id. Undefined if AWS refused the search, which is then logged. */
async function searchFor(
  work: Work,
  { alive, stops }: { readonly alive: boolean; readonly stops: Stops },
): Promise<SearchResult | undefined> {
  const { world, ledger, state } = work
  const nameless = state.entries.filter(({ kind, id }) => kind !== 'role' && id === undefined)
  if (!alive && nameless.length === 0) return { templates: [], experiments: [] }
  try {
    const ids = state.entries.flatMap(({ id, name }) => (id !== undefined && stops.get(name) === true ? [id] : []))
    const found = await searchUnconfirmed(world, state, ids)
    // The single search of a cancelled step proves nothing: the entries stay, and post searches again.
    const settled = world.cancel.aborted ? [] : nameless.filter(({ kind }) => kind === 'template')
    for (const { name } of settled) ledger.drop(name)
    return found
  } catch (thrown) {
    recordUnsearched(work, nameless, thrown)
    return undefined
  }
}

function recordUnsearched(work: Work, nameless: readonly Entry[], thrown: unknown): void {
  for (const entry of nameless) recordLeft(work, entry, thrown)
  if (nameless.length > 0 || isFault(thrown, 'cancelled')) return
  const why = explain(toActionError(thrown))
  work.world.log.record({
    kind: 'warned',
    what: `It was not possible to search for resources that the main step created after the runner had given it up: ${why}`,
  })
}

type Sought = { readonly stop: true | ActionError | undefined; readonly found: SearchResult | undefined }

/**
 * Waits until the experiments of an entry have ended, even if FIS refused to stop one, because it may end by itself. Returns true, and
 * removes the entry from the ledger, if all have ended.
 */
async function confirm(work: Work, entry: Entry, { stop, found }: Sought): Promise<boolean> {
  const { world, ledger } = work
  const refused = stop === true ? undefined : stop
  if (entry.id === undefined && found === undefined) return false
  const sought = found?.experiments ?? []
  const ids = [...new Set([...(entry.id === undefined ? [] : [entry.id]), ...sought])]
  const toHow = (id: string) => (refused !== undefined && !sought.includes(id) ? 'ended' : 'stopped')
  return await attempt(work, entry, async () => {
    if (!world.cancel.aborted) await awaitEnds(world, ids, refused)
    if (world.cancel.aborted) throw refused ?? toEnded()
    ledger.drop(entry.name)
    for (const id of ids) world.log.record({ kind: 'removed', resource: 'experiment', id, how: toHow(id) })
  })
}

/** Waits for the end of the experiments. If one keeps running after FIS has refused the stop, the error of that refusal is reported. */
async function awaitEnds(world: Ports, ids: readonly string[], refused: ActionError | undefined): Promise<void> {
  try {
    await Promise.all(ids.map((id) => awaitEnd(world, id)))
  } catch (thrown) {
    throw refused ?? thrown
  }
}

/**
 * Deletes the role of this run, but only with the tag of this invocation, because somebody else may have the same name by now. `ended`:
 * every experiment of this run has ended. It checks other users of the role. If the caller may not see them, the end of our own experiments
 * is enough, because no other run uses this role.
 */
async function undoRole({ world, ledger, state }: Work, { name }: Entry, ended: boolean): Promise<void> {
  if (!ended && world.cancel.aborted) return
  if (!ended) throw new ActionError('conflict', `An experiment of this run may still use the role ${name}, so it is not deleted.`)
  const role = await findRole(world, name)
  // A role that one read did not show may still exist, and a cancelled step has no time to read again.
  if (role === undefined && world.cancel.aborted) return
  const mine = role !== undefined && isOfInvocation(role.tags, state.invocation)
  if (mine) {
    const user = await findRoleUser(world, role).catch((thrown: unknown) => passDenied(thrown))
    if (user !== undefined) throw new ActionError('conflict', user)
    await removeRole(world, name)
  }
  ledger.drop(name)
  world.log.record({ kind: 'removed', resource: 'role', id: name, how: mine ? 'deleted' : 'gone' })
}

function passDenied(thrown: unknown): undefined {
  if (!isFault(thrown, 'denied')) throw thrown
}

/** Does the work. Returns true if it succeeded; otherwise logs what is left. */
async function attempt(work: Work, entry: Entry, act: () => Promise<void>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (thrown) {
    recordLeft(work, entry, thrown)
    return false
  }
}

/** Logs an entry that is left. For a cancelled main that is not a failure, because post removes it. */
function recordLeft({ world, state }: Work, entry: Entry, thrown: unknown): void {
  if (isFault(thrown, 'cancelled') && world.cancel.aborted) return
  const id = entry.kind === 'role' ? entry.name : (entry.id ?? entry.name)
  world.log.record({ kind: 'left', resource: entry.kind, id, why: explain(toActionError(thrown)), commands: toCommands(entry, state) })
}
