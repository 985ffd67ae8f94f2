/** At the true limits, in real time: what falls silent does not keep the step. The matrix of all calls, with short limits, is in test/wire. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Simulator } from '../../simulator/server.ts'
import { expectExit } from '../exit.ts'
import { bendAnswers } from './bent.ts'
import { expectClean, expectFailure, type PlayedRun, play, REGION } from './scenario.ts'

/** No step outlasts its own limits by more, whatever AWS does. */
const MOST_OVER_MS = 60_000
const TIMEOUT_MS = 20_000
/** A rebalance recommendation: its time-out may be short. */
const INPUTS = { mode: 'rebalance', timeout: '20s' }
const SWITCHES = { rebalanceRegions: [REGION], completed: 'interruption' as const }

/** AWS whose answers to some paths stop in the middle, until it is mended. */
function stall(paths: RegExp) {
  let mended = false
  const endpoint = (simulator: Simulator) => bendAnswers(simulator, (answer, path) => (!mended && paths.test(path) ? 'stalled' : answer))
  const mend = () => {
    mended = true
  }
  return { endpoint, mend }
}

/** When the log first says this, in milliseconds. */
function readTime({ main }: PlayedRun, said: string): number {
  const line = main.stdout.split('\n').find((one) => one.includes(said)) ?? ''
  return Date.parse(line.replace(/^.*\[(\S+ \S+) UTC\].*$/, '$1Z'))
}

it.concurrent.each([
  ['GetExperiment', /^\/experiments\/EXP/],
  ['every call of FIS once the template is there', /^\/(experiments\/|experiments\?|experimentTemplates(\/|\?))/],
])(
  'the time-out ends a run where the answers stop in the middle: %s',
  async (_, paths) => {
    const { endpoint, mend } = stall(paths)
    const beganMs = performance.now()
    const played = await play({ speed: 1, inputs: INPUTS, switches: SWITCHES, endpoint })
    const tookMs = performance.now() - beganMs
    expectFailure(played.main, 'Timed out')
    expect(played.main.stdout).toContain('no complete answer within')
    const waitedMs = tookMs - (readTime(played, 'Starting experiment') - readTime(played, 'SETUP PHASE'))
    expect(waitedMs).toBeGreaterThan(TIMEOUT_MS)
    expect(waitedMs).toBeLessThan(TIMEOUT_MS + MOST_OVER_MS)
    mend()
    expectExit(await played.post(), 0)
    expectClean(played)
  },
  180_000,
)

it.concurrent('a process that never gives credentials does not keep the step, nor the process of the action', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spot-silence-'))
  const script = join(folder, 'creds.sh')
  await writeFile(script, '#!/bin/sh\nexec sleep 100\n')
  await chmod(script, 0o755)
  await writeFile(join(folder, 'config'), `[default]\ncredential_process = "${script}"\n`)
  const keys = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '', AWS_PROFILE: '' }
  const startMs = performance.now()
  const played = await play({ speed: 1, env: { ...keys, AWS_CONFIG_FILE: join(folder, 'config') } })
  expectFailure(played.main, 'There were no credentials for', 'credential_process that waits for input')
  expect(performance.now() - startMs).toBeLessThan(MOST_OVER_MS)
  expectClean(played)
  await rm(folder, { recursive: true, force: true })
}, 120_000)
