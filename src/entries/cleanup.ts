import { getInput, setFailed } from '@actions/core'
import { runCleanup } from '../flows/cleanup.ts'
import { explain, joinSentences, toActionError } from '../model/errors.ts'
import { parseCleanup } from '../model/inputs/cleanup.ts'
import { FIELDS } from '../model/inputs/main.ts'
import { VERSION } from '../model/version.ts'
import { judgeCleanup, renderCleanup, toCleanupOutputs } from '../report/cleanup.ts'
import { toLines } from '../report/log.ts'
import { createClock } from '../runner/clock.ts'
import { readRun } from '../runner/context.ts'
import { deleteEmptyVariables } from '../runner/env.ts'
import { createLog, print } from '../runner/log.ts'
import { publishOutputs, publishSummary } from '../runner/publish.ts'
import { leave, listen } from '../runner/signals.ts'

const LEAVE_MS = 3500

async function cleanup(): Promise<void> {
  deleteEmptyVariables(process.env)
  const clock = createClock()
  const log = createLog(clock, (event) => print(toLines(event, FIELDS.timezone.fallback)))
  const signals = listen(LEAVE_MS, (by) => log.record({ kind: 'cancelled', by }))
  publishOutputs({ removed: '[]' })
  try {
    const inputs = parseCleanup(getInput, process.env, readRun())
    const { createAws } = await import('../aws/clients.ts')
    const limits = { signal: signals.cancel, graceMs: LEAVE_MS }
    const aws = createAws({ region: inputs.region, userAgent: ['spot-interrupt', VERSION], limits })
    const result = await runCleanup({ ...aws, clock, log, cancel: signals.cancel }, inputs)
    publishOutputs(toCleanupOutputs(result))
    publishSummary(log, renderCleanup(result, inputs))
    const { pass, text, hint } = judgeCleanup(result, inputs)
    log.record({ kind: pass ? 'passed' : 'failed', text })
    if (!pass) setFailed(joinSentences(text, hint))
  } catch (thrown) {
    const error = toActionError(thrown)
    log.record({ kind: 'failed', text: error.message })
    setFailed(explain(error))
  }
  if (signals.cancel.aborted) leave()
}

void cleanup()
