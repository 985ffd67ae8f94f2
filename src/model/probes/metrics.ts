import { findLongestPossibleOutage, findOutages, type Outage } from './outages.ts'
import { findRecovery, type Recovery } from './recovery.ts'
import { FAILED, findRange, HEALTHY, type Samples } from './samples.ts'

/** The times that divide the checks of a probe, all monotonic. */
export type Window = {
  /** t0: outages count from here on. */
  readonly startMs: number
  /** Availability counts from here on. */
  readonly fromMs: number
  /** When the last target left; undefined if one has not. With `mode: rebalance` it is t0, because no target has to leave. */
  readonly leftMs: number | undefined
  /** When the judged time ends. */
  readonly untilMs: number
  readonly intervalMs: number
  /** Whether there are checks up to the end of `observe-for` and of the recovery wait. */
  readonly whole: boolean
}

/** How long healthy answers took, in milliseconds: percentiles by nearest rank. */
export type Latency = { readonly count: number; readonly p50: number; readonly p95: number; readonly p99: number }

/** The checks in the time for which availability counts. `unknown`: sent checks whose result is not known. */
export type CheckCounts = { readonly healthy: number; readonly failed: number; readonly unknown: number; readonly due: number }

/** The figures of one probe, from its checks. */
export type ProbeMetrics = CheckCounts &
  Recovery & {
    readonly name: string
    /** Per cent of the known checks that are healthy, unrounded; undefined without a known check. */
    readonly availability: number | undefined
    /** The availability if every unknown check had failed. */
    readonly lowestAvailability: number | undefined
    readonly outages: readonly Outage[]
    readonly longestOutageMs: number
    /** The longest outage that the checks do not rule out. */
    readonly longestPossibleOutageMs: number
    readonly latency: { readonly before: Latency | undefined; readonly during: Latency | undefined; readonly after: Latency | undefined }
  }

/** Computes the figures of one probe. A check counts at the time when it was sent; one without an answer is unknown. */
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
