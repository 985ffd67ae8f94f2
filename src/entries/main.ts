import { randomUUID } from 'node:crypto'
import { debug, getInput, notice, setFailed, setSecret } from '@actions/core'
import { createLedger } from '../model/cleanup/ledger.ts'
import { joinSentences, toActionError } from '../model/errors.ts'
import { parseLeg } from '../model/inputs/leg.ts'
import { FIELDS, parseInputs } from '../model/inputs/main.ts'
import { findSecrets } from '../model/probes/probe.ts'
import type { Stamped } from '../model/timeline/event.ts'
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
/** All of the sweep, and one call of it. */
const SWEEP_MS = 15_000
const SWEEP_CALL_MS = 10_000

let timezone = FIELDS.timezone.fallback
const who = readIdentity(randomUUID, parseLeg(getInput('leg')))
const clock = createClock()
const log = createLog(clock, (event: Stamped) => {
  print(toLines(event, timezone))
  if (event.kind === 'unswept') debug(`Not swept: ${event.why}`)
  publishOutputs(toEarlyOutputs(event))
})
/** Once the result is out, a cancel ends the sweep and changes nothing else, so the log has nothing to say of it. */
let delivered = false
const signals = listen(LEAVE_MS, (by) => {
  if (!delivered) log.record({ kind: 'cancelled', by })
})

/** Aborts when the time for the sweep is over: a call that hangs does not keep the step. */
const sweepTime = new AbortController()

/** A run: what is concluded from it, and what is still to be swept once that is delivered. */
type Done = { readonly conclusion: Conclusion; readonly sweep: () => Promise<void> }

async function main(): Promise<void> {
  // Before anything else can print them.
  for (const secret of findSecrets(getInput('probe-headers'))) setSecret(secret)
  deleteEmptyVariables(process.env)
  const { conclusion, sweep } = await go().catch(concludeUnplanned)
  const result = signals.cancel.aborted && conclusion.result.pass ? toLate(conclusion.result) : conclusion.result
  publishReport(log, { ...conclusion, result }, who)
  if (result.pass) notice(result.text)
  else setFailed(joinSentences(result.text, result.hint))
  delivered = true
  await sweep().catch((thrown: unknown) => log.record({ kind: 'unswept', why: toActionError(thrown).message }))
  if (signals.cancel.aborted || sweepTime.signal.aborted) leave()
}

/** Inputs that cannot be used, or parts of this action that cannot be loaded: nothing was begun. */
function concludeUnplanned(thrown: unknown): Done {
  const fault = toActionError(thrown)
  log.record({ kind: 'failed', text: fault.message })
  return { conclusion: conclude(log.timeline(), { fault }), sweep: async () => undefined }
}

async function go(): Promise<Done> {
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
  }
  const ledger = createLedger(saveLedger)
  const conclusion = await run(inputs, who, { worlds, ledger })
  const sweep = async () => {
    setTimeout(() => sweepTime.abort(), SWEEP_MS).unref()
    const cancel = AbortSignal.any([signals.cancel, sweepTime.signal])
    const { sweepAfter } = await import('../flows/sweep.ts')
    await sweepAfter({ ...around, ...aws({ signal: cancel, patienceMs: SWEEP_CALL_MS }), cancel }, inputs, ledger)
  }
  return { conclusion, sweep }
}

/** Loads what sends probes with the first of them: a run without probes, or with bad inputs, does not pay for it. */
const sendProbe: SendProbe = async (probeTarget, timeoutMs, signal) =>
  (await import('../runner/probe.ts')).sendProbe(probeTarget, timeoutMs, signal)

/** Probing makes thousands of short-lived sockets. With --optimize-for-size V8's young generation stays at 25 MB instead of 60. */
async function keepMemoryLow(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--optimize-for-size')
}

void main()
