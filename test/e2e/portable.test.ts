/** What differs between operating systems: paths, line endings, and how a process ends. CI runs this file on Linux, Windows and macOS. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { calls, expectClean, expectPass, outcomes, play, READY, TARGET } from './scenario.ts'

const OTHER = 'i-0fedcba9876543210'
const folders: string[] = []
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 3 })
})

/** RUNNER_TEMP of a runner whose user has a space and an umlaut in the name. */
async function makeTemp(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'runner of Jörg '))
  folders.push(folder)
  const temp = join(folder, '_temp')
  await mkdir(temp)
  return temp
}

describe.concurrent('on this operating system', () => {
  it('inputs with CRLF mean the same, and reports are files below RUNNER_TEMP', async () => {
    const temp = await makeTemp()
    const [first] = READY.instances ?? []
    const played = await play({
      seed: { ...READY, instances: [first ?? { id: TARGET }, { ...first, id: OTHER }] },
      env: { RUNNER_TEMP: temp },
      inputs: { 'instance-id': `${TARGET}\r\n${OTHER}\r\n`, tags: 'Team=shop\r\nPurpose=chaos\r\n', mode: 'interruption\r\n' },
    })
    expectPass(played.main)
    expect(outcomes(played.main)).toEqual({ [TARGET]: 'interrupted', [OTHER]: 'interrupted' })
    const { report = '', junit = '' } = played.main.outputs
    for (const path of [report, junit]) expect(path.startsWith(temp), path).toBe(true)
    expect(JSON.parse(await readFile(report, 'utf8')).verdict).toBe('not-judged')
    const created = played.simulator.journal().find(({ operation }) => operation === 'CreateExperimentTemplate')
    expect(created?.params).toMatchObject({ tags: { Team: 'shop', Purpose: 'chaos' } })
    await played.post()
    expectClean(played)
  })

  it('a step that a signal ends leaves nothing once post has run', async () => {
    const temp = await makeTemp()
    const played = await play({
      env: { RUNNER_TEMP: temp },
      switches: { completed: 'interruption' },
      onSpawn: (child) => {
        let log = ''
        child.stdout?.on('data', (text: string) => {
          log += text
          // The runner sends SIGINT first. Windows ends the process at once, all others let it end itself.
          if (/Experiment EXP\w+ started/.test(log)) child.kill('SIGINT')
        })
      },
    })
    if (process.platform === 'win32') expectExit(played.main, 'SIGINT')
    else expectExit(played.main, 1)
    expectExit(await played.post(), 0)
    expect(calls(played)).toContain('fis:StopExperiment')
    expect(existsSync(temp)).toBe(true)
    expectClean(played)
  })
})
