/** One random run: faults of AWS, a setting of one switch and at times a kill, all drawn from a seed; and what has to hold however it goes. */
import fc from 'fast-check'
import type { StageResult } from '../../scripts/runner.ts'
import { faultKinds } from '../../simulator/admin/faults.ts'
import { logOf } from '../exit.ts'
import { cancel, type Fault, type Harness, type HarnessOptions, openHarness, type Play, REGION, ROLE, TARGET } from './fixture.ts'

const SPEED = 30

const OPERATIONS = [
  'sts:GetCallerIdentity',
  'fis:GetAction',
  'fis:CreateExperimentTemplate',
  'fis:StartExperiment',
  'fis:GetExperiment',
  'fis:StopExperiment',
  'fis:DeleteExperimentTemplate',
  'fis:List*',
  'ec2:DescribeInstances',
  'ec2:DescribeSpotInstanceRequests',
  'iam:GetRole',
  'iam:CreateRole',
  'iam:PutRolePolicy',
  'iam:DeleteRolePolicy',
  'iam:DeleteRole',
] as const

/** Held replies are for scenarios that let them go; here nobody would. */
const KINDS = faultKinds.filter((kind) => kind !== 'hold' && kind !== 'commit-hold')

const fault: fc.Arbitrary<Fault> = fc
  .record({
    at: fc.constantFrom(...OPERATIONS),
    kind: fc.constantFrom(...KINDS),
    from: fc.integer({ min: 1, max: 3 }),
    more: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 3 }) }, { weight: 1, arbitrary: fc.constant(null) }),
    seconds: fc.integer({ min: 1, max: 30 }),
  })
  .map(({ at, kind, from, more, seconds }) => {
    const [service, operation] = at.split(':') as ['fis' | 'iam' | 'ec2' | 'sts', string]
    const timed = kind === 'slow' || kind === 'roleNotAssumable' || kind === 'staleRead'
    return { service, operation, fault: kind, nth: { from, ...(more === null ? {} : { to: from + more }) }, ...(timed ? { seconds } : {}) }
  })

const switches: fc.Arbitrary<NonNullable<HarnessOptions['switches']>> = fc.oneof(
  fc.constant({}),
  fc.record({ completed: fc.constantFrom('early', 'notice', 'interruption') }),
  fc.record({ stop: fc.constantFrom('ignores', 'recalls') }),
  fc.record({ stopFinished: fc.constantFrom('error', 'ok') }),
  fc.record({ deleteRunning: fc.constantFrom('ok', 'conflict') }),
  fc.record({ pendingSeconds: fc.integer({ min: 0, max: 10 }) }),
  fc.record({ roleLagSeconds: fc.integer({ min: 0, max: 20 }) }),
)

const blow = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.record({
      how: fc.constantFrom('kill', 'cancel'),
      at: fc.constantFrom(...OPERATIONS.filter((name) => !name.endsWith('*'))),
    }),
  },
)

const plan = fc.record({
  faults: fc.array(fault, { minLength: 1, maxLength: 3 }),
  switches,
  blow,
  waitFor: fc.constantFrom('interruption', 'experiment'),
})

type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never

export function planOf(seed: number): Plan {
  const [drawn] = fc.sample(plan, { seed, numRuns: 1 })
  if (drawn === undefined) throw new Error('nothing was drawn')
  return drawn
}

/** Plays the run of a seed, main and post; what did not hold. */
export async function playSeed(seed: number): Promise<{ readonly wrong: readonly string[]; readonly how: string }> {
  const { faults, switches: set, blow: hit, waitFor } = planOf(seed)
  const harness = await openHarness({
    speed: SPEED,
    faults,
    switches: set,
    inputs: { 'wait-for': waitFor },
    seed: { instances: [{ id: TARGET, region: REGION }], roles: [{ name: 'Theirs' }], templates: [{ id: 'EXTtheirs', region: REGION }] },
  })
  try {
    const play = await harness.start('main')
    const main = await strike(harness, play, hit)
    const post = await (await harness.start('post', { state: main.state })).done
    const how = `main ${main.code ?? main.signal}, post ${post.code}`
    return { how, wrong: [...findMainFaults(harness, main), ...findLastFaults(harness, post)] }
  } finally {
    await harness.close()
  }
}

async function strike(harness: Harness, play: Play, hit: Plan['blow']): Promise<StageResult> {
  if (hit === undefined || !(await harness.arrival(hit.at, 1, play))) return await play.done
  if (hit.how === 'cancel') return (await cancel(play, SPEED)).result
  play.child.kill('SIGKILL')
  return await play.done
}

/** A step that passes has seen an experiment complete; one that fails says so once. */
function findMainFaults({ simulator }: Harness, main: StageResult): readonly string[] {
  const { code, signal, outputs } = main
  if (signal !== null) return []
  const errors = countErrors(main.stdout)
  if (code !== 0) return errors === 1 ? [] : [`main failed with ${errors} errors. ${logOf(main)}`]
  const { experiments } = simulator.state() as { experiments: Record<string, unknown> }
  const known = Object.keys(experiments).includes(outputs['experiment-id'] ?? '')
  return known && outputs.state === 'completed' && errors === 0
    ? []
    : [`main passed with state ${outputs.state} and ${errors} errors. ${logOf(main)}`]
}

/** Clean, or a failing post that names everything that is left. */
function findLastFaults({ simulator }: Harness, post: StageResult): readonly string[] {
  const { code, stdout } = post
  const { leftovers, foreignTouched, strict } = simulator.leftovers()
  const error = stdout.split('\n').find((line) => line.startsWith('::error::')) ?? ''
  const named = (kind: string, id: string) =>
    error.includes(id) || (kind !== 'role' && new RegExp(`aws fis list-experiment${kind === 'template' ? '-templates' : 's'} `).test(error))
  return [
    ...foreignTouched.map(({ id, operation }) => `touched ${id} with ${operation}`),
    ...strict.map(({ name }) => `asked what AWS does not know: ${name}`),
    ...leftovers
      .filter(({ kind, id }) => !(code === 1 && named(kind, id === ROLE ? ROLE : id)))
      .map(({ kind, id }) => `left without a word: ${kind} ${id}`),
    ...(code === 0 || (code === 1 && error !== '') ? [] : [`post ended with ${code ?? post.signal}. ${logOf(post)}`]),
  ]
}

function countErrors(stdout: string): number {
  return stdout.split('\n').filter((line) => line.startsWith('::error::')).length
}
