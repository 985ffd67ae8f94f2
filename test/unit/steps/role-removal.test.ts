import { describe, expect, it } from 'vitest'
import { POLICY_NAME } from '../../../src/model/fis.ts'
import { TAG, type Tags } from '../../../src/model/tags.ts'
import { findOwnRoles, findRoleUser, sweepRole } from '../../../src/steps/role-removal.ts'
import { fakePlan, INVOCATION, moment } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld, type Overrides, rejecting } from '../../fakes/world.ts'

const MINE = fakePlan().tags
const OVER: Tags = { ...MINE, [TAG.run]: 'o/other/1/1', [TAG.expiresAt]: moment(-1).toISOString() }
const LIVING: Tags = { ...MINE, [TAG.run]: 'o/other/2/1' }
const FOREIGN: Tags = { [TAG.managedBy]: 'terraform' }
const scope = (changes = {}) => ({ run: 'o/r/1', expired: true, now: moment(0), ...changes })

function put(world: FakeWorld, kind: 'EXT' | 'EXP', name: string, tags: Tags): void {
  const request = { token: '', description: '', roleArn: 'arn:theirs', actionId: '', parameters: {}, batches: [], tags }
  if (kind === 'EXT') world.account.templates.set(`EXT${name}`, request)
  else world.account.experiments.set(`EXP${name}`, { id: `EXP${name}`, templateId: `EXT${name}`, tags, token: '', actions: [], startMs: 0 })
}

describe('sweepRole', () => {
  const ARN = 'arn:aws:iam::123456789012:role/r'

  function withRole(tags: Tags, overrides: Overrides = {}): FakeWorld {
    const world = fakeWorld(overrides)
    world.account.roles.set('r', { arn: ARN, name: 'r', trust: '', tags })
    world.account.policies.set(`r/${POLICY_NAME}`, '{}')
    return world
  }

  it.each([
    ['of the run', MINE, 'run'],
    ['of a run that is over', OVER, 'expired'],
    ['that does not say until when', { ...LIVING, [TAG.expiresAt]: undefined } as unknown as Tags, 'expired'],
  ])('deletes a role %s that nobody uses', async (_, tags, because) => {
    const world = withRole(tags)
    const { removed, kept } = await sweepRole(world, 'r', { scope: scope() })
    expect(removed).toMatchObject({ resource: 'role', id: 'r', run: tags[TAG.run], because })
    expect(kept).toBeUndefined()
    expect(world.called('iam')).toEqual(['iam.readRole', 'iam.deletePolicy', 'iam.deleteRole'])
    expect([world.account.roles.size, world.account.policies.size]).toEqual([0, 0])
    expect(world.recorded('swept')).toMatchObject([{ resource: 'role', id: 'r' }])
  })

  it('does so where no run is named', async () => {
    expect(await sweepRole(withRole(OVER), 'r', { scope: scope({ run: null }) })).toMatchObject({ removed: { because: 'expired' } })
  })

  it('has nothing to do where there is no role', async () => {
    expect(await sweepRole(fakeWorld(), 'r', { scope: scope() })).toEqual({})
  })

  it('only tells in a dry run', async () => {
    const world = withRole(MINE)
    expect(await sweepRole(world, 'r', { scope: scope(), dryRun: true })).toMatchObject({ removed: { id: 'r' } })
    expect(world.account.roles.size).toBe(1)
    expect(world.recorded('swept')).toEqual([])
    expect(world.recorded('found')).toMatchObject([{ resource: 'role', id: 'r' }])
  })

  it('means a role that has expired also where nothing else that has is meant', async () => {
    expect(await sweepRole(withRole(OVER), 'r', { scope: scope({ expired: false }) })).toMatchObject({ removed: { because: 'expired' } })
  })

  it.each([
    ['listTemplates', 'denied'],
    ['listExperiments', 'denied'],
    ['readTemplateRole', 'throttled'],
    ['readExperimentRole', 'denied'],
  ] as const)('does not delete a role where nobody can see who uses it: %s is %s', async (call, fault) => {
    const world = withRole(MINE, { fis: { [call]: rejecting(fault, 'no looking') } })
    put(world, 'EXT', 'theirs', FOREIGN)
    put(world, 'EXP', 'theirs', FOREIGN)
    await expect(sweepRole(world, 'r', { scope: scope() })).rejects.toMatchObject({
      fault,
      message: 'Nobody can see here who uses the role r, so it is not deleted: no looking',
    })
    expect(world.called('iam.delete')).toEqual([])
  })

  it('keeps the role of another job of the run, unless the run was named', async () => {
    expect((await sweepRole(withRole(MINE), 'r', { scope: scope({ job: 'test/2' }) })).kept).toContain('may need it until')
    expect(await sweepRole(withRole(MINE), 'r', { scope: scope({ job: 'test/1' }) })).toMatchObject({ removed: { because: 'run' } })
  })

  it.each([
    ['not ours', { ...MINE, [TAG.managedBy]: 'x' }, /The role r was not made by this action/],
    ['of a run that may live', LIVING, /made by the run o\/other\/2\/1, which may need it until 20/],
  ])('keeps a role that is %s', async (_, tags, why) => {
    const world = withRole(tags)
    const { removed, kept } = await sweepRole(world, 'r', { scope: scope() })
    expect(removed).toBeUndefined()
    expect(kept).toMatch(why)
    expect(world.called('iam.delete', 'fis')).toEqual([])
  })

  const user = (kind: 'EXT' | 'EXP') => {
    const world = withRole(MINE)
    const template = { token: '', description: '', roleArn: ARN, actionId: '', parameters: {}, batches: [], tags: FOREIGN }
    world.account.templates.set('EXTtheirs', template)
    put(world, 'EXP', 'theirs', FOREIGN)
    if (kind === 'EXT') world.account.experiments.clear()
    return kind === 'EXT' ? world : { ...world, fis: { ...world.fis, listTemplates: async () => [] } }
  }

  it.each([
    ['EXT', 'The template EXTtheirs uses the role r, so it is not deleted.'],
    ['EXP', 'The experiment EXPtheirs, which is initiating, uses the role r, so it is not deleted.'],
  ] as const)('keeps a role that an %s of anybody uses', async (kind, why) => {
    const world = user(kind)
    expect(await sweepRole(world, 'r', { scope: scope() })).toEqual({ kept: why })
    expect(world.account.roles.size).toBe(1)
  })

  it.each(['EXT', 'EXP'] as const)('does not hold against it what is about to go: %s', async (kind) => {
    const spare = [{ resource: kind === 'EXT' ? 'template' : 'experiment', id: `${kind}theirs`, run: '', because: 'run' }] as const
    expect(await sweepRole(user(kind), 'r', { scope: scope(), dryRun: true, spare })).toMatchObject({ removed: { id: 'r' } })
  })

  it('does not ask for the role of an experiment that is over', async () => {
    const world = user('EXP')
    await world.clock.sleep(60_000)
    expect(await sweepRole(world, 'r', { scope: scope() })).toMatchObject({ removed: { id: 'r' } })
    expect(world.called('fis.readExperimentRole')).toEqual([])
  })

  it('goes by other roles', async () => {
    const world = withRole(MINE)
    put(world, 'EXT', 'theirs', FOREIGN)
    put(world, 'EXP', 'theirs', FOREIGN)
    expect(await sweepRole(world, 'r', { scope: scope() })).toMatchObject({ removed: { id: 'r' } })
  })

  it('names the run as unknown where the role does not', async () => {
    const { [TAG.run]: run, ...rest } = LIVING
    expect((await sweepRole(withRole(rest), 'r', { scope: scope() })).kept).toContain('made by the run ?,')
    const { [TAG.run]: other, ...over } = OVER
    expect((await sweepRole(withRole(over), 'r', { scope: scope() })).removed).toMatchObject({ run: '' })
  })
})

describe('the own role of a run', () => {
  const name = `r-${INVOCATION.slice(0, 8)}`
  const role = { arn: `arn:${name}`, name, trust: '', tags: MINE }
  const template = (tags: Tags) => ({ token: '', description: '', roleArn: role.arn, actionId: '', parameters: {}, batches: [], tags })

  it('is used by a template of that run', async () => {
    const world = fakeWorld()
    world.account.templates.set('EXT1', template(MINE))
    expect(await findRoleUser(world, role)).toBe(`The template EXT1 uses the role ${name}, so it is not deleted.`)
  })

  it('costs no look at the templates of others, which cannot name it', async () => {
    const world = fakeWorld()
    for (let nth = 0; nth < 50; nth++) put(world, 'EXT', `${nth}`, { ...MINE, [TAG.invocation]: INVOCATION.replace('6', '7') })
    expect(await findRoleUser(world, role)).toBeUndefined()
    expect(world.called('fis.readTemplateRole')).toEqual([])
    expect(await findRoleUser(world, { ...role, name: 'r' })).toBeUndefined()
    expect(world.called('fis.readTemplateRole')).toHaveLength(50)
  })

  it('is found next to the shared role, by its name', async () => {
    const world = fakeWorld()
    for (const one of ['r', name, 'r-x-6f1c1a52', 'r-6f1c1a5', 'x']) world.account.roles.set(one, { ...role, name: one })
    expect(await findOwnRoles(world, 'r')).toEqual([name])
  })

  it('is found next to a shared role whose name is as long as names may be', async () => {
    const world = fakeWorld()
    const long = 'l'.repeat(64)
    const own = `${'l'.repeat(55)}-6f1c1a52`
    world.account.roles.set(own, { ...role, name: own })
    expect(await findOwnRoles(world, long)).toEqual([own])
  })
})
