/**
 * Measures how fast and how small the action is: `dist`, the same entries as ncc alone bundles them, and an empty script. They run in
 * rounds, in random order, against the simulated AWS over TLS on loopback. A ratio compares with the empty script of the same round. Run
 * `npm run build` first, then `npm run bench [rounds]`. Fails when a value is more than 15 % above its limit.
 */

import { readdir, readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { markdownTable } from 'markdown-table'
import { buildBaseline } from './bench-baseline.ts'
import { createFlowRunner, type Flow, type Run } from './bench-run.ts'
import { median } from './performance/statistics.ts'

const root = resolve(import.meta.dirname, '../..')
const SLACK = 1.15

type Row = {
  readonly name: string
  readonly flow: Flow
  readonly measure: (run: Run) => number | undefined
  /** The limit; without one, the value is only shown. */
  readonly reach?: number
}

/** The limits, in multiples of the time of the empty script. */
const ROWS: readonly Row[] = [
  { name: 'bad input', flow: 'bad-input', measure: ({ wallMs }) => wallMs, reach: 1.7 },
  { name: 'post, nothing to do', flow: 'idle-post', measure: ({ wallMs }) => wallMs, reach: 1.7 },
  { name: 'main, to its first request', flow: 'main', measure: ({ firstMs }) => firstMs, reach: 3.7 },
  { name: 'main, 6 calls', flow: 'main', measure: ({ answeredMs }) => answeredMs[5], reach: 4.7 },
  { name: 'main, to the started experiment: 7 calls', flow: 'main', measure: ({ startedMs }) => startedMs },
  { name: 'post, 2 calls: a template deleted', flow: 'post', measure: ({ wallMs }) => wallMs, reach: 3.4 },
  { name: 'post, 4 calls: an experiment stopped, too', flow: 'stopping-post', measure: ({ wallMs }) => wallMs },
]
const MOST_MB = 75
/** All of dist but the simulator, which only a rehearsal loads. */
const MOST_KB = 1800
const MOST_GZIP_KB = 500
/** What a plain run with a given role loads of dist. */
const MOST_LOADED_KB = 480

async function bench(rounds: number): Promise<void> {
  const baseline = await buildBaseline()
  const runner = await createFlowRunner()
  const FLOWS = ['bad-input', 'idle-post', 'main', 'post', 'stopping-post'] as const
  const variants = [
    { key: 'empty', run: () => runner.run('empty', runner.empty) },
    ...FLOWS.flatMap((flow) => [
      { key: `dist ${flow}`, run: () => runner.run(flow, join(root, 'dist')) },
      { key: `naive ${flow}`, run: () => runner.run(flow, flow.endsWith('post') ? baseline.post : baseline.main) },
    ]),
  ]
  const seen: Record<string, Run[]> = Object.fromEntries(variants.map(({ key }) => [key, []]))
  try {
    for (const { run } of variants) await run()
    for (let round = 0; round < rounds; round++) {
      for (const { key, run } of shuffle(variants)) seen[key]?.push(await run())
    }
  } finally {
    await runner.close()
  }
  const failed = await report(seen, rounds)
  process.exitCode = failed ? 1 : 0
}

async function report(seen: Readonly<Record<string, readonly Run[]>>, rounds: number): Promise<boolean> {
  const empty = (seen.empty ?? []).map(({ wallMs }) => wallMs)
  const cells = ROWS.map(({ name, flow, measure, reach = Number.POSITIVE_INFINITY }) => {
    const ours = toSeries(seen[`dist ${flow}`], measure, empty)
    const baseline = toSeries(seen[`naive ${flow}`], measure, empty)
    const told = Number.isFinite(reach) ? [`≤ ${reach}x`, mark(ours.ratio, reach)] : ['', '']
    return { line: [name, show(ours), show(baseline), ...told], over: ours.ratio > reach * SLACK }
  })
  const [mainRun] = seen['dist main'] ?? []
  const [postRun] = seen['dist post'] ?? []
  const memory = median((seen['dist main'] ?? []).map(({ memoryMb }) => memoryMb))
  const size = await measureDist()
  const loaded = median((seen['dist main'] ?? []).map(({ loadedKb }) => loadedKb))
  const more = [
    [
      'main, peak memory',
      `${memory.toFixed(0)} MB`,
      `${median((seen['naive main'] ?? []).map((run) => run.memoryMb)).toFixed(0)} MB`,
      `≤ ${MOST_MB} MB`,
      mark(memory, MOST_MB),
    ],
    ['main, CPU', cpu(seen['dist main']), cpu(seen['naive main']), '', ''],
    ['main, loaded of dist', `${loaded.toFixed(0)} KB`, '', `≤ ${MOST_LOADED_KB} KB`, mark(loaded / MOST_LOADED_KB, 1)],
    [
      'dist',
      `${size.kb.toFixed(0)} KB, ${size.gzipKb.toFixed(0)} KB gzip`,
      '',
      `≤ ${MOST_KB} KB, ≤ ${MOST_GZIP_KB} KB`,
      mark(Math.max(size.kb / MOST_KB, size.gzipKb / MOST_GZIP_KB), 1),
    ],
  ]
  const head = ['', 'dist', 'ncc alone', 'limit', '']
  console.log(
    `\nNode ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, medians of ${rounds} rounds; empty script ${median(empty).toFixed(0)} ms.\n`,
  )
  console.log(markdownTable([head, ...cells.map(({ line }) => line), ...more]))
  console.log(`\nCalls of one run of main: ${countCalls(mainRun)}`)
  console.log(`Calls of one run of post: ${countCalls(postRun)}`)
  const large = size.kb > MOST_KB || size.gzipKb > MOST_GZIP_KB || loaded > MOST_LOADED_KB
  return cells.some(({ over }) => over) || memory > MOST_MB * SLACK || large
}

type Series = { readonly ms: number; readonly ratio: number }

function toSeries(runs: readonly Run[] = [], measure: Row['measure'], empty: readonly number[]): Series {
  const values = runs.map((run) => measure(run) ?? Number.POSITIVE_INFINITY)
  return { ms: median(values), ratio: median(values.map((value, round) => value / (empty[round] ?? Number.NaN))) }
}

function show({ ms, ratio }: Series): string {
  return `${ms.toFixed(0)} ms, ${ratio.toFixed(2)}x`
}

function mark(value: number, reach: number): string {
  return value <= reach ? '✓' : value <= reach * SLACK ? '~' : '✗'
}

function cpu(runs: readonly Run[] = []): string {
  return `${median(runs.map(({ cpuMs }) => cpuMs)).toFixed(0)} ms`
}

function countCalls(run: Run | undefined): string {
  const counts = new Map<string, number>()
  for (const name of run?.calls ?? []) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ')
}

async function measureDist(): Promise<{ kb: number; gzipKb: number }> {
  // The simulator is no part of a run; a contract test has its limit.
  const files = (await readdir(join(root, 'dist'))).filter((name) => name.endsWith('.cjs') && name !== 'simulator.cjs')
  const texts = await Promise.all(files.map((name) => readFile(join(root, 'dist', name))))
  const sum = (sizes: readonly number[]) => sizes.reduce((all, one) => all + one, 0) / 1000
  return { kb: sum(texts.map(({ length }) => length)), gzipKb: sum(texts.map((text) => gzipSync(text).length)) }
}

function shuffle<T>(all: readonly T[]): readonly T[] {
  return all
    .map((one) => ({ one, key: Math.random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ one }) => one)
}

await bench(Number(process.argv[2] ?? 15))
