import { describe, expect, it } from 'vitest'
import { createTemplate } from '../../../src/steps/template.ts'
import { fakePlan, ids, openLedger } from '../../fakes/timeline.ts'
import { fakeWorld, rejecting } from '../../fakes/world.ts'

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
