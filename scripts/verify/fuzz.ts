/**
 * Random faults: `npm run seeds [count] [first]`. Each seed is one run of the built action, main and post, in a simulated AWS that fails at
 * random. The run must leave nothing behind, or must fail with the list of all that it left. The same seed always gives the same plan of
 * faults; a seed that fails is printed with its plan.
 */
import { availableParallelism } from 'node:os'
import { planOf, playSeed } from '../../test/crash/fuzz.ts'

const count = Number(process.argv[2] ?? 200)
const first = Number(process.argv[3] ?? Math.floor(Math.random() * 1_000_000))
const AT_ONCE = Math.max(2, availableParallelism() * 3)

async function seeds(): Promise<void> {
  const startMs = performance.now()
  console.log(`seeds ${first} to ${first + count - 1}`)
  const queue = Array.from({ length: count }, (_, index) => first + index)
  const ways = new Map<string, number>()
  let failed = 0
  const work = async () => {
    for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) {
      const { wrong, how } = await playSeed(seed).catch((thrown: unknown) => ({ wrong: [String(thrown)], how: 'broken' }))
      ways.set(how, (ways.get(how) ?? 0) + 1)
      if (wrong.length === 0) continue
      failed += 1
      console.error(`✗ seed ${seed} (${how}): ${wrong.join('; ')}\n  ${JSON.stringify(planOf(seed))}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const tally = [...ways].sort(([, one], [, other]) => other - one).map(([how, times]) => `${times} × ${how}`)
  console.log(`${count} seeds in ${Math.round((performance.now() - startMs) / 1000)} s, ${failed} failed: ${tally.join(', ')}`)
  process.exitCode = failed === 0 ? 0 : 1
}

await seeds()
