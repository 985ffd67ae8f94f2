import { describe, expect, it } from 'vitest'
import { POLICY_NAME } from '../../../src/model/fis.ts'
import { TAG, type Tags } from '../../../src/model/tags.ts'
import { awaitStopped, sweep, sweepExpired, sweepRole } from '../../../src/steps/sweep.ts'
import { experiment, fakePlan, INVOCATION, moment } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld, type Overrides, rejecting } from '../../fakes/world.ts'

const MINE = fakePlan().tags
const OVER: Tags = { ...MINE, [TAG.run]: 'o/other/1/1', [TAG.expiresAt]: moment(-1).toISOString() }
const LIVING: Tags = { ...MINE, [TAG.run]: 'o/other/2/1' }
const FOREIGN: Tags = { [TAG.managedBy]: 'terraform' }
const scope = (changes = {}) => ({ run: 'o/r/1', expired: true, now: moment(0), ...changes })

function put(world: FakeWorld, kind: 'EXT' | 'EXP', name: string, tags: Tags): void {
  const recipe = { token: '', description: '', roleArn: 'arn:theirs', actionId: '', parameters: {}, batches: [], tags }
  if (kind === 'EXT') world.account.templates.set(`EXT${name}`, recipe)
  else world.account.experiments.set(`EXP${name}`, { id: `EXP${name}`, templateId: `EXT${name}`, tags, token: '', actions: [], startMs: 0 })
}

/** Templates and running experiments of this run, of one that is over, of one that lives, and of somebody else. */
function mixed(overrides: Overrides = {}): FakeWorld {
  const world = fakeWorld(overrides)
  for (const kind of ['EXT', 'EXP'] as const) {
    for (const [name, tags] of Object.entries({ mine: MINE, over: OVER, living: LIVING, foreign: FOREIGN })) put(world, kind, name, tags)
  }
  return world
}

const stopped = ({ account }: FakeWorld) =>
  [...account.experiments.values()].filter(({ stoppedMs }) => stoppedMs !== undefined).map(({ id }) => id)
const ids = (leftovers: readonly { id: string }[]) => leftovers.map(({ id }) => id)

describe('sweep', () => {
  it('stops before it deletes, and only what is meant', async () => {
    const world = mixed()
    const { found, removed, failed } = await sweep(world, scope())
    expect(ids(removed)).toEqual(['EXPmine', 'EXPover', 'EXTmine', 'EXTover'])
    expect(found).toEqual(removed)
    expect(failed).toEqual([])
    expect(removed.map(({ because }) => because)).toEqual(['run', 'expired', 'run', 'expired'])
    expect(stopped(world)).toEqual(['EXPmine', 'EXPover'])
    expect([...world.account.templates.keys()]).toEqual(['EXTliving', 'EXTforeign'])
    expect(world.called('fis.stop', 'fis.delete')).toEqual([
      'fis.stopExperiment',
      'fis.stopExperiment',
      'fis.deleteTemplate',
      'fis.deleteTemplate',
    ])
    expect(world.recorded('swept').map(({ resource, id, run, because }) => [resource, id, run, because])).toEqual([
      ['experiment', 'EXPmine', 'o/r/1/1', 'run'],
      ['experiment', 'EXPover', 'o/other/1/1', 'expired'],
      ['template', 'EXTmine', 'o/r/1/1', 'run'],
      ['template', 'EXTover', 'o/other/1/1', 'expired'],
    ])
  })

  it('removes nothing in a dry run, and finds the same', async () => {
    const world = mixed()
    const { found, removed } = await sweep(world, scope(), { dryRun: true })
    expect(ids(found)).toEqual(['EXPmine', 'EXPover', 'EXTmine', 'EXTover'])
    expect(removed).toEqual([])
    expect(world.called('fis.stop', 'fis.delete')).toEqual([])
  })

  it('does not stop what is over by itself', async () => {
    const world = mixed()
    await world.clock.sleep(60_000)
    expect(ids((await sweep(world, scope({ now: moment(0) }))).removed)).toEqual(['EXTmine', 'EXTover'])
    expect(world.called('fis.stop')).toEqual([])
  })

  it('stops what a dying run has started from a template in the meantime, once', async () => {
    const world = mixed()
    world.account.experiments.delete('EXPmine')
    const { deleteTemplate } = world.fis
    const fis = {
      ...world.fis,
      deleteTemplate: async (id: string) => {
        if (id === 'EXTmine') put(world, 'EXP', 'late', MINE)
        await deleteTemplate(id)
      },
    }
    const { found, removed } = await sweep({ ...world, fis }, scope())
    expect(ids(removed)).toEqual(['EXPover', 'EXTmine', 'EXTover', 'EXPlate'])
    expect(found).toEqual(expect.arrayContaining([...removed]))
    expect(stopped(world)).toEqual(['EXPover', 'EXPlate'])
  })

  it('looks once only where no template had to go', async () => {
    const world = fakeWorld()
    put(world, 'EXP', 'mine', MINE)
    await sweep(world, scope())
    expect(world.called('fis.list')).toEqual(['fis.listExperiments', 'fis.listTemplates'])
  })

  it('goes on after a refusal, and tells what is left and why', async () => {
    const world = mixed({ fis: { stopExperiment: rejecting('denied', 'not allowed') } })
    const { removed, failed } = await sweep(world, scope())
    expect(ids(removed)).toEqual(['EXTmine', 'EXTover'])
    expect(failed).toMatchObject([
      { resource: 'experiment', id: 'EXPmine', why: 'not allowed.' },
      { resource: 'experiment', id: 'EXPover', why: 'not allowed.' },
    ])
    expect(ids(world.recorded('swept'))).toEqual(['EXTmine', 'EXTover'])
  })

  it.each(['expired', 'credentials', 'cancelled'] as const)(
    'ends at once where every further call would fail the same way: %s',
    async (fault) => {
      const world = mixed({ fis: { stopExperiment: rejecting(fault) } })
      await expect(sweep(world, scope())).rejects.toMatchObject({ fault })
      expect(world.called('fis.stop', 'fis.delete')).toEqual(['fis.stopExperiment'])
    },
  )

  it('rejects when it may not even look', async () => {
    await expect(sweep(mixed({ fis: { listTemplates: rejecting('denied') } }), scope())).rejects.toMatchObject({ fault: 'denied' })
  })
})

describe('sweepQuietly', () => {
  it('takes what has expired and nothing of any run by name, and sees it end', async () => {
    const world = mixed()
    await sweepExpired(world)
    expect(ids(world.recorded('swept'))).toEqual(['EXPover', 'EXTover'])
    expect(world.called('fis.readExperiment')).toHaveLength(1)
    expect(world.recorded('unswept')).toEqual([])
  })

  it.each([
    ['look', { listExperiments: rejecting('denied', 'no looking') }, ['no looking.']],
    ['delete', { deleteTemplate: rejecting('denied', 'no deleting') }, ['template EXTover: no deleting.']],
  ])('never fails where it may not %s', async (_, fis, why) => {
    const world = mixed({ fis })
    await sweepExpired(world)
    expect(world.recorded('unswept').map((event) => event.why)).toEqual(why)
  })

  it('goes by our clock, not by any other', async () => {
    const world = fakeWorld()
    put(world, 'EXT', 'soon', { ...OVER, [TAG.expiresAt]: moment(5).toISOString() })
    await sweepExpired(world)
    expect(world.recorded('swept')).toEqual([])
    await world.clock.sleep(6000)
    await sweepExpired(world)
    expect(ids(world.recorded('swept'))).toEqual(['EXTsoon'])
  })
})

describe('awaitStopped', () => {
  it('waits for experiments, all at once, and for nothing else', async () => {
    const world = mixed({ fis: { readExperiment: async (id) => experiment({ id, status: 'stopping' }) } })
    const of = (resource: 'experiment' | 'template' | 'role', id: string) => ({ resource, id, run: '', because: 'run' }) as const
    await awaitStopped(world, [of('experiment', 'EXPmine'), of('template', 'EXTmine'), of('role', 'r')])
    expect(new Set(world.calls.map(({ args }) => args[0]))).toEqual(new Set(['EXPmine']))
    expect(world.clock.monotonicMs()).toBe(16_000)
  })

  it('never rejects: whoever needs them ended looks again', async () => {
    const world = mixed({ fis: { readExperiment: rejecting('denied') } })
    await expect(awaitStopped(world, [{ resource: 'experiment', id: 'EXPmine', run: '', because: 'run' }])).resolves.toBeUndefined()
  })
})

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
    const { gone, kept } = await sweepRole(world, 'r', { scope: scope() })
    expect(gone).toMatchObject({ resource: 'role', id: 'r', run: tags[TAG.run], because })
    expect(kept).toBeUndefined()
    expect(world.called('iam')).toEqual(['iam.readRole', 'iam.deletePolicy', 'iam.deleteRole'])
    expect([world.account.roles.size, world.account.policies.size]).toEqual([0, 0])
    expect(world.recorded('swept')).toMatchObject([{ resource: 'role', id: 'r' }])
  })

  it('does so where no run is named', async () => {
    expect(await sweepRole(withRole(OVER), 'r', { scope: scope({ run: null }) })).toMatchObject({ gone: { because: 'expired' } })
  })

  it('has nothing to do where there is no role', async () => {
    expect(await sweepRole(fakeWorld(), 'r', { scope: scope() })).toEqual({})
  })

  it('only tells in a dry run', async () => {
    const world = withRole(MINE)
    expect(await sweepRole(world, 'r', { scope: scope(), dryRun: true })).toMatchObject({ gone: { id: 'r' } })
    expect(world.account.roles.size).toBe(1)
    expect(world.recorded('swept')).toEqual([])
  })

  it.each([
    ['not ours', { ...MINE, [TAG.managedBy]: 'x' }, /The role r was not made by this action/],
    ['of a run that may live', LIVING, /made by the run o\/other\/2\/1, which may need it until 20/],
  ])('keeps a role that is %s', async (_, tags, why) => {
    const world = withRole(tags)
    const { gone, kept } = await sweepRole(world, 'r', { scope: scope() })
    expect(gone).toBeUndefined()
    expect(kept).toMatch(why)
    expect(world.called('iam.delete', 'fis')).toEqual([])
  })

  const user = (kind: 'EXT' | 'EXP') => {
    const world = withRole(MINE)
    const recipe = { token: '', description: '', roleArn: ARN, actionId: '', parameters: {}, batches: [], tags: FOREIGN }
    world.account.templates.set('EXTtheirs', recipe)
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
    expect(await sweepRole(user(kind), 'r', { scope: scope(), dryRun: true, spare })).toMatchObject({ gone: { id: 'r' } })
  })

  it('does not ask for the role of an experiment that is over', async () => {
    const world = user('EXP')
    await world.clock.sleep(60_000)
    expect(await sweepRole(world, 'r', { scope: scope() })).toMatchObject({ gone: { id: 'r' } })
    expect(world.called('fis.readExperimentRole')).toEqual([])
  })

  it('goes by other roles', async () => {
    const world = withRole(MINE)
    put(world, 'EXT', 'theirs', FOREIGN)
    put(world, 'EXP', 'theirs', FOREIGN)
    expect(await sweepRole(world, 'r', { scope: scope() })).toMatchObject({ gone: { id: 'r' } })
  })

  it('names the run as unknown where the role does not', async () => {
    const { [TAG.run]: run, ...rest } = LIVING
    expect((await sweepRole(withRole(rest), 'r', { scope: scope() })).kept).toContain('made by the run ?,')
    const { [TAG.run]: other, ...over } = OVER
    expect((await sweepRole(withRole(over), 'r', { scope: scope() })).gone).toMatchObject({ run: '' })
  })
})

it('has an invocation that counts as one', () => {
  expect(MINE[TAG.invocation]).toBe(INVOCATION)
})
