import { info, setFailed } from '@actions/core'
import { explain, toActionError } from './model/errors.ts'
import { createLedger, type Page, parsePage } from './model/ledger.ts'
import { toCommands } from './model/remedy.ts'
import { all } from './model/timeline.ts'
import { VERSION } from './model/version.ts'
import { toLines } from './report/line.ts'
import { finish } from './run.ts'
import { createClock } from './runner/clock.ts'
import { createLog, print } from './runner/log.ts'
import { readLedger, saveLedger } from './runner/state.ts'

/** A ladder of guards: no state, nothing left, state that can not be read; only then AWS is asked for anything. */
async function post(): Promise<void> {
  const saved = readLedger()
  const page = parsePage(saved)
  if (saved === '') info('Nothing was created, nothing to clean up.')
  else if (page === undefined)
    setFailed(
      'The saved state is not of this version, so what the run created can not be told. Look for the tag ManagedBy=spot-interrupt in FIS and IAM.',
    )
  else if (page.entries.every(({ keep }) => keep === true)) info('Everything was cleaned up by the main step.')
  else await clean(page)
}

async function clean(page: Page): Promise<void> {
  const clock = createClock()
  const log = createLog(clock, (event) => print(toLines(event, page.timezone)))
  const ledger = createLedger(saveLedger, page)
  const why: string[] = []
  try {
    const { createAws } = await import('./aws/clients.ts')
    await finish({ ...createAws({ region: page.region, userAgent: ['spot-interrupt', VERSION] }), clock, log }, ledger)
    why.push(...all(log.timeline(), 'left').map((one) => `The ${one.resource} ${one.id} is left behind: ${one.why}`))
  } catch (thrown) {
    why.push(explain(toActionError(thrown)))
  }
  const left = (ledger.page()?.entries ?? []).filter(({ keep }) => keep !== true)
  if (left.length > 0) setFailed(`${why.join(' | ')} By hand: ${left.flatMap((entry) => toCommands(entry, page)).join(' ; ')}`)
}

void post()
