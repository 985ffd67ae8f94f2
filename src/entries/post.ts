import { runPost } from '../flows/post.ts'
import { toAllCommands } from '../model/cleanup/commands.ts'
import { createLedger, type LedgerState, parseLedger } from '../model/cleanup/ledger.ts'
import { explain, joinSentences, toActionError } from '../model/errors.ts'
import { all } from '../model/timeline/event.ts'
import { VERSION } from '../model/version.ts'
import { createStopFile, readLedger, saveLedger } from '../runner/state.ts'
import { openRuntime, POST_LEAVE_MS, runEntry } from './lifecycle.ts'

/** All post steps of a cancelled job share 4 min 45 s. */
const BUDGET_MS = 170_000

const saved = readLedger(process.env)
const state = parseLedger(saved)
// A closed output must not end the clean-up.
const runtime = openRuntime({
  leaveMs: POST_LEAVE_MS,
  budgetMs: BUDGET_MS,
  closedOutput: 'is ignored',
  timezone: () => state?.timezone ?? 'UTC',
})
const { sinks, clock, log, signals } = runtime

/** Three cases need no AWS and come first: no state, unreadable state, and nothing left. */
async function post(): Promise<string> {
  if (saved === '') {
    sinks.print(['Nothing was created, nothing to clean up.'])
    return ''
  }
  if (state === undefined)
    return 'Cannot read the saved state (another version wrote it), so it is unknown what this run created. Look for the tag ManagedBy=spot-interrupt in FIS and IAM.'
  if (state.closed !== true || state.entries.some(({ keep }) => keep !== true)) return await clean(state)
  const kept = state.entries.filter(({ id }) => id !== undefined).map(({ kind, name }) => `The ${kind} ${name} is kept for later runs`)
  sinks.print([joinSentences('The main step has cleaned up', ...kept)])
  return ''
}

async function clean(found: LedgerState): Promise<string> {
  // The stop file comes first: a main that is still running creates nothing more from here on.
  if (found.closed !== true) createStopFile(process.env.RUNNER_TEMP, found.invocation, sinks).create()
  const ledger = createLedger(saveLedger(sinks, process.env), found)
  const why: string[] = []
  try {
    const { createAws } = await import('../aws/clients.ts')
    const aws = createAws({
      region: found.region,
      userAgent: ['spot-interrupt', VERSION],
      observeDate: clock.observeDate,
      observeSecret: sinks.hide,
      limits: { signal: signals.leave },
    })
    await runPost({ ...aws, clock, log, cancel: signals.cancel }, ledger)
    why.push(...all(log.timeline(), 'left').map((one) => `The ${one.resource} ${one.id} is left behind: ${one.why}`))
  } catch (thrown) {
    why.push(explain(toActionError(thrown)))
  }
  const left = (ledger.state()?.entries ?? []).filter(({ keep }) => keep !== true)
  if (left.length === 0) return ''
  const commands = toAllCommands(left, found)
  return `${sinks.clean({ text: why.join(' | ') }).text || 'There was no time to clean up.'} By hand: ${commands.join(' ; ')}`
}

void runEntry(runtime, post)
