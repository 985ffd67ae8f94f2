import { toCommands } from '../model/cleanup/commands.ts'
import type { Entry, Ledger, LedgerState } from '../model/cleanup/ledger.ts'
import { ActionError, explain, isFault, toActionError } from '../model/errors.ts'
import { POLICY_NAME } from '../model/fis.ts'
import { isOfInvocation } from '../model/tags.ts'
import type { World } from '../world.ts'
import { findRole } from './role.ts'
import { type SearchResult, searchUnconfirmed } from './search.ts'
import { awaitEnd } from './stop.ts'

type Ports = Pick<World, 'fis' | 'iam' | 'clock' | 'log' | 'cancel'>
type Work = { readonly world: Ports; readonly ledger: Ledger; readonly state: LedgerState }

/**
 * Undoes the ledger, the most dangerous first: what runs is stopped, templates go, what has no id, or was made by a main that may live
 * on (`alive`), is looked for, and roles go last, when nothing uses them any more. "Gone already" is done. What can not be removed
 * stays in the ledger and is told, with the commands to do it by hand; nothing is thrown. A cancelled step only sends what is quick,
 * and leaves the rest to post. True when nothing had to be left.
 */
export async function undo(world: Ports, ledger: Ledger, { alive = false }: { readonly alive?: boolean } = {}): Promise<boolean> {
  const state = ledger.state()
  if (state === undefined) return true
  const work = { world, ledger, state }
  const of = (kind: Entry['kind']) => state.entries.filter((entry) => entry.kind === kind && entry.keep !== true).reverse()
  const stopped = await sendStops(work, of('experiment'))
  for (const entry of of('template')) await attempt(work, entry, () => undoTemplate(work, entry))
  const found = await searchFor(work, alive, stopped)
  const confirmed = await Promise.all(of('experiment').map((entry) => confirm(work, entry, { stopped, found })))
  // A stopped experiment may still use its role; a cancelled step has no time to see it end.
  const idle = confirmed.every(Boolean) || !world.cancel.aborted
  for (const entry of idle ? of('role') : []) await attempt(work, entry, () => undoRole(work, entry))
  recordKept(work)
  return ledger.state()?.entries.every(({ keep }) => keep === true) ?? true
}

/** What was to be kept, and was really made. */
function recordKept({ world, state }: Work): void {
  for (const { kind, name } of state.entries.filter(({ keep, id }) => keep === true && id !== undefined))
    world.log.record({ kind: 'kept', resource: kind, id: name })
}

/** StopExperiment for all that have an id, side by side, before anything else. The names of those that FIS took. */
async function sendStops(work: Work, entries: readonly Entry[]): Promise<readonly string[]> {
  const sent = entries.map(async (entry) => {
    const { id } = entry
    if (id === undefined) return []
    const taken = await attempt(work, entry, async () => {
      await work.world.fis.stopExperiment(id)
      work.world.log.record({ kind: 'stopping', id })
    })
    return taken ? [entry.name] : []
  })
  return (await Promise.all(sent)).flat()
}

async function undoTemplate({ world, ledger }: Work, { id, name }: Entry): Promise<void> {
  if (id === undefined) return
  await world.fis.deleteTemplate(id)
  ledger.drop(name)
  world.log.record({ kind: 'removed', resource: 'template', id, how: 'deleted' })
}

/** What was found for the entries without an id; undefined when it could not be looked for, which is then told. */
async function searchFor(work: Work, alive: boolean, stopped: readonly string[]): Promise<SearchResult | undefined> {
  const { world, ledger, state } = work
  const nameless = state.entries.filter(({ kind, id }) => kind !== 'role' && id === undefined)
  if (!alive && nameless.length === 0) return { templates: [], experiments: [] }
  try {
    const ids = state.entries.flatMap(({ id, name }) => (id !== undefined && stopped.includes(name) ? [id] : []))
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
  work.world.log.record({ kind: 'warned', what: `What a main that lives on may have made could not be looked for: ${why}` })
}

/** Waits until the experiments of an entry have ended. True when they have, and the entry is out of the ledger. */
async function confirm(work: Work, entry: Entry, seen: { stopped: readonly string[]; found: SearchResult | undefined }): Promise<boolean> {
  const { world, ledger } = work
  if (entry.id !== undefined && !seen.stopped.includes(entry.name)) return false
  if (entry.id === undefined && seen.found === undefined) return false
  const ids = [...(entry.id === undefined ? [] : [entry.id]), ...(seen.found?.experiments ?? [])]
  if (world.cancel.aborted) return false
  return await attempt(work, entry, async () => {
    await Promise.all(ids.map((id) => awaitEnd(world, id)))
    if (world.cancel.aborted) throw new ActionError('cancelled', 'The step was told to end.')
    ledger.drop(entry.name)
    for (const id of ids) world.log.record({ kind: 'removed', resource: 'experiment', id, how: 'stopped' })
  })
}

/** Only the role that carries this invocation's tag: the same name may be somebody else's by now. */
async function undoRole({ world, ledger, state }: Work, { name }: Entry): Promise<void> {
  const role = await findRole(world, name)
  // Not seen is not gone while there was no time to look again.
  if (role === undefined && world.cancel.aborted) return
  const mine = role !== undefined && isOfInvocation(role.tags, state.invocation)
  if (mine) {
    await world.iam.deletePolicy(name, POLICY_NAME)
    await world.iam.deleteRole(name)
  }
  ledger.drop(name)
  world.log.record({ kind: 'removed', resource: 'role', id: name, how: mine ? 'deleted' : 'gone' })
}

/** True when the work was done; else what is left is told. */
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
