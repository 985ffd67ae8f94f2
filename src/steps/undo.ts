import { toCommands } from '../model/cleanup/commands.ts'
import type { Entry, Ledger, LedgerState } from '../model/cleanup/ledger.ts'
import { ActionError, explain, isFault, toActionError, toEnded } from '../model/errors.ts'
import { isOfInvocation } from '../model/tags.ts'
import type { World } from '../world.ts'
import { findRole } from './role.ts'
import { findRoleUser, removeRole } from './role-removal.ts'
import { type SearchResult, searchUnconfirmed } from './search.ts'
import { awaitEnd } from './stop.ts'

type Ports = Pick<World, 'fis' | 'iam' | 'clock' | 'log' | 'cancel'>
type Work = { readonly world: Ports; readonly ledger: Ledger; readonly state: LedgerState }

/**
 * Undoes the ledger, the most dangerous first: it stops what runs, deletes templates, looks for what has no id or was made by a main that
 * may still run (`alive`), and deletes roles last, when nothing uses them any more. "Gone already" is done. What cannot be removed stays
 * in the ledger and is logged with the commands to do it by hand; nothing is thrown. A cancelled step only sends what is quick, and
 * leaves the rest to post. True when nothing had to be left.
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

/** What was to be kept, and was really made. */
function recordKept({ world, state }: Work): void {
  for (const { kind, name } of state.entries.filter(({ keep, id }) => keep === true && id !== undefined))
    world.log.record({ kind: 'kept', resource: kind, id: name })
}

/** By the name of an entry: true where FIS took StopExperiment, else what it was refused with. */
type Stops = ReadonlyMap<string, true | ActionError>

/** StopExperiment for all that have an id, side by side, before anything else. */
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

async function undoTemplate({ world, ledger }: Work, { id, name }: Entry): Promise<void> {
  if (id === undefined) return
  await world.fis.deleteTemplate(id)
  ledger.drop(name)
  world.log.record({ kind: 'removed', resource: 'template', id, how: 'deleted' })
}

/** What was found for the entries without an id; undefined when AWS refused to show it, which is then logged. */
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
    // One look, as a cancelled step takes it, is no proof: the entries stay, and post looks again.
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
  work.world.log.record({ kind: 'warned', what: `What the main step made after it was given up could not be looked for: ${why}` })
}

type Sought = { readonly stop: true | ActionError | undefined; readonly found: SearchResult | undefined }

/**
 * Waits until the experiments of an entry have ended, also where FIS refused to stop one: it may end by itself. True when they have, and
 * the entry is out of the ledger.
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

/** An experiment that runs on although FIS was asked to stop it is reported with the reason that FIS gave. */
async function awaitEnds(world: Ports, ids: readonly string[], refused: ActionError | undefined): Promise<void> {
  try {
    await Promise.all(ids.map((id) => awaitEnd(world, id)))
  } catch (thrown) {
    throw refused ?? thrown
  }
}

/**
 * Only the role that carries this invocation's tag: the same name may be somebody else's by now. `ended`: every experiment of this run
 * has. Who else uses the role is looked up; where the caller may not see that, the end of our own experiments is enough, because no other
 * run takes this role.
 */
async function undoRole({ world, ledger, state }: Work, { name }: Entry, ended: boolean): Promise<void> {
  if (!ended && world.cancel.aborted) return
  if (!ended) throw new ActionError('conflict', `An experiment of this run may still use the role ${name}, so it is not deleted.`)
  const role = await findRole(world, name)
  // Not seen is not gone while there was no time to look again.
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

/** True when the work was done; else what is left is logged. */
async function attempt(work: Work, entry: Entry, act: () => Promise<void>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (thrown) {
    recordLeft(work, entry, thrown)
    return false
  }
}

/** What a cancelled main did not get done is no failure: post does it. */
function recordLeft({ world, state }: Work, entry: Entry, thrown: unknown): void {
  if (isFault(thrown, 'cancelled') && world.cancel.aborted) return
  const id = entry.kind === 'role' ? entry.name : (entry.id ?? entry.name)
  world.log.record({ kind: 'left', resource: entry.kind, id, why: explain(toActionError(thrown)), commands: toCommands(entry, state) })
}
