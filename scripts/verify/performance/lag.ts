/**
 * Measures how long the action takes to notice a change of AWS: 200 runs of each kind in simulated time, and built runs as processes in real
 * time, many side by side. Run `npm run build` first, then `npm run bench -- lag [--runs N] [--at-once N] [--write]`; `--write` keeps the
 * values in docs/performance/lag.json. It fails if a lag in simulated time is above its limit. Real time depends on the machine, so a limit
 * that is missed there is only shown.
 */
import { parseArgs } from 'node:util'
import { markdownTable } from 'markdown-table'
import { measureExact, POLL_MS } from './lag-exact.ts'
import { runTrial, TRIALS, type TrialName } from './lag-run.ts'
import { findMissed, type LagFile, type LagKind, type Lags, REAL_KINDS, type RealKind, summarise, toLags, toPhases } from './lag-shapes.ts'
import { describeMachine, keep } from './machine.ts'

const PHASES = 200
/** The time between two starts, because a start takes processor time from the other runs. */
const STAGGER_MS = 1200

const METHOD = {
  lag: 'A lag is the time from a change of AWS, by the clock of the simulated AWS, until the log of the action shows it.',
  phase: `The change falls ${PHASES} times between two polls in simulated time, spread evenly over the poll interval of ${POLL_MS / 1000} s, and as often as the table says in real time.`,
  'simulated time':
    'The real flow runs over a small AWS that answers at once. Its clock moves only while everybody sleeps, so a lag comes from the pace of the polls alone.',
  'real time':
    'The built action runs as a process, many side by side, against a simulated AWS over HTTP on loopback, without network delay.',
} as const

async function bench({ runs, atOnce, write }: { readonly runs: number; readonly atOnce: number; readonly write: boolean }): Promise<void> {
  const date = new Date().toISOString()
  const exact = await measureExact(PHASES)
  print(`Simulated time, ${PHASES} phases`, exact)
  const real = await measureReal(runs, atOnce)
  print(`Real time, ${runs} runs of each kind, ${atOnce} at once`, real)
  const file: LagFile = { kind: 'lag', date, machine: describeMachine(), method: METHOD, pollIntervalMs: POLL_MS, exact, real }
  if (write) await keep(file)
  process.exitCode = Object.entries(exact).some(([kind, samples]) => findMissed(kind as LagKind, samples).length > 0) ? 1 : 0
}

type Job = { readonly name: TrialName; readonly phase: number }

/** Runs all trials, the longest first, `atOnce` of them at a time. */
async function measureReal(runs: number, atOnce: number): Promise<Lags<RealKind>> {
  const jobs: Job[] = TRIALS.flatMap((name) => toPhases(runs).map((phase) => ({ name, phase })))
  const measured: (Job & { readonly lags: Partial<Record<RealKind, number>> })[] = []
  let next = Promise.resolve()
  const work = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      next = next.then(() => new Promise((done) => setTimeout(done, STAGGER_MS)))
      await next
      measured.push({ ...job, lags: await runTrial(job.name, job.phase) })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  const sorted = measured.toSorted((a, b) => a.phase - b.phase)
  return toLags(REAL_KINDS, (kind) => sorted.flatMap(({ lags }) => lags[kind] ?? []))
}

function print(title: string, lags: Readonly<Record<string, readonly number[]>>): void {
  const rows = Object.entries(lags).map(([kind, samples]) => {
    const { median, p95, most } = summarise(samples)
    return [kind, String(samples.length), ...[median, p95, most].map(toSeconds), findMissed(kind as LagKind, samples).join(', ')]
  })
  console.log(`\n${title}:\n\n${markdownTable([['', 'runs', 'median', '95 %', 'longest', 'missed'], ...rows])}`)
}

function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '40' },
    'at-once': { type: 'string', default: '40' },
    write: { type: 'boolean', default: false },
  },
})
await bench({ runs: Number(values.runs), atOnce: Number(values['at-once']), write: values.write })
