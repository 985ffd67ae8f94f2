/**
 * Runs side by side on one simulated account: `npm run concurrency -- [--all] [count] [first]`. First pairs of runs of the built action, each
 * run held at a write of its own, with the clocks of their runners up to two hours wrong; then `count` groups (by default 15) of two or
 * three runs, drawn from the seeds `first` and up. Without `--all` it plays only a sample of the pairs. Fails if a run does not pass, if
 * anything is left behind, or if a run touches what another one made.
 */
import { availableParallelism } from 'node:os'
import { type ConcurrentRuns, describeRuns, drawRuns, playRuns, toPairs, toSample } from '../../test/crash/concurrency.ts'

/** How many groups are played at the same time. */
const AT_ONCE = Math.max(2, availableParallelism() * 2)

type Cell = { readonly name: string; readonly runs: ConcurrentRuns }

async function main(): Promise<void> {
  const startMs = performance.now()
  const [count = 15, first = Math.floor(Math.random() * 1_000_000)] = process.argv
    .slice(2)
    .filter((one) => /^\d+$/.test(one))
    .map(Number)
  const pairs = process.argv.includes('--all') ? toPairs() : toSample(toPairs())
  const seeds = Array.from({ length: count }, (_, nth) => first + nth)
  console.log(`${pairs.length} of ${toPairs().length} pairs; groups of the seeds ${first} to ${first + count - 1}`)
  const failed = await playAll([
    ...pairs.map((runs, nth) => ({ name: `pair ${nth}`, runs })),
    ...seeds.map((seed) => ({ name: `seed ${seed}`, runs: drawRuns(seed) })),
  ])
  console.log(`${pairs.length + count} groups of runs in ${Math.round((performance.now() - startMs) / 1000)} s, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}

/** The number of groups of runs with a fault. */
async function playAll(cells: readonly Cell[]): Promise<number> {
  const queue = [...cells]
  let failed = 0
  const work = async () => {
    for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
      const wrong = await playRuns(cell.runs).catch((thrown: unknown) => [String(thrown)])
      if (wrong.length === 0) continue
      failed += 1
      console.error(`✗ ${cell.name} (${describeRuns(cell.runs)}):\n  ${wrong.join('\n  ')}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return failed
}

await main()
