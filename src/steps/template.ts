import type { Ledger } from '../model/cleanup/ledger.ts'
import { explain, isFault, toActionError } from '../model/errors.ts'
import type { Plan } from '../model/plan/plan.ts'
import { toRecipe } from '../model/plan/template.ts'
import type { World } from '../world.ts'
import { createRecorded } from './create.ts'

/**
 * Creates the one template of this run. Its token is written to the ledger first, so that clean-up finds the template even if the answer is
 * lost.
 */
export async function createTemplate(
  world: Pick<World, 'fis' | 'random' | 'log'>,
  plan: Plan,
  made: { ledger: Ledger; roleArn: string },
): Promise<string> {
  const token = world.random.uuid()
  const request = { ...toRecipe({ ...plan, run: plan.who.run }), token, roleArn: made.roleArn }
  const { id } = await createRecorded(made.ledger, { kind: 'template', name: token }, () => world.fis.createTemplate(request))
  world.log.record({ kind: 'template', id })
  return id
}

/** Deletes the template once the experiment does not need it any more. If that fails, `undo` tries it again. */
export async function removeTemplate(world: Pick<World, 'fis' | 'log'>, ledger: Ledger, id: string): Promise<void> {
  const find = () => ledger.state()?.entries.find((one) => one.kind === 'template' && one.id === id)
  if (find() === undefined) return
  try {
    await world.fis.deleteTemplate(id)
    const entry = find()
    if (entry === undefined) return
    ledger.drop(entry.name)
    world.log.record({ kind: 'removed', resource: 'template', id, how: 'deleted' })
  } catch (thrown) {
    if (isFault(thrown, 'cancelled')) return
    world.log.record({ kind: 'warned', what: `The template ${id} could not be deleted yet: ${explain(toActionError(thrown))}` })
  }
}
