import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { type Harness, openHarness } from '../crash/fixture.ts'
import { expectExit } from '../exit.ts'
import { errorOf } from './scenario.ts'

/** Bugs that are planted into the process from outside: whatever goes wrong in it, the step fails with one line, and post cleans up. */
const open: Harness[] = []
const folder = await mkdtemp(join(tmpdir(), 'spot-interrupt-bugs-'))
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const BUGS: Readonly<Record<string, { readonly code: string; readonly says: string }>> = {
  'an exception that nobody catches': {
    code: "setTimeout(() => { throw new Error('planted') }, 1500)",
    says: 'Unexpected: planted. This is a defect of the action',
  },
  'a rejection that nobody handles': {
    code: "setTimeout(() => { Promise.reject(new Error('planted')) }, 1500)",
    says: 'Unexpected: planted. This is a defect of the action',
  },
  'a thrown text': { code: "setTimeout(() => { throw 'planted' }, 1500)", says: 'Unexpected: planted' },
  'a promise that nobody settles': {
    code: `import { syncBuiltinESMExports } from 'node:module'\nimport timers from 'node:timers/promises'\ntimers.setTimeout = () => new Promise(() => undefined)\nsyncBuiltinESMExports()`,
    says: 'The action stopped in the middle of its work. This is a defect of the action',
  },
}

describe('a bug in the action', () => {
  it.each(Object.keys(BUGS))('fails the step in one line when it is %s, and post cleans up', async (name) => {
    const { code, says } = BUGS[name] as (typeof BUGS)[string]
    const path = join(folder, `${name.replaceAll(' ', '-')}.mjs`)
    await writeFile(path, code)
    const harness = await openHarness({ speed: 5, inputs: { 'wait-for': 'experiment', 'poll-interval': '2s' } })
    open.push(harness)
    const main = await (await harness.start('main', { env: { NODE_OPTIONS: `--import ${path}` } })).done
    expectExit(main, 1)
    expect(errorOf(main)).toContain(says)
    expect(`${main.stdout}${main.stderr}`).not.toMatch(/^\s+at .+:\d+/m)
    expect(main.stderr).toBe('')
    const post = await (await harness.start('post', { state: main.state })).done
    expectExit(post, 0)
    expect(harness.simulator.leftovers().leftovers).toEqual([])
  })
})
