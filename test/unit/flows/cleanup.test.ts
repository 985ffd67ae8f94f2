import { describe, expect, it } from 'vitest'
import { runCleanup } from '../../../src/flows/cleanup.ts'
import { type CleanupInputs, parseCleanup } from '../../../src/model/inputs/cleanup.ts'
import { TAG, type Tags } from '../../../src/model/tags.ts'
import { judgeCleanup, renderCleanup, toCleanupOutputs } from '../../../src/report/cleanup.ts'
import { ACCOUNT, fakePlan, moment } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld, type Overrides, rejecting, simulated } from '../../fakes/world.ts'

const INPUTS: CleanupInputs = {
  region: 'eu-west-1',
  run: 'o/r/1',
  expired: true,
  roleName: 'r',
  deleteRole: true,
  dryRun: false,
  rehearsal: false,
}
const TAGS = fakePlan().tags
const LOOKED = 'Users of the role r were looked for in eu-west-1 only: it may be in use in other regions.'

function full(overrides: Overrides = {}): FakeWorld {
  const world = fakeWorld(overrides)
  const template = { token: '', description: '', roleArn: 'arn:r', actionId: '', parameters: {}, batches: [], tags: TAGS }
  world.account.roles.set('r', { arn: 'arn:r', name: 'r', trust: '', tags: TAGS })
  world.account.templates.set('EXT1', template)
  world.account.experiments.set('EXP1', { id: 'EXP1', templateId: 'EXT1', tags: TAGS, token: '', actions: [], startMs: 0 })
  return world
}

const ids = (leftovers: readonly { id: string }[]) => leftovers.map(({ id }) => id)

describe('runCleanup', () => {
  it('sweeps, sees what it stopped end, and then the role may go', async () => {
    const world = full()
    const result = await runCleanup(world, INPUTS)
    expect(result).toMatchObject({ account: ACCOUNT, failed: [], spared: [], notes: [LOOKED] })
    expect(ids(result.removed)).toEqual(['EXP1', 'EXT1', 'r'])
    expect(ids(result.found)).toEqual(['EXP1', 'EXT1', 'r'])
    const order = world.called('fis.readExperiment', 'iam')
    expect(order.indexOf('fis.readExperiment')).toBeLessThan(order.indexOf('iam.readRole'))
    expect(JSON.parse(toCleanupOutputs(result, INPUTS).removed)).toEqual([
      { kind: 'experiment', id: 'EXP1', run: 'o/r/1/1', because: 'run' },
      { kind: 'template', id: 'EXT1', run: 'o/r/1/1', because: 'run' },
      { kind: 'role', id: 'r', run: 'o/r/1/1', because: 'run' },
    ])
    expect(judgeCleanup(result, INPUTS)).toEqual({ pass: true, text: '3 leftovers removed.', hint: '' })
  })

  it('does not ask for a role when it is not told to delete one', async () => {
    const world = full()
    await runCleanup(world, { ...INPUTS, deleteRole: false })
    expect(world.called('iam')).toEqual([])
    expect(world.called('fis.readExperiment')).toHaveLength(1)
  })

  it('shows in a dry run what would go, the role too, though it is still used', async () => {
    const inputs = { ...INPUTS, dryRun: true }
    const result = await runCleanup(full(), inputs)
    expect(ids(result.found)).toEqual(['EXP1', 'EXT1', 'r'])
    expect(toCleanupOutputs(result, inputs)).toEqual({ removed: '[]', rehearsal: 'false' })
    expect(judgeCleanup(result, inputs).text).toBe('3 leftovers would be removed.')
    expect(renderCleanup(result, inputs)).toMatch(/^## ✅ Clean-up \(dry run\): 3 leftovers would be removed\./)
    expect(renderCleanup(result, inputs).match(/would be removed +\|/g)).toHaveLength(3)
  })

  it('spares what other jobs of the run may be using, and says how to have it removed all the same', async () => {
    const world = full()
    const inputs = { ...INPUTS, job: 'test/2' }
    const result = await runCleanup(world, inputs)
    expect(result.removed).toEqual([])
    expect(ids(result.spared)).toEqual(['EXP1', 'EXT1'])
    expect(result.notes).toMatchObject([expect.stringContaining('may need it until')])
    expect(renderCleanup(result, inputs)).toContain(
      'Left alone, because another job may still be using it: experiment `EXP1`, template `EXT1`. `run: o/r/1` removes everything of this run.',
    )
    expect(ids((await runCleanup(full(), { ...INPUTS, job: 'test/1' })).removed)).toEqual(['EXP1', 'EXT1', 'r'])
  })

  it('deletes the roles that runs made for themselves with the shared one, and leaves those of living runs without a word', async () => {
    const world = full()
    const own = (invocation: string, tags: Tags) => {
      const name = `r-${invocation.slice(0, 8)}`
      world.account.roles.set(name, { arn: `arn:${name}`, name, trust: '', tags: { ...TAGS, ...tags, [TAG.invocation]: invocation } })
    }
    own('aaaaaaaa-0f5e-4b6e-9d57-0d6b8d3a9f10', {})
    own('bbbbbbbb-0f5e-4b6e-9d57-0d6b8d3a9f10', { [TAG.run]: 'o/x/1/1' })
    const result = await runCleanup(world, INPUTS)
    expect(ids(result.removed)).toEqual(['EXP1', 'EXT1', 'r', 'r-aaaaaaaa'])
    expect(result.notes).toEqual([LOOKED])
    expect([...world.account.roles.keys()]).toEqual(['r-bbbbbbbb'])
  })

  it('says that it may not look for such roles, and goes on', async () => {
    const result = await runCleanup(full({ iam: { listRoles: rejecting('denied', 'no listing') } }), INPUTS)
    expect(ids(result.removed)).toEqual(['EXP1', 'EXT1', 'r'])
    expect(result.notes[0]).toBe('Roles that single runs made for themselves could not be looked for: no listing.')
  })

  it('refuses to delete the role where nobody can see who uses it', async () => {
    let lists = 0
    const listExperiments = async () => {
      lists += 1
      return lists <= 2 ? [] : rejecting('denied', 'no looking')()
    }
    const result = await runCleanup(full({ fis: { listExperiments } }), INPUTS)
    expect(ids(result.failed)).toEqual(['r'])
    expect(judgeCleanup(result, INPUTS).text).toContain('Nobody can see here who uses the role r, so it is not deleted: no looking')
  })

  it('warns of a role that stays', async () => {
    const world = full()
    world.account.roles.set('r', { arn: 'arn:r', name: 'r', trust: '', tags: { [TAG.managedBy]: 'x' } })
    const result = await runCleanup(world, INPUTS)
    expect(result.notes).toEqual(['The role r was not made by this action, so it is not deleted.'])
    expect(world.recorded('warned')).toMatchObject([{ what: result.notes[0] }])
    expect(renderCleanup(result, INPUTS)).toContain('> ⚠ The role r was not made by this action')
    expect(judgeCleanup(result, INPUTS).pass).toBe(true)
  })

  it('fails for what is left, with the commands', async () => {
    const result = await runCleanup(full({ iam: { deleteRole: rejecting('denied', 'not allowed') } }), INPUTS)
    expect(ids(result.removed)).toEqual(['EXP1', 'EXT1'])
    const { pass, text, hint } = judgeCleanup(result, INPUTS)
    expect([pass, text]).toEqual([false, 'The role r is left behind: not allowed.'])
    expect(hint).toMatch(/^By hand: aws iam delete-role-policy .* ; aws iam delete-role --role-name r$/)
    const summary = renderCleanup(result, INPUTS)
    expect(summary).toMatch(/^## ❌ Clean-up: not everything could be removed/)
    expect(summary).toMatch(/\| role +\| `r` .*LEFT BEHIND: not allowed/)
    expect(summary).toContain('```sh\naws iam delete-role-policy')
  })

  it('says how many there are beyond what a summary can show', () => {
    const found = Array.from(
      { length: 1500 },
      (_, index) => ({ resource: 'template', id: `EXT${index}`, run: 'o/r/1/1', because: 'expired' }) as const,
    )
    const summary = renderCleanup({ account: ACCOUNT, found, removed: found, failed: [], spared: [], notes: [] }, { ...INPUTS, run: null })
    expect(summary).toContain('And 500 more; the log has them all.')
    expect(summary).not.toContain('run `')
    expect(Buffer.byteLength(summary)).toBeLessThan(500_000)
  })

  it('counts one as one, and none as none', async () => {
    const world = full()
    world.account.experiments.clear()
    const result = await runCleanup(world, { ...INPUTS, deleteRole: false })
    expect(judgeCleanup(result, INPUTS).text).toBe('1 leftover removed.')
    expect(judgeCleanup(await runCleanup(fakeWorld(), { ...INPUTS, run: null }), INPUTS).text).toBe('0 leftovers removed.')
  })

  it('goes by the time at which it began', async () => {
    const world = full()
    world.account.templates.clear()
    world.account.experiments.clear()
    world.account.roles.set('r', {
      arn: 'arn:r',
      name: 'r',
      trust: '',
      tags: { ...TAGS, [TAG.run]: 'o/x/1/1', [TAG.expiresAt]: moment(-1).toISOString() },
    })
    expect((await runCleanup(world, INPUTS)).removed).toMatchObject([{ id: 'r', because: 'expired' }])
  })
})

it('refuses an endpoint that is not AWS before the first call, and says of a rehearsal that it is one', async () => {
  const world = { ...full(), endpoints: simulated }
  await expect(runCleanup(world, INPUTS)).rejects.toMatchObject({ fault: 'refused' })
  expect(world.called()).toEqual([])
  const inputs = { ...INPUTS, rehearsal: true }
  const result = await runCleanup(world, inputs)
  expect(renderCleanup(result, inputs)).toMatch(/^## ✅ Clean-up \(rehearsal, not AWS\): /)
  expect(toCleanupOutputs(result, inputs).rehearsal).toBe('true')
})

describe('parseCleanup', () => {
  const parse = (given: Record<string, string>, run: string | null = 'o/r/7', job = 'build') =>
    parseCleanup((name) => given[name] ?? '', { AWS_REGION: 'eu-west-1' }, { run, job })

  it('means this job of the current run and everything expired by default', () => {
    expect(parse({ leg: '41' })).toEqual({
      region: 'eu-west-1',
      run: 'o/r/7',
      job: 'build/41',
      expired: true,
      roleName: 'FIS-SpotMinimalRole',
      deleteRole: false,
      dryRun: false,
      rehearsal: false,
    })
    expect(parse({}, null).run).toBeNull()
  })

  it.each([
    ['leg', { leg: '' }, 'build'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the expression that the runner evaluates
    ['leg, as where nobody evaluates the default', { leg: '${{ job.check_run_id || strategy.job-index }}' }, 'build'],
    ['job', { leg: '41' }, ''],
  ])('means nothing of the current run where the %s is not known', (_, given, job) => {
    expect(parse(given, 'o/r/7', job)).toMatchObject({ run: 'o/r/7', job: '' })
  })

  it('takes what is given', () => {
    const flags = { 'delete-role': 'true', 'dry-run': 'true', rehearsal: 'true' }
    const given = { region: 'us-east-1', run: 'a/b.c/12', expired: 'false', 'role-name': 'x', ...flags }
    expect(parse(given)).toEqual({
      region: 'us-east-1',
      run: 'a/b.c/12',
      expired: false,
      roleName: 'x',
      deleteRole: true,
      dryRun: true,
      rehearsal: true,
    })
  })

  it.each(['12', 'a/12', 'a/b/c', 'a/b/12/1', 'a/b/', ' a / b / 1'])('refuses the run %j', (run) => {
    expect(() => parse({ run })).toThrowError(expect.objectContaining({ fault: 'usage', message: expect.stringContaining('run: got') }))
  })
})
