import { describe, expect, it } from 'vitest'
import { searchUnconfirmed } from '../../../src/steps/search.ts'
import { undo } from '../../../src/steps/undo.ts'
import { experiment, fakePage, fakePlan, openLedger } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld, type Overrides, rejecting } from '../../fakes/world.ts'

const TAGS = fakePlan().tags
const OTHERS = { ...TAGS, 'spot-interrupt:invocation': 'aaaaaaaa-0f5e-4b6e-9d57-0d6b8d3a9f10' }
const START = { kind: 'experiment', name: 'token-2', templateId: 'EXT1' } as const

function putTemplate(world: FakeWorld, id: string, tags = TAGS): void {
  world.account.templates.set(id, { token: '', description: '', roleArn: 'arn:r', actionId: '', parameters: {}, batches: [], tags })
}

function putExperiment(world: FakeWorld, id: string, templateId: string, tags = TAGS): void {
  world.account.experiments.set(id, { id, templateId, tags, token: '', actions: [], startMs: world.clock.monotonicMs() })
}

const cancelled = (world: FakeWorld) => ({ ...world, cancel: AbortSignal.abort() })

describe('searchUnconfirmed', () => {
  it('takes templates first, then stops what was started from them or carries our tag', async () => {
    const world = fakeWorld()
    putTemplate(world, 'EXT1')
    putTemplate(world, 'EXT2', OTHERS)
    putExperiment(world, 'EXP1', 'EXT1', OTHERS)
    putExperiment(world, 'EXP2', 'EXT9')
    putExperiment(world, 'EXP3', 'EXT2', OTHERS)
    expect(await searchUnconfirmed(cancelled(world), fakePage(), [])).toEqual({ templates: ['EXT1'], experiments: ['EXP1', 'EXP2'] })
    expect(world.called('fis.')).toEqual([
      'fis.listTemplates',
      'fis.deleteTemplate',
      'fis.listExperiments',
      'fis.stopExperiment',
      'fis.stopExperiment',
    ])
    expect([...world.account.templates.keys()]).toEqual(['EXT2'])
    expect(world.recorded('removed')).toMatchObject([{ resource: 'template', id: 'EXT1', how: 'deleted' }])
    expect(world.recorded('stopping').map(({ id }) => id)).toEqual(['EXP1', 'EXP2'])
  })

  it.each([
    ['a template of the ledger', [{ kind: 'template', name: 't', id: 'EXT7' }]],
    ['the template of a start in the ledger', [{ ...START, templateId: 'EXT7' }]],
  ] as const)('knows an experiment by %s', async (_, entries) => {
    const world = fakeWorld()
    putExperiment(world, 'EXP1', 'EXT7', {} as typeof TAGS)
    expect((await searchUnconfirmed(cancelled(world), fakePage([...entries]), [])).experiments).toEqual(['EXP1'])
  })

  it('does not take the id of an experiment, or none, for that of a template', async () => {
    const world = fakeWorld()
    putExperiment(world, 'EXP1', 'EXP9', {} as typeof TAGS)
    putExperiment(world, 'EXP2', '', {} as typeof TAGS)
    expect(
      (
        await searchUnconfirmed(
          cancelled(world),
          fakePage([
            { kind: 'experiment', name: 'x', id: 'EXP9' },
            { kind: 'template', name: 't' },
          ]),
          [],
        )
      ).experiments,
    ).toEqual([])
  })

  it('looks again for 15 seconds, and finds what comes late', async () => {
    const world = fakeWorld()
    const { listTemplates } = world.fis
    const late = async () => {
      if (world.clock.monotonicMs() >= 15_000) {
        putTemplate(world, 'EXT1')
        putExperiment(world, 'EXP1', 'EXT1')
      }
      return await listTemplates()
    }
    expect(await searchUnconfirmed({ ...world, fis: { ...world.fis, listTemplates: late } }, fakePage(), [])).toEqual({
      templates: ['EXT1'],
      experiments: ['EXP1'],
    })
    expect(world.clock.slept).toEqual([3000, 3000, 3000, 3000, 3000])
  })

  it('stops and tells everything once, though AWS shows it for a while longer', async () => {
    const world = fakeWorld({ fis: { deleteTemplate: async () => undefined, stopExperiment: async () => undefined } })
    putTemplate(world, 'EXT1')
    putExperiment(world, 'EXP1', 'EXT1')
    expect(await searchUnconfirmed(world, fakePage(), [])).toEqual({ templates: ['EXT1'], experiments: ['EXP1'] })
    expect(world.called('fis.stop')).toHaveLength(1)
    expect(world.recorded('removed')).toHaveLength(1)
    expect(world.recorded('stopping')).toHaveLength(1)
  })

  it('leaves alone what is stopped already, or over', async () => {
    const world = fakeWorld()
    putExperiment(world, 'EXP1', 'EXT1')
    putExperiment(world, 'EXP2', 'EXT1')
    const listExperiments = async () => [
      { id: 'EXP1', templateId: 'EXT1', status: 'stopping', tags: TAGS },
      { id: 'EXP2', templateId: 'EXT1', status: 'completed', tags: TAGS },
    ]
    expect((await searchUnconfirmed({ ...world, fis: { ...world.fis, listExperiments } }, fakePage(), ['EXP1'])).experiments).toEqual([])
  })
})

describe('undo with what has no id', () => {
  it('deletes the template first, so that no start can follow, and then stops and waits', async () => {
    const world = fakeWorld()
    putTemplate(world, 'EXT1')
    putExperiment(world, 'EXP1', 'EXT1')
    const ledger = openLedger([{ kind: 'template', name: 't', id: 'EXT1' }, START])
    expect(await undo(world, ledger)).toBe(true)
    expect(world.called('fis.stop', 'fis.delete')).toEqual(['fis.deleteTemplate', 'fis.stopExperiment'])
    expect(world.recorded('removed').map(({ resource, id, how }) => `${resource} ${id} ${how}`)).toEqual([
      'template EXT1 deleted',
      'experiment EXP1 stopped',
    ])
    expect(ledger.state()?.entries).toEqual([])
  })

  it('looks for what a main that is still running may make, though all ids are known', async () => {
    const world = fakeWorld()
    putExperiment(world, 'EXP1', 'EXT1')
    putExperiment(world, 'EXP2', 'EXT1')
    const ledger = openLedger([{ ...START, id: 'EXP1' }])
    expect(await undo(world, ledger, { alive: true })).toBe(true)
    expect(world.recorded('stopping').map(({ id }) => id)).toEqual(['EXP1', 'EXP2'])
    expect(world.calls.filter(({ name }) => name === 'fis.stopExperiment').map(({ args }) => args[0])).toEqual(['EXP1', 'EXP2'])
  })

  it('does not look where all ids are known, and main came to its end', async () => {
    const world = fakeWorld()
    putExperiment(world, 'EXP1', 'EXT1')
    await undo(world, openLedger([{ ...START, id: 'EXP1' }]))
    expect(world.called('fis.list')).toEqual([])
  })

  it('does not look for a role without an id among the templates', async () => {
    const world = fakeWorld()
    await undo(world, openLedger([{ kind: 'role', name: 'r' }]))
    expect(world.called('fis')).toEqual([])
  })

  it('leaves and tells everything without an id when it may not look', async () => {
    const world = fakeWorld({ fis: { listTemplates: rejecting('denied', 'no looking') } })
    const entries = [{ kind: 'template', name: 't' } as const, START]
    const ledger = openLedger(entries)
    expect(await undo(world, ledger)).toBe(false)
    expect(world.recorded('left').map(({ resource, id, why }) => [resource, id, why])).toEqual([
      ['template', 't', 'no looking.'],
      ['experiment', 'token-2', 'no looking.'],
    ])
    expect(ledger.state()?.entries).toEqual(entries)
  })

  it('only warns when nothing is missing, but it may not look for more', async () => {
    const world = fakeWorld({ fis: { listExperiments: rejecting('denied', 'no looking') } })
    expect(await undo(world, openLedger(), { alive: true })).toBe(true)
    expect(world.recorded('warned')).toMatchObject([
      { what: 'It was not possible to search for resources that the main step created after the runner had given it up: no looking.' },
    ])
    expect(world.recorded('left')).toEqual([])
  })

  it('keeps an experiment in the ledger whose stop was refused and that does not end by itself in time', async () => {
    const world = fakeWorld({ fis: { stopExperiment: rejecting('denied', 'no stopping') } })
    putExperiment(world, 'EXP1', 'EXT1')
    const ledger = openLedger([{ ...START, id: 'EXP1' }])
    expect(await undo(world, ledger)).toBe(false)
    expect(world.called('fis.stop')).toEqual(['fis.stopExperiment'])
    expect(world.recorded('left')).toHaveLength(1)
  })

  it('takes an experiment that FIS does not know any more for over', async () => {
    const world = fakeWorld()
    expect(await undo(world, openLedger([{ ...START, id: 'EXPgone' }]))).toBe(true)
  })

  it('is not sure of one that it cannot look at', async () => {
    const world = fakeWorld({ fis: { readExperiment: rejecting('denied', 'no looking') } })
    expect(await undo(world, openLedger([{ ...START, id: 'EXP1' }]))).toBe(false)
    expect(world.recorded('left')).toMatchObject([{ resource: 'experiment', id: 'EXP1', why: 'no looking.' }])
  })

  it('stops several side by side before it deletes anything', async () => {
    const world = fakeWorld()
    putExperiment(world, 'EXP1', 'EXT1')
    putExperiment(world, 'EXP2', 'EXT1')
    const entries = [
      { kind: 'template', name: 't', id: 'EXT1' } as const,
      { ...START, id: 'EXP1' },
      { ...START, name: 'token-3', id: 'EXP2' },
    ]
    await undo(world, openLedger(entries))
    expect(world.called('fis').slice(0, 3)).toEqual(['fis.stopExperiment', 'fis.stopExperiment', 'fis.deleteTemplate'])
  })

  it('does not say that it kept what was never made', async () => {
    const world = fakeWorld()
    await undo(world, openLedger([{ kind: 'role', name: 'r', keep: true }]))
    expect(world.recorded('kept')).toEqual([])
    expect(world.called('iam')).toEqual([])
  })

  it('tells a role by its name, not by its ARN', async () => {
    const world = fakeWorld({ iam: { deleteRole: rejecting('denied', 'no') } })
    world.account.roles.set('r', { arn: 'arn:r', name: 'r', trust: '', tags: TAGS })
    await undo(world, openLedger([{ kind: 'role', name: 'r', id: 'arn:r' }]))
    expect(world.recorded('left')).toMatchObject([{ resource: 'role', id: 'r' }])
  })
})

describe('undo of a cancelled step', () => {
  const ENTRIES = [
    { kind: 'role', name: 'r', id: 'arn:r' },
    { kind: 'template', name: 't', id: 'EXT1' },
    { ...START, id: 'EXP1' },
  ] as const

  function full(overrides: Overrides = {}): FakeWorld {
    const world = fakeWorld(overrides)
    world.account.roles.set('r', { arn: 'arn:r', name: 'r', trust: '', tags: TAGS })
    putTemplate(world, 'EXT1')
    putExperiment(world, 'EXP1', 'EXT1')
    return world
  }

  it('sends what is quick, waits for nothing, and leaves the rest to post', async () => {
    const world = full()
    const ledger = openLedger(ENTRIES)
    expect(await undo(cancelled(world), ledger)).toBe(false)
    expect(world.called('fis', 'iam')).toEqual(['fis.stopExperiment', 'fis.deleteTemplate'])
    expect(ledger.state()?.entries).toEqual([ENTRIES[0], ENTRIES[2]])
    expect(world.recorded('left')).toEqual([])
    expect(world.clock.slept).toEqual([])
  })

  it('removes the role where nothing was started', async () => {
    const world = full()
    expect(await undo(cancelled(world), openLedger(ENTRIES.slice(0, 2)))).toBe(true)
    expect(world.account.roles.size).toBe(0)
  })

  it('does not take a role for gone that it had no time to look for again', async () => {
    const ledger = openLedger([{ kind: 'role', name: 'other', id: 'arn:other' }])
    expect(await undo(cancelled(fakeWorld()), ledger)).toBe(false)
    expect(ledger.state()?.entries).toHaveLength(1)
  })

  it('does not take one look for proof that a start came to nothing', async () => {
    const world = fakeWorld()
    const ledger = openLedger([{ kind: 'template', name: 't' }, START])
    expect(await undo(cancelled(world), ledger)).toBe(false)
    expect(world.called('fis.list')).toEqual(['fis.listTemplates', 'fis.listExperiments'])
    expect(ledger.state()?.entries).toHaveLength(2)
  })

  it('says nothing of what it was told to leave', async () => {
    const world = full({
      fis: { stopExperiment: rejecting('cancelled'), deleteTemplate: rejecting('cancelled'), listTemplates: rejecting('cancelled') },
    })
    expect(await undo(cancelled(world), openLedger([...ENTRIES, { ...START, name: 'x' }]), { alive: true })).toBe(false)
    expect(world.recorded('left')).toEqual([])
    expect(world.recorded('warned')).toEqual([])
  })

  it('tells it where the time of post itself was over', async () => {
    const world = full({ fis: { deleteTemplate: rejecting('cancelled', 'no time') } })
    await undo(world, openLedger([ENTRIES[1]]))
    expect(world.recorded('left')).toMatchObject([{ id: 'EXT1', why: 'no time.' }])
  })

  it('leaves in the middle of a wait', async () => {
    const cancel = new AbortController()
    const world: FakeWorld = full({
      fis: {
        readExperiment: async () => {
          cancel.abort()
          return experiment({ status: 'stopping' })
        },
      },
    })
    const ledger = openLedger(ENTRIES)
    expect(await undo({ ...world, cancel: cancel.signal }, ledger)).toBe(false)
    expect(ledger.state()?.entries).toEqual([ENTRIES[0], ENTRIES[2]])
    expect(world.recorded('left')).toEqual([])
    expect(world.clock.slept).toEqual([])
  })
})
