import { randomUUID } from 'node:crypto'
import { getInput, notice, setFailed, setSecret } from '@actions/core'
import { toActionError, toSentences } from './model/errors.ts'
import { FIELDS, parseInputs } from './model/inputs.ts'
import { createLedger } from './model/ledger.ts'
import { findSecrets } from './model/probe.ts'
import type { Stamped } from './model/timeline.ts'
import type { Verdict } from './model/verdict.ts'
import { VERSION } from './model/version.ts'
import { toLines } from './report/line.ts'
import { toEarlyOutputs } from './report/outputs.ts'
import { run } from './run.ts'
import { createClock } from './runner/clock.ts'
import { readIdentity } from './runner/context.ts'
import { deliver } from './runner/deliver.ts'
import { createLog, print } from './runner/log.ts'
import { createNet } from './runner/net.ts'
import { publishOutputs } from './runner/publish.ts'
import { saveLedger } from './runner/state.ts'

async function main(): Promise<void> {
  // Before anything else can print them.
  for (const secret of findSecrets(getInput('probe-headers'))) setSecret(secret)
  let timezone = FIELDS.timezone.fallback
  const who = readIdentity(randomUUID)
  const clock = createClock()
  const log = createLog(clock, (event: Stamped) => {
    print(toLines(event, timezone))
    publishOutputs(toEarlyOutputs(event))
  })
  let result: Verdict
  try {
    const inputs = parseInputs(getInput, process.env)
    timezone = inputs.timezone
    const { createAws } = await import('./aws/clients.ts')
    const aws = createAws({ region: inputs.region, userAgent: ['spot-interrupt', VERSION] })
    const world = { ...aws, net: createNet(process.env), clock, random: { uuid: randomUUID }, log }
    result = await run(inputs, who, { world, ledger: createLedger(saveLedger) })
  } catch (thrown) {
    const error = toActionError(thrown)
    if (error.fault === 'usage') log.tell({ kind: 'failed', text: error.message })
    result = { pass: false, text: error.message, hint: error.hint }
  }
  await deliver(log, result, who)
  if (result.pass) notice(result.text)
  else setFailed(toSentences(result.text, result.hint))
}

void main()
