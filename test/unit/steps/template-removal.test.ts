import { describe, expect, it } from 'vitest'
import { createLedger } from '../../../src/model/cleanup/ledger.ts'
import { deleteTemplate, removeTemplate } from '../../../src/steps/template-removal.ts'
import { fakePlan, openLedger } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld, type Overrides, rejecting } from '../../fakes/world.ts'

const EXPERIMENT = { kind: 'experiment', name: 'token-2', templateId: 'EXT1', id: 'EXP1' } as const
const TEMPLATE = { kind: 'template', name: 'token-1', id: 'EXT1' } as const
const ROLE = { kind: 'role', name: 'r', id: 'arn:r' } as const

/** A world with the template `EXT1`. */
function full(overrides: Overrides = {}): FakeWorld {
  const world = fakeWorld(overrides)
  const content = { token: '', description: '', roleArn: 'arn:r', actionId: '', parameters: {}, batches: [], tags: fakePlan().tags }
  world.account.templates.set('EXT1', content)
  return world
}

describe('removeTemplate', () => {
  it('deletes the template of the ledger and takes it out', async () => {
    const [world, ledger] = [full(), openLedger([ROLE, TEMPLATE])]
    await removeTemplate(world, ledger, 'EXT1')
    expect(world.account.templates.size).toBe(0)
    expect(ledger.state()?.entries).toEqual([ROLE])
    expect(world.recorded('removed')).toMatchObject([{ resource: 'template', id: 'EXT1', how: 'deleted' }])
  })

  it('leaves a failure for the end', async () => {
    const [world, ledger] = [full({ fis: { deleteTemplate: rejecting('throttled', 'slow down') } }), openLedger([TEMPLATE])]
    await removeTemplate(world, ledger, 'EXT1')
    expect(ledger.state()?.entries).toEqual([TEMPLATE])
    expect(world.recorded('warned')).toMatchObject([{ what: expect.stringContaining('slow down') }])
  })

  it('does nothing for a template that is not in the ledger', async () => {
    const world = full()
    await removeTemplate(world, openLedger(), 'EXT1')
    expect(world.calls).toEqual([])
  })
})

describe('removeTemplate, while others work on the same', () => {
  it('takes the template that is meant, by kind and id', async () => {
    const world = full()
    const ledger = openLedger([{ ...EXPERIMENT, id: 'EXT1' }, { ...TEMPLATE, name: 'x', id: 'EXT9' }, TEMPLATE])
    await removeTemplate(world, ledger, 'EXT1')
    expect(ledger.state()?.entries.map(({ name }) => name)).toEqual(['token-2', 'x'])
  })

  it('tells nothing when clean-up was quicker', async () => {
    const ledger = openLedger([TEMPLATE])
    const world = full({ fis: { deleteTemplate: async () => ledger.drop('token-1') } })
    await removeTemplate(world, ledger, 'EXT1')
    expect(world.recorded('removed')).toEqual([])
    expect(ledger.saved).toHaveLength(1)
    expect(world.recorded('warned')).toEqual([])
  })

  it('does not warn when it was cancelled', async () => {
    const world = full({ fis: { deleteTemplate: rejecting('cancelled') } })
    await removeTemplate(world, openLedger([TEMPLATE]), 'EXT1')
    expect(world.recorded('warned')).toEqual([])
  })

  it('has nothing to do without a ledger', async () => {
    const world = full()
    await removeTemplate(
      world,
      createLedger(() => undefined),
      'EXT1',
    )
    expect(world.calls).toEqual([])
  })
})

describe('deleteTemplate', () => {
  it('rejects if AWS does not delete the template, and keeps its entry', async () => {
    const [world, ledger] = [full({ fis: { deleteTemplate: rejecting('denied') } }), openLedger([TEMPLATE])]
    await expect(deleteTemplate(world, ledger, 'EXT1')).rejects.toMatchObject({ fault: 'denied' })
    expect(ledger.state()?.entries).toEqual([TEMPLATE])
    expect(world.recorded('removed')).toEqual([])
  })

  it('is recorded once where two delete the same template', async () => {
    const [world, ledger] = [full(), openLedger([TEMPLATE])]
    await Promise.all([removeTemplate(world, ledger, 'EXT1'), deleteTemplate(world, ledger, 'EXT1')])
    expect(ledger.state()?.entries).toEqual([])
    expect(world.recorded('removed')).toMatchObject([{ resource: 'template', id: 'EXT1', how: 'deleted' }])
  })
})
