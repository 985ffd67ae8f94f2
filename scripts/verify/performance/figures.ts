/** Computes figures from a journal of the simulated AWS and from the times of a run. It measures nothing itself. */
import type { Calls, RivalRun, WaitsFor } from './shapes.ts'

/** What the figures need of an entry of the journal; `at` is the arrival of the request, in ISO 8601 by the simulator's clock. */
export type Arrival = { readonly at: string; readonly service: string; readonly operation: string; readonly status: number | null }

/** One measured process: times of its start and its end in milliseconds since 1970, processor time of its tree in seconds. */
export type Span = { readonly beganAt: number; readonly endedAt: number; readonly cpu: number; readonly memoryMb: number }

/** The times of the changes that contenders wait for, in milliseconds since 1970 by the simulator's clock. */
export type Changes = { readonly experimentEndsAt: number; readonly instanceLeavesAt: number }

/** The part of a run that is computed from its times and its journal. */
export type Timed = Omit<RivalRun, 'round' | 'place' | 'left' | 'code'>

const NOTICED_BY: Readonly<Record<WaitsFor, string | undefined>> = {
  experiment: 'fis:GetExperiment',
  interruption: 'ec2:DescribeInstances',
  clock: undefined,
}

/** Counts the calls by service and operation, the most frequent first. */
export function countCalls(journal: readonly Arrival[]): Calls {
  const counts = new Map<string, number>()
  for (const one of journal) counts.set(nameOf(one), (counts.get(nameOf(one)) ?? 0) + 1)
  return Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a))
}

export function sumCalls(calls: Calls): number {
  return Object.values(calls).reduce((sum, count) => sum + count, 0)
}

/**
 * How many calls a run makes until it can prove the interruption of a target that left at `leftAt`: up to the first read of Spot requests
 * from then on, which show the cause. Without such a read, all of its calls.
 */
export function countToEvidence(journal: readonly Arrival[], leftAt: number): number {
  const index = journal.findIndex((one) => nameOf(one) === 'ec2:DescribeSpotInstanceRequests' && Date.parse(one.at) >= leftAt)
  return index < 0 ? journal.length : index + 1
}

/** When the experiment was started, in milliseconds since 1970. The simulator answers at once. Undefined without a start that AWS accepted. */
export function findStart(journal: readonly Arrival[]): number | undefined {
  const start = journal.find((one) => nameOf(one) === 'fis:StartExperiment' && one.status === 200)
  return start && Date.parse(start.at)
}

/** Whether there was a call to EC2 after the start of the experiment. */
export function watchesEc2(journal: readonly Arrival[]): boolean {
  const startedAt = findStart(journal) ?? Number.POSITIVE_INFINITY
  return journal.some(({ service, at }) => service === 'ec2' && Date.parse(at) > startedAt)
}

/**
 * Splits the time of a run into the time of AWS and the overhead: before the start, until the change is noticed, and after that. `spans`
 * are the processes of the run in order; the time between them does not count. Times come in milliseconds and are returned in seconds.
 * Throws when the journal has no start, or when the run ended before the change: such a run waited for nothing.
 */
export function toTimed(run: {
  readonly spans: readonly Span[]
  readonly journal: readonly Arrival[]
  readonly changes: Changes
  readonly waitsFor: WaitsFor
}): Timed {
  const { spans, journal, changes, waitsFor } = run
  const startedAt = findStart(journal)
  const [first] = spans
  if (startedAt === undefined || first === undefined) throw new Error('the run started no experiment')
  const changedAt = waitsFor === 'experiment' ? changes.experimentEndsAt : changes.instanceLeavesAt
  const endedAt = Math.max(...spans.map((span) => span.endedAt))
  if (!(changedAt <= endedAt)) throw new Error(`the run ended before the change that it waits for (${waitsFor})`)
  const wall = spans.reduce((sum, span) => sum + span.endedAt - span.beganAt, 0) / 1000
  const aws = (changedAt - startedAt) / 1000
  const before = (startedAt - first.beganAt) / 1000
  const noticedAt = findArrival(journal, NOTICED_BY[waitsFor], changedAt)
  const noticing = noticedAt === undefined ? null : (noticedAt - changedAt) / 1000
  return {
    wall,
    aws,
    overhead: wall - aws,
    before,
    noticing,
    after: wall - aws - before - (noticing ?? 0),
    cpu: spans.reduce((sum, span) => sum + span.cpu, 0),
    memoryMb: Math.max(...spans.map((span) => span.memoryMb)),
    calls: countCalls(journal),
    watchesEc2: watchesEc2(journal),
  }
}

function findArrival(journal: readonly Arrival[], name: string | undefined, fromAt: number): number | undefined {
  const found = journal.find((one) => nameOf(one) === name && Date.parse(one.at) >= fromAt)
  return found && Date.parse(found.at)
}

function nameOf({ service, operation }: Pick<Arrival, 'service' | 'operation'>): string {
  return `${service}:${operation}`
}
