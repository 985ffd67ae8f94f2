import { findLongestPossibleOutage, findOutages, type Outage } from './outages.ts'
import { findRecovery, type Recovery } from './recovery.ts'
import { FAILED, findRange, HEALTHY, type Samples } from './samples.ts'

/** The times, all monotonic, that divide the checks of a probe. */
export type Window = {
  /** t0: outages count from here on. */
  readonly startMs: number
  /** From here on availability counts. */
  readonly fromMs: number
  /** When the last target left; undefined where one has not. In rebalance mode t0: there is nothing else to recover from. */
  readonly leftMs: number | undefined
  /** Where the judged time ends. */
  readonly untilMs: number
  readonly intervalMs: number
  /** Whether the probes went on to the end of `observe-for` and the recovery wait. */
  readonly whole: boolean
}

/** Milliseconds that healthy answers took; nearest rank. */
export type Latency = { readonly count: number; readonly p50: number; readonly p95: number; readonly p99: number }

/** The checks of the time that availability counts. `unknown`: they were sent, and nobody knows what they say. */
export type CheckCounts = { readonly healthy: number; readonly failed: number; readonly unknown: number; readonly due: number }

/** What the checks of one probe amount to. */
export type ProbeMetrics = CheckCounts &
  Recovery & {
    readonly name: string
    /** Per cent of the known checks that are healthy, unrounded; undefined without a known check. */
    readonly availability: number | undefined
    /** The same if every unknown check had failed. */
    readonly lowestAvailability: number | undefined
    readonly outages: readonly Outage[]
    readonly longestOutageMs: number
    /** The longest outage that the checks do not rule out. */
    readonly longestPossibleOutageMs: number
    readonly latency: { readonly before: Latency | undefined; readonly during: Latency | undefined; readonly after: Latency | undefined }
  }

/** Computes the figures of one probe. A check belongs to the time it was sent; one without an answer is unknown. */
export function measureProbe(samples: Samples, window: Window): ProbeMetrics {
  const counts = countChecks(samples, window)
  const { healthy, failed, unknown } = counts
  const outages = findOutages(samples, window)
  return {
    name: samples.name,
    ...counts,
    availability: toShare(healthy, healthy + failed),
    lowestAvailability: toShare(healthy, healthy + failed + unknown),
    outages,
    longestOutageMs: Math.max(0, ...outages.map(({ fromMs, toMs }) => toMs - fromMs)),
    longestPossibleOutageMs: findLongestPossibleOutage(samples, window),
    ...findRecovery(samples, window),
    latency: {
      before: measure(samples, Number.NEGATIVE_INFINITY, window.startMs),
      during: measure(samples, window.startMs, window.leftMs ?? window.untilMs),
      after: window.leftMs === undefined ? undefined : measure(samples, window.leftMs, window.untilMs),
    },
  }
}

function countChecks(samples: Samples, { fromMs, untilMs, intervalMs }: Window): CheckCounts {
  const [from, until] = findRange(samples, fromMs, untilMs)
  let healthy = 0
  let failed = 0
  for (const state of samples.states.subarray(from, until)) {
    if (state === HEALTHY) healthy++
    if (state === FAILED) failed++
  }
  const due = Math.max(0, Math.floor((untilMs - fromMs) / intervalMs))
  return { healthy, failed, unknown: until - from - healthy - failed, due }
}

function toShare(healthy: number, all: number): number | undefined {
  return all === 0 ? undefined : (healthy / all) * 100
}

function measure(samples: Samples, fromMs: number, untilMs: number): Latency | undefined {
  const [from, until] = findRange(samples, fromMs, untilMs)
  const took = samples.tookMs.subarray(from, until).filter((_, index) => samples.states[from + index] === HEALTHY)
  return rank(took)
}

function rank(took: Float32Array): Latency | undefined {
  if (took.length === 0) return undefined
  const sorted = took.toSorted()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
