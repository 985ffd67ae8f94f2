import { randomUUID } from 'node:crypto'
import { getInput, setFailed } from '@actions/core'
import { runSetup } from '../flows/setup.ts'
import { explain, toActionError } from '../model/errors.ts'
import { FIELDS } from '../model/inputs/main.ts'
import { parseSetup } from '../model/inputs/setup.ts'
import { VERSION } from '../model/version.ts'
import { toLines } from '../report/log.ts'
import { renderSetup, toSetupOutputs } from '../report/setup.ts'
import { createClock } from '../runner/clock.ts'
import { readIdentity } from '../runner/context.ts'
import { deleteEmptyVariables } from '../runner/env.ts'
import { createLog, print } from '../runner/log.ts'
import { publishOutputs, publishSummary } from '../runner/publish.ts'
import { leave, listen } from '../runner/signals.ts'

const LEAVE_MS = 3500

async function setup(): Promise<void> {
  deleteEmptyVariables(process.env)
  const clock = createClock()
  const log = createLog(clock, (event) => print(toLines(event, FIELDS.timezone.fallback)))
  const signals = listen(LEAVE_MS, (by) => log.record({ kind: 'cancelled', by }))
  try {
    const inputs = parseSetup(getInput, process.env)
    const { createAws } = await import('../aws/clients.ts')
    const limits = { signal: signals.cancel, graceMs: LEAVE_MS }
    const aws = createAws({ region: inputs.region, userAgent: ['spot-interrupt', VERSION], limits })
    const result = await runSetup({ ...aws, clock, log, cancel: signals.cancel }, inputs, readIdentity(randomUUID))
    publishOutputs(toSetupOutputs(result))
    publishSummary(log, renderSetup(result))
    log.record({ kind: 'passed', text: `FIS can interrupt Spot instances in ${inputs.region} with ${result.roleArn}` })
  } catch (thrown) {
    const error = toActionError(thrown)
    log.record({ kind: 'failed', text: error.message })
    setFailed(explain(error))
  }
  if (signals.cancel.aborted) leave()
}

void setup()
