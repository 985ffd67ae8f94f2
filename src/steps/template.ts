import type { Ledger } from '../model/cleanup/ledger.ts'
import type { Plan } from '../model/plan/plan.ts'
import { toTemplateContent } from '../model/plan/template.ts'
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
  const request = { ...toTemplateContent({ ...plan, run: plan.who.run }), token, roleArn: made.roleArn }
  const { id } = await createRecorded(made.ledger, { kind: 'template', name: token }, () => world.fis.createTemplate(request))
  world.log.record({ kind: 'template', id })
  return id
}
