import { describe, expect, it } from 'vitest'
import { createLedger } from '../../../src/model/cleanup/ledger.ts'
import { undo } from '../../../src/steps/undo.ts'
import { experiment, fakePlan, openLedger } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld, type Overrides, rejecting } from '../../fakes/world.ts'

const TAGS = fakePlan().tags
const START = { kind: 'experiment', name: 'token-2', templateId: 'EXT1' } as const
const EXPERIMENT = { ...START, id: 'EXP1' } as const
const TEMPLATE = { kind: 'template', name: 'token-1', id: 'EXT1' } as const
const ROLE = { kind: 'role', name: 'r', id: 'arn:r' } as const

function full(overrides: Overrides = {}): FakeWorld {
  const world = fakeWorld(overrides)
  world.account.roles.set('r', { arn: 'arn:r', name: 'r', trust: '', tags: TAGS })
  world.account.templates.set('EXT1', {
    token: '',
    description: '',
    roleArn: 'arn:r',
    actionId: '',
    parameters: {},
    batches: [],
    tags: TAGS,
  })
  world.account.experiments.set('EXP1', { id: 'EXP1', templateId: 'EXT1', tags: TAGS, token: '', actions: [], startMs: 0 })
  return world
}

const cancelled = (world: FakeWorld) => ({ ...world, cancel: AbortSignal.abort() })
const kinds = (ledger: { state: () => { entries: readonly { kind: string }[] } | undefined }) =>
  ledger.state()?.entries.map(({ kind }) => kind)

describe('undo, where the order and the doubt matter', () => {
  it('has nothing to do for a ledger that was never opened', async () => {
    const world = fakeWorld()
    expect(
      await undo(
        world,
        createLedger(() => undefined),
      ),
    ).toBe(true)
    expect(world.calls).toEqual([])
  })

  it('removes what was made last first', async () => {
    const world = full()
    await undo(world, openLedger([TEMPLATE, { ...TEMPLATE, name: 't2', id: 'EXT2' }, ROLE, { ...ROLE, name: 'r2' }]))
    expect(world.recorded('removed').map(({ id }) => id)).toEqual(['EXT2', 'EXT1', 'r2', 'r'])
  })

  it('keeps a start in the ledger until what came of it has ended', async () => {
    const world = full({ fis: { readExperiment: rejecting('denied', 'no looking') } })
    const ledger = openLedger([START])
    expect(await undo(world, ledger)).toBe(false)
    expect(kinds(ledger)).toEqual(['experiment'])
    expect(world.recorded('left')).toMatchObject([{ id: 'token-2', why: 'no looking.' }])
  })

  it('sees a known experiment end though it may not look for others', async () => {
    const world = full({ fis: { listExperiments: rejecting('denied') } })
    const ledger = openLedger([EXPERIMENT])
    expect(await undo(world, ledger, { alive: true })).toBe(true)
    expect(kinds(ledger)).toEqual([])
    expect(world.recorded('removed').map(({ id }) => id)).toContain('EXP1')
  })

  it('does not warn beside what it tells as left', async () => {
    const world = full({ fis: { listTemplates: rejecting('denied') } })
    await undo(world, openLedger([START]), { alive: true })
    expect(world.recorded('left')).toHaveLength(1)
    expect(world.recorded('warned')).toEqual([])
  })

  it('does not warn of looking when it was told to leave', async () => {
    const world = full({ fis: { listTemplates: rejecting('cancelled') } })
    await undo(world, openLedger(), { alive: true })
    expect(world.recorded('warned')).toEqual([])
  })

  it('stops an experiment once, though FIS shows it stopping for a while', async () => {
    const world = full({ fis: { listExperiments: async () => [{ id: 'EXP1', templateId: 'EXT1', status: 'stopping', tags: TAGS }] } })
    await undo(world, openLedger([EXPERIMENT]), { alive: true })
    expect(world.called('fis.stop')).toEqual(['fis.stopExperiment'])
    expect(world.recorded('removed')).toMatchObject([{ resource: 'template' }, { resource: 'experiment', id: 'EXP1' }])
  })

  it('stops again, when it looks, what it could not stop at first', async () => {
    let tries = 0
    const stopExperiment = async () => {
      tries += 1
      if (tries === 1) throw new Error('once')
    }
    const world = full({ fis: { stopExperiment } })
    await undo(world, openLedger([EXPERIMENT]), { alive: true })
    expect(tries).toBe(2)
  })

  it('says of which experiment it is that runs on, and how', async () => {
    const world = full({ fis: { readExperiment: async () => experiment() } })
    await undo(world, openLedger([EXPERIMENT]))
    expect(world.recorded('left')).toMatchObject([{ id: 'EXP1', why: 'FIS took StopExperiment, but the experiment is still running.' }])
    expect(world.clock.slept).toHaveLength(8)
  })

  it('gives an experiment exactly 15 seconds to end', async () => {
    const world: FakeWorld = full({ fis: { readExperiment: async () => experiment({ status: 'stopping' }) } })
    let ms = 0
    const clock = {
      ...world.clock,
      monotonicMs: () => ms,
      sleep: async () => {
        ms += 7500
      },
    }
    await undo({ ...world, clock }, openLedger([EXPERIMENT]))
    expect(world.called('fis.read')).toHaveLength(3)
  })

  it.each([
    ['was stopped, but not seen to end', {}],
    ['could not even be stopped', { stopExperiment: rejecting('cancelled') }],
  ])('does not touch the role of an experiment that %s, when it is cancelled', async (_, fis) => {
    const world = full({ fis })
    expect(await undo(cancelled(world), openLedger([ROLE, EXPERIMENT]))).toBe(false)
    expect(world.called('iam')).toEqual([])
  })

  it('does not touch the role of a start that it could not look for, when it is cancelled', async () => {
    const world = full({ fis: { listTemplates: rejecting('cancelled') } })
    expect(await undo(cancelled(world), openLedger([ROLE, START]))).toBe(false)
    expect(world.called('iam')).toEqual([])
  })
})
