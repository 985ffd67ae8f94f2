/** As much as one run may have to bear: 50 targets and 20 probes over 15 minutes. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { calls, expectClean, play, READY, REGION, type Scene } from './scenario.ts'
import { serve } from './service.ts'

const SPEED = 15
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
  const scene = await play({
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
  return { ...scene, peakMb: Number(await readFile(peak, 'utf8')) / 1024 }
}

/** How often each operation was asked for, less what FIS needs per batch of five targets. */
function count(scene: Pick<Scene, 'simulator'>): number {
  return calls(scene as Scene).length
}

it('takes 50 targets and 20 probes over 15 minutes as it takes one of each', async () => {
  const [many, one] = await Promise.all([crowd(50, 20, SPEED), crowd(1, 1, SPEED)])
  for (const scene of [many, one]) {
    expectExit(scene.main, 0)
    expect(scene.main.outputs).toMatchObject({ verdict: 'survived', interrupted: 'true' })
    expectClean(scene)
  }
  expect(many.peakMb).toBeGreaterThan(20)
  expect(many.peakMb).toBeLessThan(MAX_MB)
  expect(Buffer.byteLength(many.main.summary)).toBeLessThan(1024 * 1024)
  expect(many.main.summary.match(/`i-0/g)).toHaveLength(50)
  // The looks are not counted by targets; a look more or less is the clock's doing.
  expect(Math.abs(count(many) - count(one))).toBeLessThanOrEqual(6)
  const { probes } = JSON.parse(await readFile(many.main.outputs.report ?? '', 'utf8'))
  expect(probes.map(({ healthy }: { healthy: number }) => healthy > 60)).toEqual(Array(20).fill(true))
  console.log(
    `50 targets, 20 probes: ${Math.round(many.peakMb)} MB, ${count(many)} calls, summary ${many.main.summary.length} characters; one of each: ${Math.round(one.peakMb)} MB, ${count(one)} calls`,
  )
}, 180_000)
