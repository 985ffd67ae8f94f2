/**
 * Runs in company: `npm run company -- [--all] [count] [first]`. Two runs of the built action on one simulated account, each held at a
 * write of its own, with the clocks of their runners wrong by two hours; then companies of two and three runs that are drawn by seed, 15
 * if no count is given. Without `--all` only a sample of the pairs is played. Fails on anything that is left behind, or was touched by
 * another run, and on a run that does not pass.
 */
import { availableParallelism } from 'node:os'
import { type Company, companyOf, describeCompany, playCompany, toPairs, toSample } from '../../test/crash/company.ts'

const AT_ONCE = Math.max(2, availableParallelism() * 2)

type Cell = { readonly name: string; readonly company: Company }

async function main(): Promise<void> {
  const startMs = performance.now()
  const [count = 15, first = Math.floor(Math.random() * 1_000_000)] = process.argv
    .slice(2)
    .filter((one) => /^\d+$/.test(one))
    .map(Number)
  const pairs = process.argv.includes('--all') ? toPairs() : toSample(toPairs())
  const seeds = Array.from({ length: count }, (_, nth) => first + nth)
  console.log(`${pairs.length} of ${toPairs().length} pairs; companies of the seeds ${first} to ${first + count - 1}`)
  const failed = await playAll([
    ...pairs.map((company, nth) => ({ name: `pair ${nth}`, company })),
    ...seeds.map((seed) => ({ name: `seed ${seed}`, company: companyOf(seed) })),
  ])
  console.log(`${pairs.length + count} companies in ${Math.round((performance.now() - startMs) / 1000)} s, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}

/** The number of companies in which something did not hold. */
async function playAll(cells: readonly Cell[]): Promise<number> {
  const queue = [...cells]
  let failed = 0
  const work = async () => {
    for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
      const wrong = await playCompany(cell.company).catch((thrown: unknown) => [String(thrown)])
      if (wrong.length === 0) continue
      failed += 1
      console.error(`✗ ${cell.name} (${describeCompany(cell.company)}):\n  ${wrong.join('\n  ')}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return failed
}

await main()
