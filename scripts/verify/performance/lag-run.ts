/**
 * One run of the built action, as a process in real time, against its own simulated AWS. It compares the time of a change, by the clock of
 * the simulator, with the time at which the log of the action shows the change. Both use the clock of this machine.
 */
import { type Simulator, startSimulator } from '../../../simulator/server.ts'
import { runStage, type StageResult } from '../../runner.ts'
import { BENCH_ENV } from '../bench-env.ts'
import { type RealKind, scatter } from './lag-shapes.ts'

const REGION = 'us-east-1'
const TARGET = 'i-0123456789abcdef0'
const OTHER = 'i-0123456789abcdef1'
const GROUP = 'web'
const ROLE = 'bench'
const POLL_SECONDS = 10
const DURATION_SECONDS = 120

/** The trials. One run of a trial measures one or more kinds. */
export type TrialName = 'completed' | 'departure' | 'early-departure' | 'replacement'
export const TRIALS: readonly TrialName[] = ['replacement', 'departure', 'early-departure', 'completed']

type Switches = Parameters<Simulator['setSwitches']>[0]
type Script = Parameters<Simulator['setScript']>[0]

type Trial = {
  readonly inputs: Readonly<Record<string, string>>
  readonly switches: Switches
  readonly script?: Script
  /** Computes the lags of the run after its end. */
  readonly measure: (seen: Seen) => Partial<Record<RealKind, number>>
}

/** A run that is over. Times in milliseconds since 1970. */
type Seen = { readonly simulator: Simulator; readonly lines: readonly Line[]; readonly endedAt: number }
type Line = { readonly at: number; readonly text: string }

/** For each name: makes the trial at a phase, from 0 to 1, of the poll interval. */
const toTrial: Readonly<Record<TrialName, (phase: number) => Trial>> = {
  completed: (phase) => ({
    inputs: { 'wait-for': 'experiment' },
    switches: { startDelaySeconds: round(2 + phase * POLL_SECONDS) },
    measure: (seen) => ({ completed: findLine(seen, / - completed/) - readRun(seen.simulator).ending.at }),
  }),
  departure: (phase) => ({
    inputs: {},
    switches: { startDelaySeconds: round(2 + phase * POLL_SECONDS) },
    measure: (seen) => ({
      departure: findDeparture(seen) - readEffect(seen.simulator).endsAt,
      exit: seen.endedAt - findEvidence(seen),
    }),
  }),
  'early-departure': (phase) => {
    const afterSeconds = round(POLL_SECONDS + scatter(phase) * (DURATION_SECONDS - 2 * POLL_SECONDS))
    return {
      inputs: {},
      switches: {},
      script: [{ instance: TARGET, at: 'start', afterSeconds, do: 'terminate', by: 'autoscaling' }],
      measure: (seen) => ({
        'early-departure': findDeparture(seen) - readEffect(seen.simulator).startedAt - afterSeconds * 1000,
      }),
    }
  },
  replacement: (phase) => ({
    inputs: { capacity: `${GROUP}=asg:${GROUP}`, 'observe-for': '1s' },
    switches: { groupHealthSeconds: 5, groupLaunchSeconds: 5, inServiceSeconds: round(20 + phase * POLL_SECONDS) },
    measure: (seen) => {
      const at = readLaunch(seen.simulator)
      return { replacement: findLine(seen, /Capacity .* came/) - at, back: findThirdPoll(seen, at) - at }
    },
  }),
}

/** Rounds to whole milliseconds, as the clocks do. Takes and returns seconds. */
function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}

/** Runs a trial, and returns its lags in milliseconds. Rejects with the log of the action if it fails. */
export async function runTrial(name: TrialName, phase: number): Promise<Partial<Record<RealKind, number>>> {
  const trial = toTrial[name](phase)
  const simulator = await startSimulator()
  try {
    simulator.seed(SEED)
    simulator.setSwitches(trial.switches)
    simulator.setScript(trial.script ?? [])
    const lines: Line[] = []
    let endedAt = 0
    const ended = await runStage('main', {
      inputs: { ...INPUTS, ...trial.inputs },
      env: { ...BENCH_ENV, AWS_ENDPOINT_URL: simulator.url },
      show: (text) => lines.push({ at: Date.now(), text }),
      onSpawn: (child) => {
        child.on('exit', () => {
          endedAt = Date.now()
        })
      },
    })
    return measure(trial, { simulator, lines, endedAt }, ended)
  } finally {
    await simulator.close()
  }
}

function measure(trial: Trial, seen: Seen, { code, stdout }: StageResult): Partial<Record<RealKind, number>> {
  const lags = code === 0 ? trial.measure(seen) : {}
  const wrong = Object.entries(lags).filter(([, ms]) => !Number.isFinite(ms) || ms < 0)
  if (code !== 0 || wrong.length > 0) throw new Error(`the run ended with ${code}, ${JSON.stringify(wrong)}:\n${stdout}`)
  return lags
}

/** When the log first shows a line of this shape; NaN if it never does. */
function findLine({ lines }: Seen, shape: RegExp): number {
  return lines.find(({ text }) => shape.test(text))?.at ?? Number.NaN
}

function findDeparture(seen: Seen): number {
  return findLine(seen, new RegExp(`EC2: ${TARGET} (shutting-down|terminated)`))
}

/** When EC2 sent the answer that shows why the target left. */
function findEvidence({ simulator }: Seen): number {
  const { endsAt } = readEffect(simulator)
  const asked = simulator.journal().find(({ operation, at }) => operation === 'DescribeSpotInstanceRequests' && Date.parse(at) >= endsAt)
  return Date.parse(asked?.at ?? '')
}

/** When the third poll that shows the new member is sent. */
function findThirdPoll({ simulator }: Seen, since: number): number {
  const polls = simulator.journal().filter(({ operation, at }) => operation === 'DescribeAutoScalingGroups' && Date.parse(at) >= since)
  return Date.parse(polls[2]?.at ?? '')
}

/** The parts of the state of the simulator that are read here. */
type State = {
  readonly runs: Readonly<Record<string, ExperimentRun>>
  readonly autoScalingGroups: Readonly<Record<string, { readonly activities: readonly Activity[] }>>
}
type ExperimentRun = { readonly ending: { readonly at: number }; readonly effects: readonly Effect[] }
type Effect = { readonly startedAt: number; readonly endsAt: number }
type Activity = { readonly description: string; readonly statusCode: string; readonly endAt?: number }

function readRun(simulator: Simulator): ExperimentRun {
  const [run] = Object.values((simulator.state() as State).runs)
  if (run === undefined) throw new Error('no experiment was started')
  return run
}

function readEffect(simulator: Simulator): Effect {
  const [effect] = readRun(simulator).effects
  if (effect === undefined) throw new Error('the experiment had no effect')
  return effect
}

/** When the new member of the group was in service; NaN if there is none. */
function readLaunch(simulator: Simulator): number {
  const groups = Object.values((simulator.state() as State).autoScalingGroups)
  const launched = groups.flatMap(({ activities }) => activities).find(({ description }) => description.startsWith('Launching'))
  return launched?.endAt ?? Number.NaN
}

const TAGS = { 'aws:autoscaling:groupName': GROUP }
const SEED: Parameters<Simulator['seed']>[0] = {
  instances: [TARGET, OTHER].map((id) => ({ id, region: REGION, tags: TAGS })),
  roles: [{ name: ROLE, policies: { all: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } } }],
  autoScalingGroups: [{ name: GROUP, region: REGION, members: [{ id: TARGET }, { id: OTHER }] }],
}

const INPUTS = {
  'instance-id': TARGET,
  region: REGION,
  'role-arn': `arn:aws:iam::123456789012:role/${ROLE}`,
  'poll-interval': `${POLL_SECONDS}s`,
  duration: `PT${DURATION_SECONDS / 60}M`,
}
