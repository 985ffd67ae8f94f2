import { EXACT_KINDS, type LagFile, REAL_KINDS, toLags } from '../../scripts/verify/performance/lag-shapes.ts'
import type { ContenderId, ContenderRecord, GrowthCell, GrowthFile, RivalRun, RivalsFile } from '../../scripts/verify/performance/shapes.ts'

/** Figures that nobody measured. */
const HEAD = {
  date: '2026-01-31T12:00:00.000Z',
  machine: { cpu: 'a processor', cores: 2, memoryMb: 2048, platform: 'linux x64', node: 'v24.1.0' },
  method: { wall: 'From the start to the end.' },
}

export function fakeRun(changes: Partial<RivalRun> = {}): RivalRun {
  const times = { wall: 30, aws: 22, overhead: 8, before: 0.2, noticing: 7.6, after: 0.2, cpu: 0.5, memoryMb: 70 }
  return { round: 1, place: 1, ...times, calls: { 'fis:GetExperiment': 9 }, watchesEc2: true, left: [], code: 0, ...changes }
}

function contender(id: ContenderId, title: string, changes: Partial<ContenderRecord> = {}): ContenderRecord {
  const ended = { code: 1, signal: null, tookSeconds: 2.5, left: [] }
  return {
    id,
    title,
    version: null,
    waitsFor: 'experiment',
    delayed: false,
    runs: [fakeRun()],
    cancelled: ended,
    failed: ended,
    ...changes,
  }
}

export function fakeRivals(changes: Partial<RivalsFile> = {}): RivalsFile {
  const scripts = { version: 'aws-cli/1.2.3', runs: [fakeRun({ wall: 47, overhead: 25, cpu: 12.5, noticing: null })] }
  const contenders = [
    contender('scripts', 'Shell scripts', scripts),
    contender('ours-experiment', 'This action, experiment'),
    contender('ours-interruption', 'This action, interruption', { waitsFor: 'interruption' }),
    contender('ours-experiment-delayed', 'This action, slow network', { delayed: true, cancelled: null, failed: null }),
  ]
  const skipped = [{ id: 'interrupter', title: 'ec2-spot-interrupter', why: 'There is no binary.' }] as const
  const checks = [{ name: 'CPU', value: 0.04, limit: 0.05, unit: 'x', slack: 1.15, met: true }] as const
  return { kind: 'rivals', ...HEAD, rounds: 1, duration: 'PT2M', switches: {}, delayMs: 60, contenders, skipped, checks, ...changes }
}

export function fakeLag(changes: Partial<LagFile> = {}): LagFile {
  const exact = toLags(EXACT_KINDS, () => [400, 900, 1400])
  return { kind: 'lag', ...HEAD, pollIntervalMs: 10_000, exact, real: toLags(REAL_KINDS, () => [20, 40]), ...changes }
}

export function fakeGrowth(changes: Partial<GrowthFile> = {}): GrowthFile {
  const cells = ['PT2M', 'PT15M'].flatMap((duration) =>
    [1, 5, 50].flatMap((instances) =>
      [0, 20].flatMap((probes) => [0, 3].map((capacity) => cell({ duration, instances, probes, capacity }))),
    ),
  )
  const download = { shippedGzipBytes: 500_000, shippedBytes: 1_800_000, archiveGzipBytes: null }
  return { kind: 'growth', ...HEAD, cells, loadedBytes: 470_000, download, checks: [], ...changes }
}

function cell(of: Pick<GrowthCell, 'duration' | 'instances' | 'probes' | 'capacity'>): GrowthCell {
  const counts = { calls: {}, totalCalls: of.capacity === 0 ? 35 : 36, callsPerMinute: 17.5, callsToEvidence: 33 }
  return {
    ...of,
    ...counts,
    wall: 130,
    cpu: 0.6,
    idleShare: 0.004,
    memoryMb: 62,
    startup: 0.2,
    loadedBytes: 470_000,
    verdict: 'not-judged',
  }
}
