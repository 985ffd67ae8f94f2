import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { findAws, findInterrupter, findJq } from '../../scripts/verify/performance/tools.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spot-tools-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

/** A program that prints these words, whatever it is asked. */
async function makeProgram(path: string, words: string): Promise<string> {
  await writeFile(path, `#!/bin/sh\necho "${words}"\n`)
  await chmod(path, 0o755)
  return path
}

describe.skipIf(process.platform === 'win32')('the programs of the bench', () => {
  it.each([
    ['nothing', () => '', 'names no binary'],
    ['no file', () => join(folder, 'absent'), 'names no file that can be run'],
    ['a file that cannot be run', () => join(folder, 'plain'), 'names no file that can be run'],
  ])("AWS's own program is skipped where the variable names %s", async (_, path, why) => {
    await writeFile(join(folder, 'plain'), '')
    vi.stubEnv('EC2_SPOT_INTERRUPTER', path())
    expect(await findInterrupter()).toEqual({ why: expect.stringContaining(why) })
  })

  it("AWS's own program is found where the variable names it, with its version if it tells one", async () => {
    vi.stubEnv('EC2_SPOT_INTERRUPTER', await makeProgram(join(folder, 'interrupter'), 'v1.2.3'))
    expect(await findInterrupter()).toEqual({ path: join(folder, 'interrupter'), version: 'v1.2.3' })
    await makeProgram(join(folder, 'interrupter'), '')
    expect(await findInterrupter()).toMatchObject({ version: null })
  })

  it('the AWS CLI is the program itself, not its shim', async () => {
    const folders = [join(folder, 'shims'), join(folder, 'bin')]
    for (const one of folders) {
      await mkdir(one)
      await makeProgram(join(one, 'aws'), `aws-cli/1.2.3 of ${one}`)
    }
    vi.stubEnv('PATH', [...folders, '/usr/bin', '/bin'].join(delimiter))
    expect(await findAws()).toEqual({ path: join(folder, 'bin', 'aws'), version: 'aws-cli/1.2.3' })
  })

  it('jq is skipped where PATH has none', async () => {
    vi.stubEnv('PATH', folder)
    expect(await findJq()).toEqual({ why: 'There is no jq on PATH.' })
    await makeProgram(join(folder, 'jq'), 'jq-1.6')
    expect(await findJq()).toEqual({ path: join(folder, 'jq'), version: 'jq-1.6' })
  })
})
