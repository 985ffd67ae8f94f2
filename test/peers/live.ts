/**
 * The live run of maintainers without an account: its workflow, run by act against the simulator, and its Auto Scaling group, made and
 * removed by the AWS CLI on moto. No registry has the actions that a workflow begins with, so their steps are left out.
 */
import { deepEqual, equal, match } from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { type Aws, launchGroup, membersOf, removeGroup } from '../../scripts/live/group.ts'
import type { SwitchesInput } from '../../simulator/account/switches.ts'
import { startSimulator } from '../../simulator/server.ts'
import type { Moto } from './moto-server.ts'
import type { Scenario } from './table.ts'
import { cache, root, toPath } from './tools.ts'

type Step = { readonly name: string; readonly uses?: string; readonly run?: string }
/** `home` is outside of any repository: act works below it, and npm looks for a package.json in every folder above. */
type Where = { readonly home: string; readonly folder: string; readonly path: string }
type Workflow = { readonly jobs: { readonly live: { steps: Step[] } } }

const REGION = 'eu-west-1'
const INSTANCES = ['i-0123456789abcdef0', 'i-0fedcba9876543210']
const SPEED = 15
const LIMIT_MS = 180_000
const FAILURE = { when: 'before-start', code: 'InvalidTarget', reason: 'Target resolution returned empty set', lands: false } as const

type Seen = { readonly code: number | null; readonly log: string; readonly interrupted: readonly string[] }

/** `aws` is the path of the AWS CLI. */
export function liveGroupScenario(aws: string, moto: Moto): Scenario {
  return { name: 'the group of a live run is launched once, and removed', run: () => launchAndRemove(toCli(aws, moto)) }
}

export function liveWorkflowScenarios(act: string): readonly Scenario[] {
  return [
    { name: 'live.yml: every mode, the record, and the removal', run: () => runWorkflow(act, {}, expectRecord) },
    {
      name: 'live.yml: after experiments that failed, the removal too',
      run: () => runWorkflow(act, { failExperiment: FAILURE }, expectFailed),
    },
  ]
}

async function launchAndRemove(aws: Aws): Promise<void> {
  const name = 'spot-interrupt-live-1'
  const tags = { ManagedBy: 'spot-interrupt-live' }
  const ids = await launchGroup(aws, name, tags)
  equal(ids.length, 2)
  deepEqual(await launchGroup(aws, name, tags), ids, 'a second time, the same group')
  deepEqual([...membersOf(aws, name)].sort(), [...ids].sort())
  await removeGroup(aws, name)
  deepEqual(membersOf(aws, name), [])
  await removeGroup(aws, name)
  const { LaunchTemplates } = JSON.parse(aws('ec2', 'describe-launch-templates'))
  deepEqual(LaunchTemplates, [])
}

function toCli(program: string, moto: Moto): Aws {
  const env = { PATH: toPath(), AWS_ENDPOINT_URL: moto.url, AWS_ACCESS_KEY_ID: 'AKIDPEER', AWS_SECRET_ACCESS_KEY: 'peer', HOME: cache }
  return (...given) =>
    execFileSync(program, [...given, '--region', REGION, '--output', 'json'], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

async function runWorkflow(act: string, switches: SwitchesInput, judge: (seen: Seen) => void): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'live-act-'))
  const folder = join(home, 'repository')
  await mkdir(folder)
  const simulator = await startSimulator({ speed: SPEED })
  try {
    simulator.seed({
      instances: INSTANCES.map((id) => ({ id, region: REGION })),
      autoScalingGroups: [{ name: 'shop', region: REGION, members: INSTANCES.map((id) => ({ id })) }],
    })
    simulator.setSwitches(switches)
    const { speed, real0, sim0 } = simulator.clock
    const path = await layOut(folder)
    const env = {
      AWS_ENDPOINT_URL: simulator.url,
      SPOT_INTERRUPT_REHEARSAL: 'true',
      AWS_EC2_METADATA_DISABLED: 'true',
      NODE_OPTIONS: `--no-warnings --import=${join(root, 'simulator/preload.ts')}`,
      SIMULATED_TIME: `${speed},${real0},${sim0}`,
    }
    const { code, log } = await runAct(act, { home, folder, path }, env)
    judge({ code, log, interrupted: simulator.leftovers().interrupted.map(({ id }) => id) })
    const { leftovers, foreignTouched, strict } = simulator.leftovers()
    deepEqual({ leftovers, foreignTouched, strict }, { leftovers: [], foreignTouched: [], strict: [] })
  } finally {
    await simulator.close()
    await rm(home, { recursive: true, force: true })
  }
}

function expectRecord({ code, log, interrupted }: Seen): void {
  equal(code, 0, tail(log))
  match(log, /Answers: .*"completed":"early".*"stop":"ignores"/)
  match(log, /"schemaVersion": 1/)
  deepEqual(interrupted.toSorted(), INSTANCES.toSorted())
}

function expectFailed({ code, log, interrupted }: Seen): void {
  equal(code, 1, tail(log))
  match(log, /"ends":"the instance did not end"/)
  match(log, /Success - Main Remove everything/)
  deepEqual(interrupted, [])
}

const tail = (log: string) => `act: ${log.trim().split('\n').slice(-40).join('\n')}`

/** The workflow in a folder that looks like a checked out repository with its packages. Returns its path. */
async function layOut(folder: string): Promise<string> {
  // npm works in the folder that package.json really is in.
  await cp(join(root, 'package.json'), join(folder, 'package.json'))
  for (const name of ['node_modules', 'scripts', 'simulator', 'src', 'dist', 'cleanup', 'action.yml']) {
    await symlink(join(root, name), join(folder, name))
  }
  const workflow: Workflow = parse(await readFile(join(root, '.github/workflows/live.yml'), 'utf8'))
  const { live } = workflow.jobs
  const left = live.steps.filter(({ uses = '', run }) => run !== 'npm ci' && !/^actions\//.test(uses))
  const checkOut: Step = { name: 'Check out', run: `cp -a '${folder}/.' .` }
  live.steps = [
    checkOut,
    ...left.map((step) => (step.name === 'Remove everything' ? { ...step, run: `cat record/live.json && ${step.run}` } : step)),
  ]
  const path = join(folder, 'live.yml')
  await writeFile(path, stringify(workflow))
  return path
}

function runAct(act: string, { home, folder, path }: Where, env: Readonly<Record<string, string>>) {
  const credentials = 'aws-actions/configure-aws-credentials@8df5847569e6427dd6c4fb1cf565c83acfa8afa7'
  const given = [
    ...['workflow_dispatch', '-W', path, '-P', 'ubuntu-latest=-self-hosted', '--no-cache-server'],
    ...['--local-repository', `${credentials}=${join(import.meta.dirname, 'credentials')}`],
    ...['--input', `region=${REGION}`, '--input', 'group=shop', '--var', 'LIVE_ROLE_ARN=arn:aws:iam::123456789012:role/live'],
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
  ]
  return new Promise<{ code: number | null; log: string }>((done) => {
    const own = { HOME: home, PATH: toPath(), LANG: 'C.UTF-8' }
    const options = { cwd: folder, env: own, timeout: LIMIT_MS, maxBuffer: 2 ** 26 }
    const child = execFile(act, given, options, (_, stdout, stderr) => done({ code: child.exitCode, log: stdout + stderr }))
  })
}
