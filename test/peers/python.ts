/** botocore's models and boto3 before the simulator; and boto3's session on moto, to know where the two differ. */
import { deepEqual, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startSimulator } from '../../simulator/server.ts'
import { DIFFERENCES } from './differences.ts'
import type { Moto } from './moto-server.ts'
import type { Scenario } from './table.ts'

const run = promisify(execFile)
const SPEED = 60
const BUFFER = 64 * 1024 * 1024
/** No credentials and no setting of whoever runs this. */
const ENV = {
  PATH: process.env.PATH ?? '',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
}

type Verdict = {
  readonly problems: readonly string[]
  readonly counts?: Readonly<Record<string, number>>
  readonly seen?: Readonly<Record<string, unknown>>
  readonly calls?: number
}

async function ask(python: string, script: string, given: readonly string[]): Promise<Verdict> {
  const { stdout } = await run(python, ['-B', join(import.meta.dirname, script), ...given], { env: ENV, maxBuffer: BUFFER })
  return JSON.parse(stdout)
}

export function modelScenarios(python: string): readonly Scenario[] {
  return [
    {
      name: 'what the models call valid is accepted, what they call invalid refused, and every answer fits',
      run: () => holdModels(python),
    },
    { name: 'a bent answer does not fit', run: () => holdBent(python) },
    { name: 'a session of boto3: launch, create, start, watch, stop, list by tag, page, and mistakes', run: () => holdUser(python) },
    { name: 'boto3 watches a fleet that loses a member and replaces it, in every state on the way', run: () => holdFleet(python) },
  ]
}

async function holdModels(python: string): Promise<void> {
  const simulator = await startSimulator()
  try {
    const { problems, counts = {} } = await ask(python, 'valid.py', [simulator.url])
    deepEqual(problems, [])
    ok(
      (counts.valid ?? 0) > 250 && (counts.invalid ?? 0) > 330 && (counts.errors ?? 0) > 200,
      `too little was tried: ${JSON.stringify(counts)}`,
    )
  } finally {
    await simulator.close()
  }
}

async function holdBent(python: string): Promise<void> {
  const { problems, counts = {} } = await ask(python, 'bent.py', [])
  deepEqual(problems, [])
  ok((counts.bent ?? 0) > 10)
}

async function holdUser(python: string): Promise<void> {
  const { problems, calls = 0 } = await useSimulator(python)
  deepEqual(problems, [])
  ok(calls > 100, `only ${calls} calls were made`)
}

/** Slow enough that every state is met by one of the looks. */
const FLEET_SPEED = 30

async function holdFleet(python: string): Promise<void> {
  const simulator = await startSimulator({ speed: FLEET_SPEED })
  try {
    const { problems, calls = 0 } = await ask(python, 'fleet.py', [simulator.url, String(FLEET_SPEED)])
    deepEqual(problems, [])
    ok(calls > 300, `only ${calls} calls were made`)
    deepEqual(simulator.leftovers().strict, [])
  } finally {
    await simulator.close()
  }
}

async function useSimulator(python: string): Promise<Verdict> {
  const simulator = await startSimulator({ speed: SPEED })
  // At this speed an experiment that ends early is over before it can be stopped, on a machine that is busy.
  simulator.setSwitches({ completed: 'interruption' })
  try {
    return await ask(python, 'user.py', [simulator.url, String(SPEED)])
  } finally {
    await simulator.close()
  }
}

/** Each step that ends otherwise on moto is known, with the reason; and what is said to differ does. */
export function differenceScenario(python: string, moto: Moto): Scenario {
  return {
    name: 'the session of boto3 differs from the one on the simulator only where it is meant to',
    run: async () => {
      await fetch(`${moto.url}/moto-api/reset`, { method: 'POST' })
      const [ours, theirs] = await Promise.all([useSimulator(python), ask(python, 'user.py', [moto.url, String(SPEED)])])
      const steps = [...new Set([...Object.keys(ours.seen ?? {}), ...Object.keys(theirs.seen ?? {})])]
      const differing = steps.filter((step) => JSON.stringify(ours.seen?.[step]) !== JSON.stringify(theirs.seen?.[step]))
      deepEqual(differing.sort(), Object.keys(DIFFERENCES).sort())
    },
  }
}
