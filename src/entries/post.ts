import { info, setFailed } from '@actions/core'
import { runPost } from '../flows/post.ts'
import { toCommands } from '../model/cleanup/commands.ts'
import { createLedger, type LedgerState, parseLedger } from '../model/cleanup/ledger.ts'
import { explain, toActionError } from '../model/errors.ts'
import { all } from '../model/timeline/event.ts'
import { VERSION } from '../model/version.ts'
import { toLines } from '../report/log.ts'
import { createClock } from '../runner/clock.ts'
import { deleteEmptyVariables } from '../runner/context.ts'
import { createLog, print } from '../runner/log.ts'
import { leave, listen } from '../runner/signals.ts'
import { createStopFile, readLedger, saveLedger } from '../runner/state.ts'

/** All post steps of a cancelled job share 4 min 45 s; a signal, the step's own time-out, leaves 10 s. */
const BUDGET_MS = 170_000
const LEAVE_MS = 6000

/** A ladder of guards: no state, nothing left, state that can not be read; only then AWS is asked for anything. */
async function post(): Promise<void> {
  deleteEmptyVariables(process.env)
  const saved = readLedger()
  const state = parseLedger(saved)
  if (saved === '') info('Nothing was created, nothing to clean up.')
  else if (state === undefined)
    setFailed(
      'The saved state is not of this version, so what the run created can not be told. Look for the tag ManagedBy=spot-interrupt in FIS and IAM.',
    )
  else if (state.closed === true && state.entries.every(({ keep }) => keep === true)) info(describeClean(state))
  else await clean(state)
}

/** What the user wants to keep is no leftover, but is still there. */
function describeClean({ entries }: LedgerState): string {
  const kept = entries.filter(({ id }) => id !== undefined).map(({ kind, name }) => `The ${kind} ${name} is kept for later runs.`)
  return kept.length === 0 ? 'Everything was cleaned up by the main step.' : ['The main step has cleaned up.', ...kept].join(' ')
}

async function clean(state: LedgerState): Promise<void> {
  // Before anything else: a main that lives on makes nothing more from here.
  if (state.closed !== true) createStopFile(process.env.RUNNER_TEMP, state.invocation).create()
  const clock = createClock()
  const log = createLog(clock, (event) => print(toLines(event, state.timezone)))
  const ledger = createLedger(saveLedger, state)
  const signals = listen(LEAVE_MS, (by) => log.record({ kind: 'cancelled', by }), BUDGET_MS)
  const why: string[] = []
  try {
    const { createAws } = await import('../aws/clients.ts')
    const aws = createAws({
      region: state.region,
      userAgent: ['spot-interrupt', VERSION],
      observeDate: clock.observeDate,
      limits: { signal: signals.leave },
    })
    await runPost({ ...aws, clock, log, cancel: signals.cancel }, ledger)
    why.push(...all(log.timeline(), 'left').map((one) => `The ${one.resource} ${one.id} is left behind: ${one.why}`))
  } catch (thrown) {
    why.push(explain(toActionError(thrown)))
  }
  const left = (ledger.state()?.entries ?? []).filter(({ keep }) => keep !== true)
  if (left.length > 0)
    setFailed(
      `${why.join(' | ') || 'There was no time to clean up.'} By hand: ${left.flatMap((entry) => toCommands(entry, state)).join(' ; ')}`,
    )
  leave()
}

void post()
