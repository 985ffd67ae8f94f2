/** As much as one run may have to bear: 50 targets and 20 probes over 15 minutes. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { paced } from './pace.ts'
import { calls, expectClean, type PlayedRun, play, READY, REGION } from './scenario.ts'
import { serve } from './service.ts'

/** 20 probes every 2 s are 80 checks a second of real time at this speed: a busy machine still sends four of five, which the verdict needs. */
const SPEED = paced(8)
const MAX_MB = 120

function ids(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `i-${(index + 1).toString(16).padStart(17, '0')}`)
}

const MEMORY = `import { writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync(process.env.MEMORY_PEAK, String(process.resourceUsage().maxRSS)))
`

/** Time and memory, both as plain JavaScript: Node's own compiler of TypeScript would take 16 MB in the process that is measured. */
async function makePreloads(folder: string): Promise<readonly string[]> {
  const time = await readFile(resolve(import.meta.dirname, '../../simulator/preload.ts'), 'utf8')
  const texts = { 'time.mjs': stripTypeScriptTypes(time), 'memory.mjs': MEMORY }
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text)
  return Object.keys(texts).map((name) => join(folder, name))
}

/** The run of so many targets, with the peak of its memory in MB. */
async function crowd(targets: number, probes: number, speed: number) {
  const RUNNER_TEMP = await mkdtemp(join(tmpdir(), 'spot-crowd-'))
  const peak = join(RUNNER_TEMP, 'peak')
  const preload = await makePreloads(RUNNER_TEMP)
  const played = await play({
    speed,
    seed: { ...READY, instances: ids(targets).map((id) => ({ id, region: REGION })) },
    inputs: { 'instance-id': ids(targets).join(','), 'max-targets': '50', duration: 'PT15M', 'observe-for': '30s' },
    env: { RUNNER_TEMP, MEMORY_PEAK: peak },
    preload,
    arrange: async () => {
      const { url } = await serve(() => ({ status: 200 }))
      return { probes: Array.from({ length: probes }, (_, index) => `probe-${index + 1}=${url}/${index + 1}`).join('\n') }
    },
  })
  return { ...played, peakMb: Number(await readFile(peak, 'utf8')) / 1024 }
}

/** Polls come by the clock, and a busy machine makes fewer of them; everything else does not depend on time. */
const POLLS = ['GetExperiment', 'DescribeInstances', 'DescribeSpotInstanceRequests']
/** Every 10 s of the 17 minutes that the run takes at most, and as often again for the closer polls near an expected change. */
const MOST_POLLS = (2 * 17 * 60) / 10
const MOST_REQUESTS = 20

/** How often each operation that does not depend on time was asked. */
function countOnce({ simulator }: Pick<PlayedRun, 'simulator'>): Record<string, number> {
  const once = simulator.journal().filter(({ operation }) => !POLLS.includes(operation))
  return Object.fromEntries(once.map(({ operation }) => [operation, once.filter((one) => one.operation === operation).length]))
}

/** How many targets each read of EC2 asks for; a read that leaves some out, or takes several calls, shows. */
function readSizes({ simulator }: Pick<PlayedRun, 'simulator'>, operation: string): readonly number[] {
  const asked = simulator.journal().filter((one) => one.operation === operation)
  return asked.map(({ params }) => JSON.stringify(params).match(/"(i|sir)-[0-9a-z]+"/g)?.length ?? 0)
}

it('takes 50 targets and 20 probes over 15 minutes as it takes one of each', async () => {
  const [many, one] = await Promise.all([crowd(50, 20, SPEED), crowd(1, 1, SPEED)])
  for (const played of [many, one]) {
    expectExit(played.main, 0)
    expect(played.main.outputs).toMatchObject({ verdict: 'survived', interrupted: 'true' })
    expectClean(played)
  }
  expect(many.peakMb).toBeGreaterThan(20)
  expect(many.peakMb).toBeLessThan(MAX_MB)
  expect(Buffer.byteLength(many.main.summary)).toBeLessThan(1024 * 1024)
  expect(many.main.summary.match(/<samp>i-0/g)).toHaveLength(50)
  // What is asked does not grow with the targets: each poll is one call of each kind, for all of them.
  expect(countOnce(many)).toEqual(countOnce(one))
  expect(new Set(readSizes(many, 'DescribeInstances'))).toEqual(new Set([50]))
  // Requests are read where they can say more: before the start, and while targets leave.
  expect(readSizes(many, 'DescribeSpotInstanceRequests').length).toBeLessThan(MOST_REQUESTS)
  for (const operation of POLLS) expect(readSizes(many, operation).length).toBeLessThan(MOST_POLLS)
  const { probes } = JSON.parse(await readFile(many.main.outputs.report ?? '', 'utf8'))
  expect(probes.map(({ healthy }: { healthy: number }) => healthy > 60)).toEqual(Array(20).fill(true))
  console.log(
    `50 targets, 20 probes: ${Math.round(many.peakMb)} MB, ${calls(many).length} calls, summary ${many.main.summary.length} characters; one of each: ${Math.round(one.peakMb)} MB, ${calls(one).length} calls`,
  )
}, 600_000)
