import { randomUUID } from 'node:crypto'
import { getInput } from '@actions/core'
import { createLedger } from '../model/cleanup/ledger.ts'
import { toActionError } from '../model/errors.ts'
import { type CommentInputs, readComment } from '../model/inputs/comment.ts'
import { parseLeg } from '../model/inputs/leg.ts'
import { FIELDS, type Inputs, parseInputs, withEnvironment } from '../model/inputs/main.ts'
import { readRunKind } from '../model/inputs/run-kind.ts'
import { findSecrets } from '../model/probes/probe.ts'
import { readCallMs } from '../model/timeline/timeout.ts'
import { toLate } from '../model/verdict/cancelled.ts'
import { type Conclusion, conclude } from '../model/verdict/conclusion.ts'
import { VERSION } from '../model/version.ts'
import { toEarlyOutputs } from '../report/outputs.ts'
import type { Section } from '../report/summary.ts'
import { readIdentity, readSource } from '../runner/context.ts'
import { createHost } from '../runner/imds.ts'
import { type Concluded, publishReport } from '../runner/publish.ts'
import { timeIsOver } from '../runner/signals.ts'
import { createStopFile, saveLedger } from '../runner/state.ts'
import type { SendProbe } from '../world.ts'
import { LEAVE_MS, openRuntime, runEntry } from './lifecycle.ts'

/** After a cancel, a write in flight gets this long. All of clean-up has LEAVE_MS. */
const GRACE_MS = 2000
/** Limit of the whole clean-up, in real time even in tests that speed up the timers. Post does the rest. */
const CLEANUP_MS = 30_000
/** Limit of the whole sweep, and of one call in it. */
const SWEEP_MS = 15_000
const SWEEP_CALL_MS = 10_000

/** The sections of the summary that only a judged run has. */
let sections: readonly Section[] = []
let timezone = FIELDS.timezone.fallback
const who = readIdentity(randomUUID, parseLeg(getInput('leg')))
const runtime = openRuntime({
  leaveMs: LEAVE_MS,
  closedOutput: 'cancels',
  timezone: () => timezone,
  onEvent: (event, { debug, setOutputs }) => {
    if (event.kind === 'unswept') debug(`Not swept: ${event.why}`)
    setOutputs(toEarlyOutputs(event))
  },
})
const { sinks, clock, log, signals } = runtime

/** Limit of the whole comment, including the time to load its code. */
const COMMENT_MS = 15_000

/** Runs the sweep, after the result is delivered. Does nothing if the run could not begin. */
let sweep: () => Promise<void> = async () => undefined
/** Writes the comment on the pull request, also after the result is delivered. */
let comment: () => Promise<void> = async () => undefined

async function main(): Promise<string> {
  // Masks secrets before anything can print them.
  for (const secret of findSecrets(getInput('probe-headers'))) sinks.mask(secret)
  const wanted = readComment(getInput)
  if (wanted !== undefined) sinks.mask(wanted.token)
  const conclusion = await go().catch(concludeUnplanned)
  const late = signals.cancel.aborted && conclusion.result.pass
  const final: Conclusion = late ? { ...conclusion, result: toLate(conclusion.result), end: 'cancelled' } : conclusion
  const kind = readRunKind(withEnvironment(getInput, process.env))
  const concluded = { conclusion: final, who, source: readSource(process.env), kind }
  const said = await publishReport(sinks, log, { ...concluded, sections })
  if (wanted !== undefined) comment = () => writeComment(concluded, wanted)
  if (!final.result.pass) return said
  sinks.notice(said)
  return ''
}

async function writeComment(concluded: Concluded, inputs: CommentInputs): Promise<void> {
  const signal = AbortSignal.any([signals.leave, AbortSignal.timeout(COMMENT_MS)])
  const { writeComment } = await import('../runner/comment.ts')
  await writeComment(sinks, log, { ...concluded, inputs, env: process.env, signal })
}

/** Runs the optional work, which never changes the result. The comment comes first, because a person waits for it. */
async function finish(): Promise<void> {
  await comment().catch((thrown: unknown) =>
    log.record({ kind: 'warned', what: `No comment was written: ${toActionError(thrown).message}` }),
  )
  await sweepLast()
}

/** Sweeps. A failure changes nothing, because the sweep is optional. */
async function sweepLast(): Promise<void> {
  await sweep().catch((thrown: unknown) => log.record({ kind: 'unswept', why: toActionError(thrown).message }))
}

/** The conclusion of a run that did not begin: an input is bad, or a part of this action cannot be loaded. */
function concludeUnplanned(thrown: unknown): Conclusion {
  const fault = toActionError(thrown)
  log.record({ kind: 'failed', text: fault.message })
  return conclude(log.timeline(), { fault })
}

async function go(): Promise<Conclusion> {
  const inputs = parseInputs(getInput, process.env)
  timezone = inputs.timezone
  if (isJudged(inputs)) sections = (await import('../report/judged.ts')).JUDGED
  await keepMemoryLow(inputs)
  const stopFile = createStopFile(process.env.RUNNER_TEMP, who.invocation, sinks)
  const { run } = await import('../flows/run.ts')
  const { openAws } = await import('../aws/clients.ts')
  const observers = { observeDate: clock.observeDate, observeSecret: sinks.hide }
  const aws = openAws({ region: inputs.region, userAgent: ['spot-interrupt', VERSION], ...observers })
  const around = {
    sendProbe,
    host: createHost(process.env),
    clock,
    random: { uuid: randomUUID, number: Math.random },
    log,
    cancel: signals.cancel,
  }
  const patienceMs = () => readCallMs(log.timeline(), clock.monotonicMs())
  const worlds = {
    steps: {
      ...around,
      ...aws({
        signal: signals.cancel,
        graceMs: GRACE_MS,
        halted: stopFile.exists,
        patienceMs,
        ...(inputs.dryRun ? { readOnly: true } : {}),
      }),
    },
    cleanup: () => ({ ...around, ...aws({ signal: AbortSignal.any([signals.leave, AbortSignal.timeout(CLEANUP_MS)]) }) }),
  }
  const ledger = createLedger(saveLedger(sinks, process.env))
  const conclusion = await run(inputs, who, { worlds, ledger })
  // A dry run removes nothing, either.
  if (inputs.dryRun) return conclusion
  sweep = async () => {
    // A call that hangs does not keep the step.
    const sweepTime = new AbortController()
    setTimeout(() => sweepTime.abort(timeIsOver()), SWEEP_MS).unref()
    const cancel = AbortSignal.any([signals.cancel, sweepTime.signal])
    const { sweepAfter } = await import('../flows/sweep.ts')
    await sweepAfter({ ...around, ...aws({ signal: cancel, patienceMs: SWEEP_CALL_MS }), cancel }, inputs, ledger)
  }
  return conclusion
}

/** Loads the code that sends probes with the first probe: a run without probes, or with bad inputs, does not need it. */
const sendProbe: SendProbe = async (probeTarget, settings) => (await import('../runner/probe.ts')).sendProbe(probeTarget, settings)

/** Whether the summary has sections on the service. They are loaded before anything is created. */
function isJudged({ probes, capacity, reactWithinMs }: Inputs): boolean {
  return probes !== undefined || capacity !== undefined || reactWithinMs !== undefined
}

/**
 * Bounds V8's young generation, which would grow with the garbage of each poll: by 3 MB in a plain run. Probes make thousands of short-lived
 * sockets, and polls of a large fleet long answers: with --optimize-for-size it stays at 25 MB for them instead of 60. That costs a plain
 * run more processor time than it is worth.
 */
async function keepMemoryLow({ probes, capacity }: Inputs): Promise<void> {
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--semi-space-growth-factor=1')
  if (probes !== undefined || capacity !== undefined) setFlagsFromString('--optimize-for-size')
}

void runEntry(runtime, main, finish)
