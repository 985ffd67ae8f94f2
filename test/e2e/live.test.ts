/** The script of live runs, against the simulator: whatever its switches say, the record says the same, and nothing is left. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'valibot'
import { expect, it } from 'vitest'
import type { LiveRecord } from '../../scripts/live/modes.ts'
import { type SwitchesInput, switchesPatch } from '../../simulator/account/switches.ts'
import { type Simulator, startSimulator } from '../../simulator/server.ts'
import { expectExit, logOf } from '../exit.ts'
import { paced } from './pace.ts'

const root = resolve(import.meta.dirname, '../..')
const REGION = 'eu-west-1'
const INSTANCES = ['i-0123456789abcdef0', 'i-0fedcba9876543210']
/** The watch polls every second of this clock. */
const SPEED = paced(15)

function runLive(simulator: Simulator, temp: string, given: readonly string[]) {
  const { speed, real0, sim0 } = simulator.clock
  const env = {
    PATH: process.env.PATH ?? '',
    AWS_ENDPOINT_URL: simulator.url,
    SPOT_INTERRUPT_REHEARSAL: 'true',
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'AKIDLIVE',
    AWS_SECRET_ACCESS_KEY: 'live',
    AWS_EC2_METADATA_DISABLED: 'true',
    GITHUB_REPOSITORY: 'octo/service',
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_ATTEMPT: '1',
    RUNNER_TEMP: temp,
    NODE_OPTIONS: `--no-warnings --import=${pathToFileURL(join(root, 'simulator/preload.ts')).href}`,
    SIMULATED_TIME: `${speed},${real0},${sim0}`,
    // The group exists, so nothing is launched.
    GROUP: 'there',
  }
  const child = spawn(process.execPath, [join(root, 'scripts/live/main.ts'), ...given], {
    cwd: temp,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const seen = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      seen[stream] += text
    })
  }
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((done, fail) => {
    child.on('error', fail)
    child.on('close', (code) => done({ ...seen, code }))
  })
}

async function play(switches: SwitchesInput): Promise<{ record: LiveRecord; log: string }> {
  const temp = await mkdtemp(join(tmpdir(), 'live-'))
  const simulator = await startSimulator({ speed: SPEED })
  try {
    simulator.seed({ instances: INSTANCES.map((id) => ({ id, region: REGION })) })
    simulator.setSwitches(switches)
    const run = await runLive(simulator, temp, ['run', '--instances', INSTANCES.join(','), '--out', join(temp, 'live.json')])
    expectExit(run, 0)
    const record: LiveRecord = JSON.parse(await readFile(join(temp, 'live.json'), 'utf8'))
    expectExit(await runLive(simulator, temp, ['remove']), 0)
    const { leftovers, foreignTouched, strict } = simulator.leftovers()
    expect({ leftovers, foreignTouched, strict }).toEqual({ leftovers: [], foreignTouched: [], strict: [] })
    return { record, log: logOf(run) }
  } finally {
    await simulator.close()
    await rm(temp, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Settings that do not change what another of them lets one see. */
const SETTINGS: readonly (readonly [string, SwitchesInput])[] = [
  ['the documented defaults', {}],
  [
    'every other setting',
    {
      completed: 'interruption',
      ends: 'later',
      spotCode: 'notice',
      stop: 'recalls',
      token: 'returns',
      stopFinished: 'ok',
      stateReason: 'none',
      deleteRunning: 'conflict',
      resolvedKey: 'TargetArn',
      unknownAction: 'accepted',
      pendingSeconds: 20,
      startDelaySeconds: 40,
      experimentTags: false,
    },
  ],
  ['a region that offers the recommendation', { rebalanceRegions: [REGION], completed: 'notice' }],
]
const DEFAULTS: SwitchesInput = {
  completed: 'early',
  ends: 'on-time',
  spotCode: 'termination',
  stop: 'ignores',
  token: 'conflict',
  stopFinished: 'error',
  stateReason: 'spot',
  deleteRunning: 'ok',
  resolvedKey: 'arn',
  unknownAction: 'refused',
  rebalanceRegions: [],
  experimentTags: true,
}

it.concurrent.each(SETTINGS)('finds %s', async (_, switches) => {
  const { record, log } = await play(switches)
  const { pendingSeconds = 0, startDelaySeconds = 2, ...wanted } = { ...DEFAULTS, ...switches }
  // A region that offers the action does not show what becomes of an action that is not offered.
  if (wanted.rebalanceRegions?.length) delete wanted.unknownAction
  expect(record.problems).toEqual([])
  expect(record.switches).toMatchObject(wanted)
  expect(Math.abs((record.switches.pendingSeconds ?? -99) - pendingSeconds)).toBeLessThan(15)
  expect(Math.abs((record.switches.startDelaySeconds ?? -99) - startDelaySeconds)).toBeLessThan(15)
  expect(
    record.runs.map(({ mode, code }) => [mode, code]),
    log,
  ).toEqual([['interruption', 0], ...(wanted.rebalanceRegions?.length ? [['rebalance', 0]] : [])])
  // The simulator takes the answers as they are.
  expect(parse(switchesPatch, record.switches)).toEqual(record.switches)
  expect(Object.keys(record.open)).toEqual(expect.arrayContaining(['deniedRole', 'arnQuota', 'roleLagSeconds']))
})
