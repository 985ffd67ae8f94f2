import { getInput, setFailed } from '@actions/core'
import { tidy } from '../flows/cleanup.ts'
import { explain, toActionError, toSentences } from '../model/errors.ts'
import { parseCleanup } from '../model/inputs/cleanup.ts'
import { FIELDS } from '../model/inputs/main.ts'
import { VERSION } from '../model/version.ts'
import { judgeTidied, renderCleanup, toCleanupOutputs } from '../report/cleanup.ts'
import { toLines } from '../report/log.ts'
import { createClock } from '../runner/clock.ts'
import { readRun } from '../runner/context.ts'
import { dropEmpty } from '../runner/env.ts'
import { createLog, print } from '../runner/log.ts'
import { publishOutputs, publishSummary } from '../runner/publish.ts'
import { leave, listen } from '../runner/signals.ts'

const LEAVE_MS = 3500

async function cleanup(): Promise<void> {
  dropEmpty(process.env)
  const clock = createClock()
  const log = createLog(clock, (event) => print(toLines(event, FIELDS.timezone.fallback)))
  const signals = listen(LEAVE_MS, (by) => log.tell({ kind: 'cancelled', by }))
  publishOutputs({ removed: '[]' })
  try {
    const inputs = parseCleanup(getInput, process.env, readRun())
    const { createAws } = await import('../aws/clients.ts')
    const limits = { signal: signals.cancel, graceMs: LEAVE_MS }
    const aws = createAws({ region: inputs.region, userAgent: ['spot-interrupt', VERSION], limits })
    const tidied = await tidy({ ...aws, clock, log, cancel: signals.cancel }, inputs)
    publishOutputs(toCleanupOutputs(tidied))
    publishSummary(log, renderCleanup(tidied, inputs))
    const { pass, text, hint } = judgeTidied(tidied, inputs)
    log.tell({ kind: pass ? 'passed' : 'failed', text })
    if (!pass) setFailed(toSentences(text, hint))
  } catch (thrown) {
    const error = toActionError(thrown)
    log.tell({ kind: 'failed', text: error.message })
    setFailed(explain(error))
  }
  if (signals.cancel.aborted) leave()
}

void cleanup()
