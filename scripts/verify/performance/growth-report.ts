/** The table of the bench on growth, and its limits. */
import { markdownTable } from 'markdown-table'
import { NO_SLACK, renderChecks, SLACK, toCheck } from './checks.ts'
import { type Cell, nameCell } from './growth-cells.ts'
import type { Check, GrowthCell, GrowthFile } from './shapes.ts'

const MOST_MB = 75
const MOST_LARGE_MB = 120
/** The largest number of calls until the interruption is proved, by the duration of a run that judges nothing. */
const MOST_CALLS: Readonly<Record<string, number>> = { PT2M: 40, PT15M: 110 }

export const METHOD: GrowthFile['method'] = {
  stage:
    'Each cell gets a simulated AWS of its own on loopback, in real time. The cells of one duration run side by side, and each starts when the experiment of the one before has started. With capacity, the targets are members of an Auto Scaling group behind a load balancer, which replaces what it loses; the sources are the group, its target group, and the running instances with one tag.',
  calls:
    'Requests that reach the simulated AWS from main and post. The interruption is proved when EC2 shows the cause in the Spot request of the last target.',
  wall: 'From the start of main to its end. With probes or capacity, main also waits for the recovery of the service.',
  cpu: 'User and system time of main.',
  idleShare: 'Processor time of main as a share of one core, from 40 s after its start to 10 s before the interruption.',
  memory: 'The largest resident set of main, VmHWM of Linux.',
  startup: 'From the start of main to the arrival of its first request.',
  loaded: 'The files of dist that main loads.',
  download:
    'Shipped is one tar file of action.yml and dist, with gzip: what a run needs. The archive is the whole repository with gzip, which a runner downloads.',
}

export function checkGrowth(cells: readonly GrowthCell[]): readonly Check[] {
  return [...cells.flatMap(toMemoryCheck), ...cells.flatMap(toCallsCheck), ...cells.flatMap((cell) => toSameCheck(cell, cells))]
}

function toMemoryCheck(cell: GrowthCell): readonly Check[] {
  const limit = toMostMb(cell)
  if (limit === undefined) return []
  return [toCheck({ name: `Memory of ${nameCell(cell)}`, value: cell.memoryMb, limit, unit: 'MB', slack: SLACK })]
}

function toMostMb({ instances, probes }: Cell): number | undefined {
  if (instances === 1 && probes === 0) return MOST_MB
  return instances === 50 && probes === 20 ? MOST_LARGE_MB : undefined
}

function toCallsCheck(cell: GrowthCell): readonly Check[] {
  const limit = MOST_CALLS[cell.duration]
  if (limit === undefined || !judgesNothing(cell)) return []
  return [
    toCheck({
      name: `Calls to the proved interruption of ${nameCell(cell)}`,
      value: cell.callsToEvidence,
      limit,
      unit: 'calls',
      slack: NO_SLACK,
    }),
  ]
}

/** A run with 50 instances may make only as many calls as a run with one, apart from the different phase of its polls. */
function toSameCheck(cell: GrowthCell, cells: readonly GrowthCell[]): readonly Check[] {
  if (cell.instances !== 50 || !judgesNothing(cell)) return []
  const one = cells.find((other) => other.instances === 1 && other.duration === cell.duration && judgesNothing(other))
  if (one === undefined) return []
  const name = `Calls of ${nameCell(cell)}, to those of ${nameCell(one)}`
  return [toCheck({ name, value: cell.callsToEvidence / one.callsToEvidence, limit: 1, unit: 'x', slack: SLACK })]
}

function judgesNothing({ probes, capacity }: Cell): boolean {
  return probes + capacity === 0
}

export function renderGrowth({ cells, download, checks, machine }: GrowthFile): string {
  const head = ['cell', 'wall', 'calls', 'to evidence', 'a minute', 'CPU', 'idle', 'memory', 'start', 'loaded', 'verdict']
  const rows = cells.map((cell) => [
    nameCell(cell),
    `${cell.wall.toFixed(1)} s`,
    String(cell.totalCalls),
    String(cell.callsToEvidence),
    cell.callsPerMinute.toFixed(1),
    `${cell.cpu.toFixed(2)} s`,
    `${(cell.idleShare * 100).toFixed(2)} %`,
    `${cell.memoryMb.toFixed(0)} MB`,
    `${(cell.startup * 1000).toFixed(0)} ms`,
    toKb(cell.loadedBytes),
    cell.verdict,
  ])
  const archive = download.archiveGzipBytes === null ? [] : [`A runner downloads ${toKb(download.archiveGzipBytes)}.`]
  const shipped = `action.yml and dist are ${toKb(download.shippedBytes)}, ${toKb(download.shippedGzipBytes)} with gzip.`
  return [
    `\nNode ${machine.node}, ${machine.cores} × ${machine.cpu}. Cells: duration/instances/probes/sources of capacity.\n`,
    markdownTable([head, ...rows]),
    `\n${[...archive, shipped].join(' ')}\n`,
    renderChecks(checks),
  ].join('\n')
}

function toKb(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} KB`
}
