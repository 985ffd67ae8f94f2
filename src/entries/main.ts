import { randomUUID } from 'node:crypto'
import { debug, getInput, notice, setFailed, setSecret } from '@actions/core'
import { createLedger } from '../model/cleanup/ledger.ts'
import { joinSentences, toActionError } from '../model/errors.ts'
import { FIELDS, parseInputs } from '../model/inputs/main.ts'
import { findSecrets } from '../model/probes/probe.ts'
import { last, type Stamped } from '../model/timeline/event.ts'
import { toLate } from '../model/verdict/cancelled.ts'
import { type Conclusion, conclude } from '../model/verdict/conclusion.ts'
import { VERSION } from '../model/version.ts'
import { toLines } from '../report/log.ts'
import { toEarlyOutputs } from '../report/outputs.ts'
import { createClock } from '../runner/clock.ts'
import { deleteEmptyVariables, readIdentity } from '../runner/context.ts'
import { createHost } from '../runner/imds.ts'
import { createLog, print } from '../runner/log.ts'
import { publishOutputs, publishReport } from '../runner/publish.ts'
import { leave, listen } from '../runner/signals.ts'
import { createStopFile, saveLedger } from '../runner/state.ts'
import type { SendProbe } from '../world.ts'

/** A write in flight is given 2 s after a cancel, and all of clean-up 3.5 s; the runner kills after 10. */
const GRACE_MS = 2000
const LEAVE_MS = 3500
const BACKGROUND_MS = 10_000

let timezone = FIELDS.timezone.fallback
const who = readIdentity(randomUUID)
const clock = createClock()
const log = createLog(clock, (event: Stamped) => {
  print(toLines(event, timezone))
  if (event.kind === 'unswept') debug(`Not swept: ${event.why}`)
  publishOutputs(toEarlyOutputs(event))
})
const signals = listen(LEAVE_MS, (by) => log.record({ kind: 'cancelled', by }))

async function main(): Promise<void> {
  // Before anything else can print them.
  for (const secret of findSecrets(getInput('probe-headers'))) setSecret(secret)
  deleteEmptyVariables(process.env)
  const conclusion = await go().catch(concludeUnplanned)
  const result = signals.cancel.aborted && conclusion.result.pass ? toLate(conclusion.result) : conclusion.result
  publishReport(log, { ...conclusion, result }, who)
  if (result.pass) notice(`${last(log.timeline(), 'rehearsal') === undefined ? '' : 'Rehearsal, not AWS: '}${result.text}`)
  else setFailed(joinSentences(result.text, result.hint))
  if (signals.cancel.aborted) leave()
}

/** Inputs that cannot be used, or parts of this action that cannot be loaded: nothing was begun. */
function concludeUnplanned(thrown: unknown): Conclusion {
  const fault = toActionError(thrown)
  log.record({ kind: 'failed', text: fault.message })
  return conclude(log.timeline(), { fault })
}

async function go(): Promise<Conclusion> {
  const inputs = parseInputs(getInput, process.env)
  timezone = inputs.timezone
  if (inputs.probes !== undefined) await keepMemoryLow()
  const stopFile = createStopFile(process.env.RUNNER_TEMP, who.invocation)
  const { run } = await import('../flows/run.ts')
  const { openAws } = await import('../aws/clients.ts')
  const aws = openAws({ region: inputs.region, userAgent: ['spot-interrupt', VERSION], observeDate: clock.observeDate })
  const around = { sendProbe, host: createHost(process.env), clock, random: { uuid: randomUUID }, log, cancel: signals.cancel }
  const worlds = {
    forward: { ...around, ...aws({ signal: signals.cancel, graceMs: GRACE_MS, halted: stopFile.exists }) },
    cleanup: { ...around, ...aws({ signal: signals.leave }) },
    background: { ...around, ...aws({ signal: signals.cancel, patienceMs: BACKGROUND_MS }) },
  }
  return await run(inputs, who, { worlds, ledger: createLedger(saveLedger) })
}

/** Loads what sends probes with the first of them: a run without probes, or with bad inputs, does not pay for it. */
const sendProbe: SendProbe = async (probeTarget, settings) => (await import('../runner/probe.ts')).sendProbe(probeTarget, settings)

/** Probing makes thousands of short-lived sockets. With --optimize-for-size V8's young generation stays at 25 MB instead of 60. */
async function keepMemoryLow(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--optimize-for-size')
}

void main()
