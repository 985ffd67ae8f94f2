import { FIELDS } from '../model/inputs/main.ts'
import { plural } from '../model/plural.ts'
import type { Rehearsed } from '../model/rehearsed.ts'
import { judgeRehearsal, LOST, renderLost, renderRehearsal } from '../report/rehearsed.ts'
import { askSimulator, stopSimulator } from '../runner/simulator-process.ts'
import { readRehearsal } from '../runner/state.ts'
import { openRuntime, POST_LEAVE_MS, runEntry } from './lifecycle.ts'

const BUDGET_MS = 60_000

const runtime = openRuntime({
  leaveMs: POST_LEAVE_MS,
  budgetMs: BUDGET_MS,
  closedOutput: 'is ignored',
  timezone: () => FIELDS.timezone.fallback,
})
const { sinks } = runtime

async function post(): Promise<string> {
  const state = readRehearsal()
  if (state === undefined) {
    sinks.print(['The simulated AWS was not started, so there is nothing to stop.'])
    return ''
  }
  const { url } = state
  const rehearsed = url === null ? undefined : await read(url)
  await stopSimulator(state)
  sinks.setVariables(state.former)
  sinks.print(['The simulated AWS has ended.'])
  if (url === null) return ''
  if (rehearsed === undefined) {
    sinks.appendSummary(renderLost())
    return LOST
  }
  const shown = sinks.clean(rehearsed)
  sinks.appendSummary(renderRehearsal(shown))
  const problem = judgeRehearsal(shown)
  if (problem === '') sinks.print([`The job made ${plural(shown.journal.length, 'call')} and left nothing behind.`])
  return problem
}

/** The record of the rehearsal; undefined if the simulator does not answer. */
async function read(url: string): Promise<Rehearsed | undefined> {
  try {
    const journal = (await askSimulator(url, '/_simulator/journal')) as Rehearsed['journal']
    return { ...((await askSimulator(url, '/_simulator/leftovers')) as Omit<Rehearsed, 'journal'>), journal }
  } catch (thrown) {
    sinks.debug(`The simulator does not answer: ${thrown instanceof Error ? thrown.message : thrown}`)
    return undefined
  }
}

void runEntry(runtime, post)
