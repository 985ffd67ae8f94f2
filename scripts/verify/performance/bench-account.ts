/** One simulated AWS for one run of a contender, in real time. Every run gets a new one, with the same resources. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Simulator, startSimulator } from '../../../simulator/server.ts'
import { BENCH_CREDENTIALS } from '../bench-env.ts'
import { startDelay } from './delay.ts'
import { type Changes, findStart } from './figures.ts'

export const REGION = 'us-east-1'
export const TARGET = 'i-0123456789abcdef0'
export const DELAY_MS = 60
const LOOK_MS = 20
/** More than the longest run of the bench takes. */
const PATIENCE_MS = 20 * 60_000

/** The switches that differ from the defaults of the simulator, the same for each contender. */
export const SWITCHES = {} as const
/** How the experiment fails in a run with a failed experiment: FIS reports it a few seconds after the start. */
export const FAILURE = { when: 'after-start', code: 'BENCH', reason: 'The bench lets this experiment fail.' } as const

/** The policy that the role of an experiment needs. */
export const POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['ec2:SendSpotInstanceInterruptions', 'ec2:DescribeInstances'], Resource: '*' }],
}
/** The role that each contender searches for exists. No contender deletes it by default. */
const ROLES = ['FIS-SpotMinimalRole', 'aws-fis-itn'].map((name) => ({ name, policies: { bench: POLICY } }))

export type BenchAccount = {
  readonly simulator: Simulator
  /** The address of AWS, behind the slow network if there is one. */
  readonly url: string
  /** A folder for the files of the run. */
  readonly folder: string
  readonly close: () => Promise<void>
}

export async function openAccount({ delayed, fails }: { readonly delayed: boolean; readonly fails: boolean }): Promise<BenchAccount> {
  const simulator = await startSimulator()
  simulator.seed({ instances: [{ id: TARGET, region: REGION }], roles: ROLES })
  simulator.setSwitches({ ...SWITCHES, failExperiment: fails ? FAILURE : null })
  const folder = await mkdtemp(join(tmpdir(), 'spot-bench-'))
  const delay = delayed ? await startDelay(simulator.url, DELAY_MS) : undefined
  return {
    simulator,
    url: delay?.url ?? simulator.url,
    folder,
    close: async () => {
      await delay?.close()
      await simulator.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The environment that a client needs to reach the simulated AWS, without anything of the person who runs the bench. */
export function toAwsEnv({ url, folder }: Pick<BenchAccount, 'url' | 'folder'>): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: REGION,
    ...BENCH_CREDENTIALS,
    AWS_CONFIG_FILE: join(folder, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-credentials'),
    HOME: folder,
  }
}

/** The changes in the account. Throws for requests that the simulator does not know, and if no experiment ran to its end. */
export function readChanges({ simulator }: Pick<BenchAccount, 'simulator'>): Changes {
  const { strict, interrupted } = simulator.leftovers()
  if (strict.length > 0) throw new Error(`the simulator does not know: ${JSON.stringify(strict)}`)
  const { runs } = simulator.state() as { runs: Record<string, { ending: { at: number } }> }
  const [run] = Object.values(runs)
  if (run === undefined) throw new Error('no experiment was started')
  const [left] = interrupted
  return { experimentEndsAt: run.ending.at, instanceLeavesAt: left === undefined ? Number.POSITIVE_INFINITY : Date.parse(left.at) }
}

/** The kinds of resources that the run has left in the account. */
export function readLeft({ simulator }: Pick<BenchAccount, 'simulator'>): readonly string[] {
  return simulator.leftovers().leftovers.map(({ kind }) => kind)
}

/** Resolves `afterMs` after the start of the experiment. Throws if that takes longer than any run can take. */
export async function untilStarted({ simulator }: Pick<BenchAccount, 'simulator'>, afterMs: number): Promise<void> {
  const untilMs = Date.now() + PATIENCE_MS
  while (Date.now() < untilMs) {
    const startedAt = findStart(simulator.journal())
    if (startedAt !== undefined && Date.now() >= startedAt + afterMs) return
    await new Promise((done) => setTimeout(done, LOOK_MS))
  }
  throw new Error('no experiment was started')
}
