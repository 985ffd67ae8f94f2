import { describe, expect, it } from 'vitest'
import { createTemplate, deleteTemplate } from '../../../src/steps/template.ts'
import { fakePlan, ids, openLedger } from '../../fakes/timeline.ts'
import { fakeWorld, type Overrides, rejecting } from '../../fakes/world.ts'

describe('createTemplate', () => {
  it('creates what the plan asks for, for the role, with a token that was written ahead', async () => {
    const [world, ledger] = [fakeWorld(), openLedger()]
    const plan = fakePlan({ instanceIds: ids(6), durationMs: 900_000 })
    await expect(createTemplate(world, plan, { ledger, roleArn: 'arn:r' })).resolves.toBe('EXT1')
    const request = world.account.templates.get('EXT1')
    expect(request).toMatchObject({
      roleArn: 'arn:r',
      actionId: 'aws:ec2:send-spot-instance-interruptions',
      parameters: { durationBeforeInterruption: 'PT15M' },
      tags: plan.tags,
    })
    expect(request?.batches.map(({ arns }) => arns.length)).toEqual([5, 1])
    expect(request?.description).toContain('o/r/1/1')
    expect(ledger.saved.map(({ entries }) => entries)).toEqual([
      [{ kind: 'template', name: request?.token }],
      [{ kind: 'template', name: request?.token, id: 'EXT1' }],
    ])
    expect(world.recorded('template').map(({ id }) => id)).toEqual(['EXT1'])
  })

  it('leaves the entry to be looked for when the answer was lost', async () => {
    const ledger = openLedger()
    const world = fakeWorld({ fis: { createTemplate: rejecting('unreachable') } })
    await expect(createTemplate(world, fakePlan(), { ledger, roleArn: 'arn:r' })).rejects.toMatchObject({ fault: 'unreachable' })
    expect(ledger.state()?.entries).toHaveLength(1)
    expect(world.recorded('template')).toEqual([])
  })
})

describe('deleteTemplate', () => {
  const request = { token: '', description: '', roleArn: '', actionId: '', parameters: {}, batches: [], tags: fakePlan().tags }

  function denying(overrides: Overrides['fis'] = {}) {
    return fakeWorld({ fis: { deleteTemplate: rejecting('denied', 'not allowed'), ...overrides } })
  }

  it('takes a denial for "gone already" where FIS does not list the template: a policy that asks for a tag denies then', async () => {
    await expect(deleteTemplate(denying(), 'EXT1')).resolves.toBe('gone')
  })

  it('takes a denial as what it is while FIS lists the template', async () => {
    const world = denying()
    world.account.templates.set('EXT1', request)
    await expect(deleteTemplate(world, 'EXT1')).rejects.toMatchObject({ fault: 'denied', message: 'not allowed' })
  })

  it('takes it so, too, where the caller may not look', async () => {
    const world = denying({ listTemplates: rejecting('denied', 'no looking') })
    await expect(deleteTemplate(world, 'EXT1')).rejects.toMatchObject({ message: 'not allowed' })
  })

  it('does not look after any other fault', async () => {
    const world = fakeWorld({ fis: { deleteTemplate: rejecting('throttled') } })
    await expect(deleteTemplate(world, 'EXT1')).rejects.toMatchObject({ fault: 'throttled' })
    expect(world.called('fis.list')).toEqual([])
  })

  it('deletes', async () => {
    const world = fakeWorld()
    world.account.templates.set('EXT1', request)
    await expect(deleteTemplate(world, 'EXT1')).resolves.toBe('deleted')
    expect(world.account.templates.size).toBe(0)
  })
})
