import { describe, expect, it } from 'vitest'
import { TAG, type Tags } from '../../../src/model/tags.ts'
import { awaitStopped, sweep, sweepExpired } from '../../../src/steps/sweep.ts'
import { fakeClock } from '../../fakes/clock.ts'
import { action, experiment, fakePlan, INVOCATION, moment } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld, type Overrides, rejecting } from '../../fakes/world.ts'

const MINE = fakePlan().tags
const OVER: Tags = {
  ...MINE,
  [TAG.run]: 'o/other/1/1',
  [TAG.invocation]: INVOCATION.replace('6', '7'),
  [TAG.expiresAt]: moment(-1).toISOString(),
}
const LIVING: Tags = { ...MINE, [TAG.run]: 'o/other/2/1' }
const FOREIGN: Tags = { [TAG.managedBy]: 'terraform' }
const scope = (changes = {}) => ({ run: 'o/r/1', expired: true, now: moment(0), ...changes })

function put(world: FakeWorld, kind: 'EXT' | 'EXP', name: string, tags: Tags): void {
  const template = { token: '', description: '', roleArn: 'arn:theirs', actionId: '', parameters: {}, batches: [], tags }
  if (kind === 'EXT') world.account.templates.set(`EXT${name}`, template)
  else world.account.experiments.set(`EXP${name}`, { id: `EXP${name}`, templateId: `EXT${name}`, tags, token: '', actions: [], startMs: 0 })
}

/** Templates and running experiments of this run, of one that is over, of one that lives, and of somebody else. */
function mixed(overrides: Overrides = {}): FakeWorld {
  const actions = [action({ startAt: moment(-3600), durationMs: 120_000 })]
  const readExperiment = async (id: string) => {
    const status = world.account.experiments.get(id)?.stoppedMs === undefined ? 'running' : 'stopped'
    return experiment({ id, status, startAt: moment(-3600), actions })
  }
  const world: FakeWorld = fakeWorld({ ...overrides, fis: { readExperiment, ...overrides.fis } })
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
    expect(ids(world.recorded('found'))).toEqual(ids(found))
    expect(removed).toEqual([])
    expect(world.called('fis.stop', 'fis.delete')).toEqual([])
  })

  it('does not stop what is over by itself', async () => {
    const world = mixed()
    await world.clock.sleep(60_000)
    expect(ids((await sweep(world, scope({ now: moment(0) }))).removed)).toEqual(['EXTmine', 'EXTover'])
    expect(world.called('fis.stop')).toEqual([])
  })

  const pending = async (id: string) =>
    experiment({ id, startAt: moment(-60), actions: [action({ startAt: moment(-59), durationMs: 120_000 })] })

  it('spares a pending experiment that has expired by its tag only, and its template', async () => {
    const world = mixed({ fis: { readExperiment: pending } })
    const { removed, spared } = await sweep(world, scope())
    expect(ids(removed)).toEqual(['EXPmine', 'EXTmine'])
    expect(spared).toEqual([
      { resource: 'experiment', id: 'EXPover', run: 'o/other/1/1' },
      { resource: 'template', id: 'EXTover', run: 'o/other/1/1' },
    ])
    expect(ids(world.recorded('spared'))).toEqual(['EXPover', 'EXTover'])
    expect(stopped(world)).toEqual(['EXPmine'])
  })

  it('takes an expired experiment that has run for longer than any run lasts, though it may still interrupt', async () => {
    const actions = [action({ startAt: moment(-1), durationMs: 120_000 })]
    const world = mixed({ fis: { readExperiment: async (id) => experiment({ id, startAt: moment(-4 * 3600 - 1), actions }) } })
    expect(ids((await sweep(world, scope())).removed)).toContain('EXPover')
  })

  it('asks FIS of no experiment but those whose tag says that they have expired', async () => {
    const world = mixed()
    await sweep(world, scope())
    expect(world.calls.filter(({ name }) => name === 'fis.readExperiment').map(({ args }) => args[0])).toEqual(['EXPover'])
  })

  it('takes an experiment that is gone when it is looked at for one that is over', async () => {
    const world = mixed({ fis: { readExperiment: rejecting('missing') } })
    expect(ids((await sweep(world, scope())).removed)).toContain('EXPover')
  })

  it('rejects when it cannot see whether an expired experiment may still interrupt', async () => {
    const world = mixed({ fis: { readExperiment: rejecting('denied') } })
    await expect(sweep(world, scope())).rejects.toMatchObject({ fault: 'denied' })
    expect(world.called('fis.stop', 'fis.delete')).toEqual([])
  })

  it('spares what other jobs of the run made, unless the run was named', async () => {
    const world = mixed()
    const { removed, spared } = await sweep(world, scope({ job: 'test/2' }))
    expect(ids(removed)).toEqual(['EXPover', 'EXTover'])
    expect(ids(spared)).toEqual(['EXPmine', 'EXTmine'])
    expect(ids((await sweep(mixed(), scope({ job: 'test/1' }))).removed)).toContain('EXPmine')
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

describe('sweepExpired', () => {
  it('takes what has expired and nothing of any run by name, and sees it end', async () => {
    const world = mixed()
    await sweepExpired(world)
    expect(ids(world.recorded('swept'))).toEqual(['EXPover', 'EXTover'])
    expect(world.calls.findLastIndex(({ name }) => name === 'fis.readExperiment')).toBeGreaterThan(
      world.calls.findLastIndex(({ name }) => name === 'fis.stopExperiment'),
    )
    expect(world.recorded('unswept')).toEqual([])
    expect(world.called('iam')).toEqual([])
  })

  it.each([
    ['hangs', {}],
    ['goes on', { listTemplates: async () => [] }],
  ])('ends as soon as its time is over, while a call %s', async (_, more) => {
    const abort = new AbortController()
    const world = mixed({ fis: { listExperiments: () => new Promise<never>(() => undefined), ...more } })
    const swept = sweepExpired({ ...world, cancel: abort.signal })
    setImmediate(() => abort.abort())
    await swept
    expect(world.recorded('unswept')).toMatchObject([{ why: 'The step was told to end.' }])
  })

  it('removes nothing more once its time is over', async () => {
    const abort = new AbortController()
    const world = mixed({ fis: { stopExperiment: async () => abort.abort() } })
    await sweepExpired({ ...world, cancel: abort.signal })
    await new Promise((done) => setImmediate(done))
    expect(world.called('fis.stop', 'fis.delete')).toEqual(['fis.stopExperiment'])
    expect(world.recorded('unswept')).toHaveLength(1)
  })

  it('does nothing where it was told to end before, and does not wait for a call that hangs', async () => {
    const world = mixed({ fis: { listExperiments: () => new Promise<never>(() => undefined) } })
    await sweepExpired({ ...world, cancel: AbortSignal.abort() })
    expect(world.recorded('unswept')).toHaveLength(1)
    expect(world.called('fis.stop', 'fis.delete')).toEqual([])
  })

  it('takes the expired roles that runs made for themselves, where it is to look for them', async () => {
    const world = fakeWorld()
    const own = (invocation: string, tags: Tags) => {
      const name = `r-${invocation.slice(0, 8)}`
      world.account.roles.set(name, { arn: `arn:${name}`, name, trust: '', tags: { ...tags, [TAG.invocation]: invocation } })
      return name
    }
    own('aaaaaaaa-0f5e-4b6e-9d57-0d6b8d3a9f10', OVER)
    const living = own('bbbbbbbb-0f5e-4b6e-9d57-0d6b8d3a9f10', LIVING)
    const foreign = own('cccccccc-0f5e-4b6e-9d57-0d6b8d3a9f10', FOREIGN)
    world.account.roles.set('r', { arn: 'arn:r', name: 'r', trust: '', tags: OVER })
    await sweepExpired(world, { ownRoles: 'r' })
    expect([...world.account.roles.keys()]).toEqual([living, foreign, 'r'])
    expect(ids(world.recorded('swept'))).toEqual(['r-aaaaaaaa'])
  })

  it.each([
    ['may not look', { listExperiments: rejecting('denied', 'no looking') }, ['Expired leftovers of other runs may stay: no looking.'], []],
    ['cannot look', { listExperiments: rejecting('throttled', 'too much') }, [], ['too much.']],
    ['may not delete', { deleteTemplate: rejecting('denied', 'no deleting') }, [], ['template EXTover: no deleting.']],
  ])('never fails where it %s', async (_, fis, warned, why) => {
    const world = mixed({ fis })
    await sweepExpired(world)
    expect(world.recorded('warned').map((event) => event.what)).toEqual(warned)
    expect(world.recorded('unswept').map((event) => event.why)).toEqual(why)
  })

  it('goes by AWS’s clock, not by the runner’s', async () => {
    const world = fakeWorld({ clock: fakeClock(moment(-7200)) })
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

it('has an invocation that counts as one', () => {
  expect(MINE[TAG.invocation]).toBe(INVOCATION)
})
