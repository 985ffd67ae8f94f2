import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { play } from './scenario.ts'

/** The most that a plain run loads of `dist`, in bytes: a short step spends most of its time on its start. */
const MOST = 520_000
/** What only some inputs, or a failure, ask for. */
const LATER = [
  'autoscaling.cjs',
  'capacity.cjs',
  'ecs.cjs',
  'elb.cjs',
  'cloudwatch.cjs',
  'comment.cjs',
  'dry-run.cjs',
  'faults.cjs',
  'github.cjs',
  'grants.cjs',
  'judged.cjs',
  'probe.cjs',
  'providers.cjs',
  'select.cjs',
  'simulation.cjs',
]

const RECORD = `import { createRequire } from 'node:module'
import { statSync, writeFileSync } from 'node:fs'
const { cache } = createRequire(import.meta.url)
process.on('exit', () => {
  const files = Object.keys(cache).filter((path) => path.endsWith('.cjs'))
  writeFileSync(process.env.LOADED, JSON.stringify(files.map((path) => [path, statSync(path).size])))
})
`

it('loads few files for a plain run by id, with a role by its name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spot-loads-'))
  const [record, LOADED] = [join(folder, 'record.mjs'), join(folder, 'loaded.json')]
  await writeFile(record, RECORD)
  const { main } = await play({ env: { LOADED }, preload: ['simulator/preload.ts', record] })
  expectExit(main, 0)
  const loaded: readonly [string, number][] = JSON.parse(await readFile(LOADED, 'utf8'))
  const names = loaded.map(([path]) => basename(path))
  expect(names).toEqual(expect.arrayContaining(['main.cjs', 'run.cjs', 'sdk.cjs', 'fis.cjs', 'iam.cjs']))
  expect(names.filter((name) => LATER.includes(name))).toEqual([])
  const bytes = loaded.reduce((sum, [, size]) => sum + size, 0)
  console.log(`a plain run loads ${bytes} bytes: ${names.join(' ')}`)
  expect(bytes).toBeLessThanOrEqual(MOST)
})
