import { info, setFailed } from '@actions/core'
import { finish } from '../flows/post.ts'
import { toCommands } from '../model/cleanup/commands.ts'
import { createLedger, type Page, parsePage } from '../model/cleanup/ledger.ts'
import { explain, toActionError } from '../model/errors.ts'
import { all } from '../model/timeline/event.ts'
import { VERSION } from '../model/version.ts'
import { toLines } from '../report/log.ts'
import { createClock } from '../runner/clock.ts'
import { dropEmpty } from '../runner/env.ts'
import { createLog, print } from '../runner/log.ts'
import { createMarker } from '../runner/marker.ts'
import { leave, listen } from '../runner/signals.ts'
import { readLedger, saveLedger } from '../runner/state.ts'

/** All post steps of a cancelled job share 4 min 45 s; a signal, the step's own time-out, leaves 10 s. */
const BUDGET_MS = 170_000
const LEAVE_MS = 6000

/** A ladder of guards: no state, nothing left, state that can not be read; only then AWS is asked for anything. */
async function post(): Promise<void> {
  dropEmpty(process.env)
  const saved = readLedger()
  const page = parsePage(saved)
  if (saved === '') info('Nothing was created, nothing to clean up.')
  else if (page === undefined)
    setFailed(
      'The saved state is not of this version, so what the run created can not be told. Look for the tag ManagedBy=spot-interrupt in FIS and IAM.',
    )
  else if (page.closed === true && page.entries.every(({ keep }) => keep === true)) info('Everything was cleaned up by the main step.')
  else await clean(page)
}

async function clean(page: Page): Promise<void> {
  // Before anything else: a main that lives on makes nothing more from here.
  if (page.closed !== true) createMarker(process.env.RUNNER_TEMP, page.invocation).raise()
  const clock = createClock()
  const log = createLog(clock, (event) => print(toLines(event, page.timezone)))
  const ledger = createLedger(saveLedger, page)
  const signals = listen(LEAVE_MS, (by) => log.tell({ kind: 'cancelled', by }), BUDGET_MS)
  const why: string[] = []
  try {
    const { createAws } = await import('../aws/clients.ts')
    const aws = createAws({ region: page.region, userAgent: ['spot-interrupt', VERSION], limits: { signal: signals.leave } })
    await finish({ ...aws, clock, log, cancel: signals.cancel }, ledger)
    why.push(...all(log.timeline(), 'left').map((one) => `The ${one.resource} ${one.id} is left behind: ${one.why}`))
  } catch (thrown) {
    why.push(explain(toActionError(thrown)))
  }
  const left = (ledger.page()?.entries ?? []).filter(({ keep }) => keep !== true)
  if (left.length > 0)
    setFailed(
      `${why.join(' | ') || 'There was no time to clean up.'} By hand: ${left.flatMap((entry) => toCommands(entry, page)).join(' ; ')}`,
    )
  leave()
}

void post()
