import { BAD, countUntil, GOOD, PENDING, readTail, type Tape } from './samples.ts'

/** The times, all monotonic, that divide the answers of a probe. */
export type Frame = {
  /** t0: outages count from here on. */
  readonly startMs: number
  /** From here on availability counts. */
  readonly fromMs: number
  /** When the last target had ended; undefined where that is not known. In rebalance mode t0: there is nothing else to recover from. */
  readonly endMs: number | undefined
  /** Where the judged time ends. */
  readonly untilMs: number
  readonly intervalMs: number
  /** Whether the probes went on to the end of `observe-for` and the recovery wait. */
  readonly whole: boolean
}

/** First bad send to next good send; without one the outage is open, and lasts at least to the end of the judged time. */
export type Outage = { readonly fromMs: number; readonly toMs: number; readonly open: boolean }

/** Milliseconds that good answers took; nearest rank. */
export type Latency = { readonly count: number; readonly p50: number; readonly p95: number; readonly p99: number }

/** What the answers of one probe amount to. */
export type Score = {
  readonly name: string
  /** Answers in the time that availability counts, how many of them were good, and how many were due. */
  readonly answers: number
  readonly good: number
  readonly due: number
  /** Per cent, unrounded; undefined without an answer. */
  readonly availability: number | undefined
  readonly outages: readonly Outage[]
  readonly longestOutageMs: number
  /** Undefined when it did not recover, or was not watched to the end. 0 if never bad. */
  readonly recoveryMs: number | undefined
  readonly recovered: boolean | 'unknown'
  readonly latency: { readonly before: Latency | undefined; readonly during: Latency | undefined; readonly after: Latency | undefined }
}

/** A pure reckoning of one tape: an answer belongs to the time it was sent; one that never came counts for nothing. */
export function scoreProbe(tape: Tape, frame: Frame): Score {
  const outages = findOutages(tape, frame)
  const { answers, good } = countAnswers(tape, frame)
  return {
    name: tape.name,
    answers,
    good,
    due: Math.max(0, Math.floor((frame.untilMs - frame.fromMs) / frame.intervalMs)),
    availability: answers === 0 ? undefined : (good / answers) * 100,
    outages,
    longestOutageMs: Math.max(0, ...outages.map(({ fromMs, toMs }) => toMs - fromMs)),
    ...findRecovery(tape, outages, frame),
    latency: {
      before: measure(tape, Number.NEGATIVE_INFINITY, frame.startMs),
      during: measure(tape, frame.startMs, frame.endMs ?? frame.untilMs),
      after: frame.endMs === undefined ? undefined : measure(tape, frame.endMs, frame.untilMs),
    },
  }
}

/** The places of the answers sent in a stretch of time, both ends included. */
function readRange({ sentMs }: Tape, fromMs: number, untilMs: number): readonly [number, number] {
  let from = countUntil(sentMs, fromMs)
  while (from > 0 && sentMs[from - 1] === fromMs) from--
  return [from, countUntil(sentMs, untilMs)]
}

function countAnswers(tape: Tape, { fromMs, untilMs }: Frame): { readonly answers: number; readonly good: number } {
  const [from, until] = readRange(tape, fromMs, untilMs)
  let answers = 0
  let good = 0
  for (const state of tape.states.subarray(from, until)) {
    if (state !== PENDING) answers++
    if (state === GOOD) good++
  }
  return { answers, good }
}

function findOutages(tape: Tape, { startMs, untilMs }: Frame): readonly Outage[] {
  const [from, until] = readRange(tape, startMs, untilMs)
  const outages: Outage[] = []
  let openMs: number | undefined
  for (let at = from; at < until; at++) {
    const ms = tape.sentMs[at] ?? 0
    const state = tape.states[at]
    if (state === BAD) openMs ??= ms
    if (state === GOOD && openMs !== undefined) {
      outages.push({ fromMs: openMs, toMs: ms, open: false })
      openMs = undefined
    }
  }
  if (openMs !== undefined) outages.push({ fromMs: openMs, toMs: untilMs, open: true })
  return outages
}

/** From the last target's end to the first of the good answers that nothing bad came after. */
function findRecovery(tape: Tape, outages: readonly Outage[], frame: Frame): Pick<Score, 'recovered' | 'recoveryMs'> {
  const last = outages.at(-1)
  const tail = readTail(tape, frame.untilMs)
  if (tail !== 'good') return { recovered: frame.whole && tail === 'bad' ? false : 'unknown', recoveryMs: undefined }
  if (last === undefined) return { recovered: true, recoveryMs: 0 }
  if (frame.endMs === undefined) return { recovered: 'unknown', recoveryMs: undefined }
  return { recovered: true, recoveryMs: Math.max(0, last.toMs - frame.endMs) }
}

function measure(tape: Tape, fromMs: number, untilMs: number): Latency | undefined {
  const [from, until] = readRange(tape, fromMs, untilMs)
  const took = tape.tookMs.subarray(from, until).filter((_, index) => tape.states[from + index] === GOOD)
  return rank(took)
}

function rank(took: Float32Array): Latency | undefined {
  if (took.length === 0) return undefined
  const sorted = took.slice().sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
