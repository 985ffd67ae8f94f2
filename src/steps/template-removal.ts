import type { Ledger } from '../model/cleanup/ledger.ts'
import { explain, isFault, toActionError } from '../model/errors.ts'
import type { World } from '../world.ts'

type Ports = Pick<World, 'fis' | 'log'>

/** Deletes the template once the experiment does not need it any more. If that fails, `undo` tries it again. */
export async function removeTemplate(world: Ports, ledger: Ledger, id: string): Promise<void> {
  if (findEntry(ledger, id) === undefined) return
  try {
    await deleteTemplate(world, ledger, id)
  } catch (thrown) {
    if (isFault(thrown, 'cancelled')) return
    world.log.record({ kind: 'warned', what: `The template ${id} could not be deleted yet: ${explain(toActionError(thrown))}` })
  }
}

/**
 * Deletes a template, and removes its entry from the ledger. The watch and clean-up may both do that at the same time: only the first one
 * records it. Rejects if AWS does not delete the template.
 */
export async function deleteTemplate(world: Ports, ledger: Ledger, id: string): Promise<void> {
  await world.fis.deleteTemplate(id)
  const entry = findEntry(ledger, id)
  if (entry === undefined) return
  ledger.drop(entry.name)
  world.log.record({ kind: 'removed', resource: 'template', id, how: 'deleted' })
}

function findEntry(ledger: Ledger, id: string) {
  return ledger.state()?.entries.find((one) => one.kind === 'template' && one.id === id)
}
