import { BAD, countUntil, GOOD, PENDING, readTail, type Samples } from './samples.ts'

/** The times, all monotonic, that divide the answers of a probe. */
export type Window = {
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
export type ProbeMetrics = {
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
export function measureProbe(samples: Samples, window: Window): ProbeMetrics {
  const outages = findOutages(samples, window)
  const { answers, good } = countAnswers(samples, window)
  return {
    name: samples.name,
    answers,
    good,
    due: Math.max(0, Math.floor((window.untilMs - window.fromMs) / window.intervalMs)),
    availability: answers === 0 ? undefined : (good / answers) * 100,
    outages,
    longestOutageMs: Math.max(0, ...outages.map(({ fromMs, toMs }) => toMs - fromMs)),
    ...findRecovery(samples, outages, window),
    latency: {
      before: measure(samples, Number.NEGATIVE_INFINITY, window.startMs),
      during: measure(samples, window.startMs, window.endMs ?? window.untilMs),
      after: window.endMs === undefined ? undefined : measure(samples, window.endMs, window.untilMs),
    },
  }
}

/** The places of the answers sent in a stretch of time, both ends included. */
function readRange({ sentMs }: Samples, fromMs: number, untilMs: number): readonly [number, number] {
  let from = countUntil(sentMs, fromMs)
  while (from > 0 && sentMs[from - 1] === fromMs) from--
  return [from, countUntil(sentMs, untilMs)]
}

function countAnswers(samples: Samples, { fromMs, untilMs }: Window): { readonly answers: number; readonly good: number } {
  const [from, until] = readRange(samples, fromMs, untilMs)
  let answers = 0
  let good = 0
  for (const state of samples.states.subarray(from, until)) {
    if (state !== PENDING) answers++
    if (state === GOOD) good++
  }
  return { answers, good }
}

function findOutages(samples: Samples, { startMs, untilMs }: Window): readonly Outage[] {
  const [from, until] = readRange(samples, startMs, untilMs)
  const outages: Outage[] = []
  let openMs: number | undefined
  for (let at = from; at < until; at++) {
    const ms = samples.sentMs[at] ?? 0
    const state = samples.states[at]
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
function findRecovery(samples: Samples, outages: readonly Outage[], window: Window): Pick<ProbeMetrics, 'recovered' | 'recoveryMs'> {
  const last = outages.at(-1)
  const tail = readTail(samples, window.untilMs)
  if (tail !== 'good') return { recovered: window.whole && tail === 'bad' ? false : 'unknown', recoveryMs: undefined }
  if (last === undefined) return { recovered: true, recoveryMs: 0 }
  if (window.endMs === undefined) return { recovered: 'unknown', recoveryMs: undefined }
  return { recovered: true, recoveryMs: Math.max(0, last.toMs - window.endMs) }
}

function measure(samples: Samples, fromMs: number, untilMs: number): Latency | undefined {
  const [from, until] = readRange(samples, fromMs, untilMs)
  const took = samples.tookMs.subarray(from, until).filter((_, index) => samples.states[from + index] === GOOD)
  return rank(took)
}

function rank(took: Float32Array): Latency | undefined {
  if (took.length === 0) return undefined
  const sorted = took.slice().sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
