import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../src/model/cleanup/ledger.ts'
import { POLICY_NAME } from '../../../src/model/fis.ts'
import { undo } from '../../../src/steps/undo.ts'
import { experiment, fakePlan, openLedger } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld, type Overrides, rejecting } from '../../fakes/world.ts'

const PLAN = fakePlan()
const ROLE = { kind: 'role', name: 'r', id: 'arn:r', keep: false } as const
const TEMPLATE = { kind: 'template', name: 'token-1', id: 'EXT1' } as const
const EXPERIMENT = { kind: 'experiment', name: 'token-2', id: 'EXP1', templateId: 'EXT1' } as const
const OTHERS = { ...PLAN.tags, 'spot-interrupt:invocation': 'aaaaaaaa-0f5e-4b6e-9d57-0d6b8d3a9f10' }

/** An account with a role `r`, a template EXT1 and an experiment EXP1 that runs, all made by this invocation. */
async function fullWorld(overrides: Overrides = {}, tags = PLAN.tags): Promise<FakeWorld> {
  const world = fakeWorld(overrides)
  world.account.roles.set('r', { arn: 'arn:r', name: 'r', trust: '', tags })
  world.account.policies.set(`r/${POLICY_NAME}`, '{}')
  world.account.templates.set('EXT1', { token: '', description: '', roleArn: '', actionId: '', parameters: {}, batches: [], tags })
  world.account.experiments.set('EXP1', { id: 'EXP1', templateId: 'EXT1', tags, token: '', actions: [], startMs: 0 })
  await world.clock.sleep(5000)
  return world
}

function withoutId({ id, ...entry }: Entry & { id: string }): Entry {
  return entry
}

describe('undo', () => {
  it('stops what runs, deletes its template, sees the end, and then the role goes, its policy first', async () => {
    const [world, ledger] = [await fullWorld(), openLedger([ROLE, TEMPLATE, EXPERIMENT])]
    await expect(undo(world, ledger)).resolves.toBe(true)
    expect(world.called('fis.stop', 'fis.delete', 'iam.delete')).toEqual([
      'fis.stopExperiment',
      'fis.deleteTemplate',
      'iam.deletePolicy',
      'iam.deleteRole',
    ])
    expect(world.recorded('removed').map(({ resource, id, how }) => [resource, id, how])).toEqual([
      ['template', 'EXT1', 'deleted'],
      ['experiment', 'EXP1', 'stopped'],
      ['role', 'r', 'deleted'],
    ])
    expect([world.account.roles.size, world.account.policies.size, world.account.templates.size]).toEqual([0, 0, 0])
  })

  it('saves the ledger as each thing goes, so that a crash leaves only what is left', async () => {
    const ledger = openLedger([ROLE, TEMPLATE, EXPERIMENT])
    await undo(await fullWorld(), ledger)
    expect(ledger.saved.map(({ entries }) => entries.map(({ kind }) => kind))).toEqual([['role', 'experiment'], ['role'], []])
  })

  it('keeps what the user wants to keep, and says so', async () => {
    const [world, ledger] = [await fullWorld(), openLedger([{ ...ROLE, keep: true }, TEMPLATE])]
    await expect(undo(world, ledger)).resolves.toBe(true)
    expect(world.called('iam')).toEqual([])
    expect(world.recorded('kept')).toMatchObject([{ resource: 'role', id: 'r' }])
    expect(world.account.roles.has('r')).toBe(true)
    expect(ledger.state()?.entries).toEqual([{ ...ROLE, keep: true }])
  })

  it('does nothing for an empty ledger, or none', async () => {
    const world = fakeWorld()
    await expect(undo(world, openLedger())).resolves.toBe(true)
    expect(world.calls).toEqual([])
  })

  it('goes on after a failure, leaves the entry and prints the commands', async () => {
    const [world, ledger] = [await fullWorld({ fis: { deleteTemplate: rejecting('denied', 'not allowed') } }), openLedger([ROLE, TEMPLATE])]
    await expect(undo(world, ledger)).resolves.toBe(false)
    expect(ledger.state()?.entries).toEqual([TEMPLATE])
    expect(world.recorded('left')).toMatchObject([
      {
        resource: 'template',
        id: 'EXT1',
        why: expect.stringContaining('not allowed'),
        commands: ['aws fis delete-experiment-template --region eu-west-1 --id EXT1'],
      },
    ])
    expect(world.account.roles.has('r')).toBe(false)
  })

  it('tells a thing without an id by its name', async () => {
    const world = await fullWorld({ fis: { listTemplates: rejecting('denied') } })
    await expect(undo(world, openLedger([withoutId(TEMPLATE)]))).resolves.toBe(false)
    expect(world.recorded('left')).toMatchObject([{ id: 'token-1' }])
  })
})

describe('undo of an experiment', () => {
  it('waits until it has stopped before the role goes, which it may still use', async () => {
    let polls = 0
    const readExperiment = async () => experiment({ status: ++polls < 3 ? 'stopping' : 'stopped' })
    const world = await fullWorld({ fis: { readExperiment } })
    await undo(world, openLedger([ROLE, TEMPLATE, EXPERIMENT]))
    const looking = Array(3).fill('fis.readExperiment')
    expect(world.called('fis', 'iam.delete')).toEqual([
      'fis.stopExperiment',
      'fis.deleteTemplate',
      ...looking,
      'fis.listExperiments',
      'fis.listTemplates',
      'iam.deletePolicy',
      'iam.deleteRole',
    ])
    expect(world.calls.at(-1)?.atMs).toBe(5000 + 2 * 2000)
  })

  it('does not wait for ever for one that is stopping', async () => {
    const [world, ledger] = [
      await fullWorld({ fis: { readExperiment: async () => experiment({ status: 'stopping' }) } }),
      openLedger([EXPERIMENT]),
    ]
    await expect(undo(world, ledger)).resolves.toBe(true)
    expect(world.clock.monotonicMs() - 5000).toBeLessThanOrEqual(17_000)
    expect(ledger.state()?.entries).toEqual([])
  })

  it('leaves one that runs on regardless', async () => {
    const [world, ledger] = [await fullWorld({ fis: { readExperiment: async () => experiment() } }), openLedger([EXPERIMENT])]
    await expect(undo(world, ledger)).resolves.toBe(false)
    expect(ledger.state()?.entries).toEqual([EXPERIMENT])
    expect(world.recorded('left')).toMatchObject([{ commands: ['aws fis stop-experiment --region eu-west-1 --id EXP1'] }])
  })

  it.each([
    ['its template', { ...withoutId(EXPERIMENT), templateId: 'EXT1' }, OTHERS],
    ['our tag', { ...withoutId(EXPERIMENT), templateId: 'EXT9' }, PLAN.tags],
  ])('finds one whose id never came by %s', async (_, entry, tags) => {
    const [world, ledger] = [await fullWorld({}, tags), openLedger([entry])]
    await expect(undo(world, ledger)).resolves.toBe(true)
    expect(world.calls.find(({ name }) => name === 'fis.stopExperiment')?.args).toEqual(['EXP1'])
    expect(world.recorded('removed').filter(({ resource }) => resource === 'experiment')).toMatchObject([{ id: 'EXP1', how: 'stopped' }])
    expect(ledger.state()?.entries).toEqual([])
  })

  it('stops nobody else’s, nor one that is over', async () => {
    const world = await fullWorld()
    world.account.experiments.set('EXP2', { id: 'EXP2', templateId: 'EXT2', tags: OTHERS, token: '', actions: [], startMs: 5000 })
    await world.clock.sleep(18_000)
    await expect(undo(world, openLedger([withoutId(EXPERIMENT)]))).resolves.toBe(true)
    expect(world.called('fis.stop')).toEqual([])
    expect(world.recorded('removed').filter(({ resource }) => resource === 'experiment')).toEqual([])
  })
})

describe('undo of a template', () => {
  it('finds one whose id never came by our tag, and deletes nobody else’s', async () => {
    const world = await fullWorld()
    const [ours] = world.account.templates.values()
    if (ours !== undefined) world.account.templates.set('EXT2', { ...ours, tags: OTHERS })
    await expect(undo(world, openLedger([withoutId(TEMPLATE)]))).resolves.toBe(true)
    expect([...world.account.templates.keys()]).toEqual(['EXT2'])
  })
})

describe('undo of a role', () => {
  it.each([
    ['gone already', 'other', PLAN.tags],
    ['another run’s by now', 'r', OTHERS],
    ['somebody else’s by now', 'r', {}],
  ])('leaves alone what is %s', async (_, name, tags) => {
    const [world, ledger] = [await fullWorld({}, tags), openLedger([{ ...ROLE, name }])]
    await expect(undo(world, ledger)).resolves.toBe(true)
    expect(world.called('iam.delete')).toEqual([])
    expect(world.recorded('removed')).toMatchObject([{ how: 'gone' }])
    expect(ledger.state()?.entries).toEqual([])
  })

  const refuseStop = { stopExperiment: rejecting('denied', 'no stopping') }

  it('leaves it while an experiment runs that FIS refused to stop, and says why', async () => {
    const [world, ledger] = [
      await fullWorld({ fis: { ...refuseStop, readExperiment: async () => experiment() } }),
      openLedger([ROLE, EXPERIMENT]),
    ]
    await expect(undo(world, ledger)).resolves.toBe(false)
    expect(world.called('iam.delete')).toEqual([])
    expect(ledger.state()?.entries).toEqual([ROLE, EXPERIMENT])
    expect(world.recorded('left').map(({ resource, why }) => [resource, why])).toEqual([
      ['experiment', 'no stopping.'],
      ['role', 'An experiment of this run may still use the role r, so it is not deleted.'],
    ])
  })

  it('deletes it once such an experiment has ended by itself', async () => {
    const [world, ledger] = [await fullWorld({ fis: refuseStop }), openLedger([ROLE, EXPERIMENT])]
    await expect(undo(world, ledger)).resolves.toBe(true)
    expect(world.recorded('removed').map(({ id, how }) => [id, how])).toEqual([
      ['EXP1', 'ended'],
      ['r', 'deleted'],
    ])
    expect(world.recorded('left')).toEqual([])
  })

  it('does not wait for such an experiment when it is cancelled: post does', async () => {
    const world = { ...(await fullWorld({ fis: refuseStop })), cancel: AbortSignal.abort() }
    const ledger = openLedger([ROLE, EXPERIMENT])
    await expect(undo(world, ledger)).resolves.toBe(false)
    expect(world.called('fis.read', 'iam')).toEqual([])
    expect(world.recorded('left')).toMatchObject([{ resource: 'experiment', id: 'EXP1', why: 'no stopping.' }])
    expect(ledger.state()?.entries).toEqual([ROLE, EXPERIMENT])
  })

  it('leaves it while an experiment of anybody uses it', async () => {
    const [world, ledger] = [await fullWorld({ fis: { readExperimentRole: async () => 'arn:r' } }, PLAN.tags), openLedger([ROLE])]
    await expect(undo(world, ledger)).resolves.toBe(false)
    expect(world.called('iam.delete')).toEqual([])
    expect(world.recorded('left')).toMatchObject([{ id: 'r', why: expect.stringContaining('EXP1, which is running, uses the role r') }])
  })

  it.each(['listExperiments', 'listTemplates'] as const)(
    'goes by its own experiments where the caller may not look at others: %s',
    async (call) => {
      const [world, ledger] = [await fullWorld({ fis: { [call]: rejecting('denied') } }), openLedger([ROLE, EXPERIMENT])]
      await expect(undo(world, ledger)).resolves.toBe(true)
      expect(world.account.roles.size).toBe(0)
    },
  )

  it('leaves it where AWS does not answer who uses it', async () => {
    const [world, ledger] = [await fullWorld({ fis: { listTemplates: rejecting('throttled', 'slow down') } }), openLedger([ROLE])]
    await expect(undo(world, ledger)).resolves.toBe(false)
    expect(world.called('iam.delete')).toEqual([])
    expect(world.recorded('left')).toMatchObject([{ id: 'r', why: 'slow down.' }])
  })
})
