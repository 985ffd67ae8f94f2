import type { LedgerState } from '../model/cleanup/ledger.ts'
import { isOfInvocation } from '../model/tags.ts'
import { isTerminal } from '../model/timeline/snapshot.ts'
import type { World } from '../world.ts'

type Ports = Pick<World, 'fis' | 'iam' | 'clock' | 'log' | 'cancel'>

/** How long to search: AWS may show a new resource some seconds late, and a main that the runner has given up may still create one. */
const SEARCH_MS = 15_000
const POLL_MS = 3000

export type SearchResult = { readonly templates: readonly string[]; readonly experiments: readonly string[] }

/**
 * Searches for resources of this run whose ids are not known, by our tag and by the known templates, repeatedly for 15 seconds. It deletes
 * templates first, so that no experiment can start from them, and stops running experiments. It logs each at once. Resolves with everything
 * found, without the experiments in `stopped`. A cancelled step searches once. Rejects if AWS refuses.
 */
export async function searchUnconfirmed(world: Ports, state: LedgerState, stopped: readonly string[]): Promise<SearchResult> {
  const found = { templates: new Set<string>(), experiments: new Set<string>() }
  const untilMs = world.clock.monotonicMs() + SEARCH_MS
  for (;;) {
    await deleteTemplates(world, state, found)
    await stopExperiments(world, state, { ...found, stopped })
    if (world.cancel.aborted || world.clock.monotonicMs() >= untilMs) break
    await world.clock.sleep(POLL_MS, world.cancel)
  }
  return { templates: [...found.templates], experiments: [...found.experiments] }
}

type Found = { readonly templates: Set<string>; readonly experiments: Set<string>; readonly stopped?: readonly string[] }

async function deleteTemplates(world: Ports, state: LedgerState, { templates }: Found): Promise<void> {
  const mine = (await world.fis.listTemplates()).filter(({ tags }) => isOfInvocation(tags, state.invocation))
  for (const { id } of mine) {
    await world.fis.deleteTemplate(id)
    if (!templates.has(id)) world.log.record({ kind: 'removed', resource: 'template', id, how: 'deleted' })
    templates.add(id)
  }
}

/** Finds experiments by their template as well as by our tag, because a list may not show the tags of experiments. */
async function stopExperiments(world: Ports, state: LedgerState, { templates, experiments, stopped = [] }: Found): Promise<void> {
  const known = new Set([...templates, ...state.entries.flatMap(({ kind, id, templateId }) => [kind === 'template' ? id : templateId])])
  const running = (await world.fis.listExperiments()).filter(
    ({ id, status }) => !isTerminal(status) && !experiments.has(id) && !stopped.includes(id),
  )
  for (const { id } of running.filter((one) => isOfInvocation(one.tags, state.invocation) || known.has(one.templateId))) {
    await world.fis.stopExperiment(id)
    world.log.record({ kind: 'stopping', id })
    experiments.add(id)
  }
}
