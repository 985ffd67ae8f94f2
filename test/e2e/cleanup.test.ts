import { afterEach, describe, expect, it } from 'vitest'
import { type Harness, type HarnessOptions, JOB, LEG, openHarness, REGION, ROLE, RUN, type State, TARGET } from '../crash/fixture.ts'
import { expectExit } from '../exit.ts'
import { errorOf } from './scenario.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
// biome-ignore lint/suspicious/noTemplateCurlyInString: the expression that a runner evaluates
const LEG_EXPRESSION = '${{ job.check_run_id || strategy.job-index }}'
const UUID = '6f1c1a52-0f5e-4b6e-9d57-0d6b8d3a9f1'

const open: Harness[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()))
})

async function onHarness(options: HarnessOptions): Promise<Harness> {
  const harness = await openHarness({ speed: 30, ...options })
  open.push(harness)
  return harness
}

const cleanup = async (harness: Harness, inputs: State = {}, env: State = {}) => (await harness.start('cleanup', { inputs, env })).done

/** Tags as this action gives them; a run that expires `minutes` from now. */
function ours(run: string, minutes: number, { n = 0, job = `${JOB}/${LEG}` } = {}): Record<string, string> {
  return {
    ManagedBy: 'spot-interrupt',
    'spot-interrupt:run': run,
    'spot-interrupt:job': job,
    'spot-interrupt:invocation': `${UUID}${n % 10}`,
    'spot-interrupt:created-at': new Date(NOW - 3600_000).toISOString(),
    'spot-interrupt:expires-at': new Date(NOW + minutes * 60_000).toISOString(),
    'spot-interrupt:mode': 'interruption',
  }
}

const template = (id: string, tags: Record<string, string>, foreign = false) => ({ id, region: REGION, tags, foreign })
const experiment = (id: string, tags: Record<string, string>, foreign = false) => ({
  id,
  region: REGION,
  state: 'running' as const,
  tags,
  foreign,
})

const left = (harness: Harness) => harness.simulator.leftovers().leftovers.map(({ id }) => id)
const removed = (outputs: State) => (JSON.parse(outputs.removed ?? '[]') as { id: string }[]).map(({ id }) => id)

/** Everything that may lie around: what is meant, and what is not. */
const MIXED = {
  experiments: [
    experiment('EXPmine', ours(`${RUN}/1`, 60)),
    experiment('EXPexpired', ours('octo/other/1/1', -1)),
    experiment('EXPliving', ours('octo/other/2/1', 60), true),
    experiment('EXPforeign', { team: 'payments' }, true),
  ],
  templates: [
    template('EXTmine', ours(`${RUN}/2`, 60)),
    template('EXTexpired', ours('octo/other/1/1', -1)),
    template('EXTliving', ours('octo/other/2/1', 60), true),
    template('EXTlonger', ours(`${RUN}1/1`, 60), true),
    template('EXTforeign', { ManagedBy: 'terraform' }, true),
    template('EXTalmost', { ManagedBy: 'spot-interrupt', 'spot-interrupt:run': `${RUN}/1` }, true),
    template('EXTold', { ...ours('octo/other/3/1', 0), 'spot-interrupt:expires-at': 'never' }, true),
  ],
}

describe('clean-up', () => {
  it('removes what is of the run or has expired, and nothing else', async () => {
    const harness = await onHarness({ seed: MIXED })
    const result = await cleanup(harness)
    expectExit(result, 0)
    expect(removed(result.outputs).sort()).toEqual(['EXPexpired', 'EXPmine', 'EXTexpired', 'EXTmine'])
    expect(result.summary).toMatch(/\| template +\| `EXTmine` .*of that run .*deleted/)
    expect(left(harness)).toEqual([])
    expect(harness.simulator.leftovers().foreignTouched).toEqual([])
  })

  it.each([
    ['a sibling of the matrix', { leg: '2' }, {}],
    ['another job of the run', {}, { GITHUB_JOB: 'deploy' }],
    ['a runner that does not tell the leg', { leg: '' }, {}],
    ['a runner that leaves the expression as it is', { leg: LEG_EXPRESSION }, {}],
  ] as readonly [string, State, State][])('spares what this job made when it runs in %s', async (_, inputs, env) => {
    const harness = await onHarness({ seed: MIXED })
    const result = await cleanup(harness, inputs, env)
    expectExit(result, 0)
    expect(removed(result.outputs).sort()).toEqual(['EXPexpired', 'EXTexpired'])
    expect(result.stdout).toContain('Experiment EXPmine of octo/service/4711/1 is left alone: another job may be using it')
    expect(result.summary).toContain('`run: octo/service/4711` removes everything of this run.')
    expect(left(harness).sort()).toEqual(['EXPmine', 'EXTmine'])
  })

  it('takes what every job of a run made when the run is named', async () => {
    const harness = await onHarness({ seed: MIXED })
    const result = await cleanup(harness, { run: RUN, leg: '2' }, { GITHUB_JOB: 'deploy' })
    expect(removed(result.outputs).sort()).toEqual(['EXPexpired', 'EXPmine', 'EXTexpired', 'EXTmine'])
  })

  it('leaves what has expired to others when told so, and takes another run by name', async () => {
    const harness = await onHarness({ seed: MIXED })
    const result = await cleanup(harness, { expired: 'false', run: 'octo/other/1' })
    expect(removed(result.outputs).sort()).toEqual(['EXPexpired', 'EXTexpired'])
    expect(left(harness).sort()).toEqual(['EXPmine', 'EXTmine'])
    expect(harness.simulator.leftovers().foreignTouched).toEqual([])
  })

  it('only tells in a dry run', async () => {
    const harness = await onHarness({ seed: MIXED })
    const result = await cleanup(harness, { 'dry-run': 'true' })
    expect(result.outputs.removed).toBe('[]')
    expect(result.summary).toMatch(/EXPexpired.*would be removed/)
    expect(result.stdout).toContain('Expired leftover of octo/other/1/1 would be removed: experiment EXPexpired')
    expect(result.stdout).toContain('Leftover of octo/service/4711/2 would be removed: template EXTmine')
    expect(left(harness)).toHaveLength(4)
    expect(harness.simulator.journal().filter(({ operation }) => /^(Stop|Delete)/.test(operation))).toEqual([])
  })

  it('pages through any number', async () => {
    const templates = Array.from({ length: 260 }, (_, index) =>
      template(`EXT${index}`, ours('octo/other/1/1', index % 2 === 0 ? -1 : 60, { n: index }), index % 2 === 1),
    )
    const harness = await onHarness({ seed: { templates } })
    const result = await cleanup(harness)
    expect(removed(result.outputs)).toHaveLength(130)
    expect(left(harness)).toEqual([])
    expect(harness.simulator.leftovers().foreignTouched).toEqual([])
  })

  it('fails for what it may not remove, with the commands, and goes on with the rest', async () => {
    const faults = [{ service: 'fis', operation: 'StopExperiment', fault: 'denied', nth: 1 }] as const
    const harness = await onHarness({ seed: MIXED, faults })
    const result = await cleanup(harness)
    expectExit(result, 1)
    expect(errorOf(result)).toMatch(
      /The experiment EXP(mine|expired) is left behind.*By hand: aws fis stop-experiment --region us-east-1 --id EXP/,
    )
    expect(removed(result.outputs)).toHaveLength(3)
  })

  it('finds bad input before it asks AWS', async () => {
    const harness = await onHarness({ seed: MIXED })
    const result = await cleanup(harness, { run: 'service/1', expired: 'yes', region: '' })
    expect(errorOf(result)).toMatch(/^Bad input: region: .*\| run: .*\| expired: /)
    expect(harness.simulator.journal()).toEqual([])
  })
})

describe('delete-role', () => {
  const role = (tags: Record<string, string>, foreign = false) => ({ name: ROLE, tags, foreign })
  const roleArn = `arn:aws:iam::123456789012:role/${ROLE}`

  it('deletes a role of the run once what used it is gone', async () => {
    const seed = {
      roles: [{ ...role(ours(`${RUN}/1`, 60)), policies: { FISSpotInterruptionsMinimal: { Version: '2012-10-17', Statement: [] } } }],
      templates: [{ ...template('EXTmine', ours(`${RUN}/1`, 60)), roleArn }],
      experiments: [{ ...experiment('EXPmine', ours(`${RUN}/1`, 60)), roleArn }],
    }
    const harness = await onHarness({ seed })
    const result = await cleanup(harness, { 'delete-role': 'true' })
    expectExit(result, 0)
    expect(removed(result.outputs)).toEqual(['EXPmine', 'EXTmine', ROLE])
    expect(left(harness)).toEqual([])
  })

  it.each([
    ['a template', { templates: [{ ...template('EXTtheirs', {}, true), roleArn }] }, /template EXTtheirs uses the role/],
    [
      'an experiment',
      { experiments: [{ ...experiment('EXPtheirs', {}, true), roleArn }] },
      /experiment EXPtheirs, which is running, uses the role/,
    ],
  ])('leaves a role that %s of somebody else uses', async (_, users, why) => {
    const harness = await onHarness({ seed: { roles: [role(ours(`${RUN}/1`, -1))], ...users } })
    const result = await cleanup(harness, { 'delete-role': 'true' })
    expectExit(result, 0)
    expect(result.stdout).toMatch(why)
    expect(left(harness)).toEqual([ROLE])
  })

  it.each([
    ['that is not ours', { Owner: 'platform' }, /was not made by this action/],
    ['of a run that may live', ours('octo/other/9/1', 10), /may need it until/],
  ])('leaves a role %s', async (_, tags, why) => {
    const harness = await onHarness({ seed: { roles: [role(tags, true)] } })
    const result = await cleanup(harness, { 'delete-role': 'true' })
    expect(result.stdout).toMatch(why)
    expect(harness.simulator.leftovers().foreignTouched).toEqual([])
  })
})

describe('the sweep of the main action', () => {
  const POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
  const seed = {
    ...MIXED,
    instances: [{ id: TARGET, region: REGION }],
    roles: [{ name: ROLE, policies: { FISSpotInterruptionsMinimal: POLICY } }],
    experiments: MIXED.experiments.slice(0, 2),
  }

  it('takes what has expired, after the watch, and nothing of any run by name', async () => {
    const harness = await onHarness({ seed, speed: 40 })
    const result = await (await harness.start('main')).done
    expectExit(result, 0)
    expect(left(harness).sort()).toEqual(['EXPmine', 'EXTmine'])
    expect(result.stdout).toContain('Expired leftover of octo/other/1/1 removed: template EXTexpired')
    expect(harness.simulator.leftovers().foreignTouched).toEqual([])
  })

  it('may be denied: the step passes, and says what may stay', async () => {
    const faults = [{ service: 'fis', operation: 'ListExperiment*', fault: 'denied' }] as const
    const harness = await onHarness({ seed, speed: 40, faults })
    const result = await (await harness.start('main')).done
    expectExit(result, 0)
    expect(result.stdout).toMatch(/⚠ Expired leftovers of other runs may stay: AWS refused fis:ListExperiment/)
    expect(result.stdout).not.toContain('::warning')
  })

  it('can be switched off', async () => {
    const harness = await onHarness({ seed, speed: 40, inputs: { sweep: 'false', 'delete-role': 'false' } })
    const result = await (await harness.start('main')).done
    expectExit(result, 0)
    // Preflight lists experiments, the sweep also templates.
    expect(harness.simulator.journal().filter(({ operation }) => operation === 'ListExperimentTemplates')).toEqual([])
  })
})
