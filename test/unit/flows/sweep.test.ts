import { describe, expect, it } from 'vitest'
import { sweepAfter } from '../../../src/flows/sweep.ts'
import type { Inputs } from '../../../src/model/inputs/main.ts'
import { TAG, type Tags } from '../../../src/model/tags.ts'
import { fakePlan, moment, openLedger, planned } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld } from '../../fakes/world.ts'

const INPUTS: Inputs = {
  ...planned(),
  ...{
    roleArn: null,
    roleName: 'r',
    createRole: true,
    deleteRole: false,
    maxTargets: 50,
    timezone: 'UTC',
    tags: {},
    sweep: true,
    rehearsal: false,
  },
}

function littered(): FakeWorld {
  const world = fakeWorld()
  const tags: Tags = { ...fakePlan().tags, [TAG.expiresAt]: moment(-1).toISOString() }
  const request = { token: '', description: '', roleArn: 'arn:r', actionId: '', parameters: {}, batches: [], tags }
  const name = `r-${tags[TAG.invocation]?.slice(0, 8)}`
  world.account.templates.set('EXTexpired', request)
  world.account.roles.set(name, { arn: 'arn:own', name, trust: '', tags })
  return world
}

describe('sweepAfter', () => {
  it('takes what has expired, and asks IAM of nothing where the run has no role of its own', async () => {
    const world = littered()
    await sweepAfter(world, INPUTS, openLedger())
    expect(world.recorded('swept').map(({ id }) => id)).toEqual(['EXTexpired'])
    expect(world.called('iam')).toEqual([])
  })

  it('takes the own roles of others, too, where the run had one', async () => {
    const world = littered()
    await sweepAfter(world, { ...INPUTS, deleteRole: true }, openLedger())
    expect(world.account.roles.size).toBe(0)
  })

  const unknown = () => {
    const ledger = openLedger()
    ledger.setAccount('')
    return ledger
  }

  it.each([
    ['the user does not want it', { sweep: false }, {}, openLedger],
    ['the run was cancelled', {}, { cancel: AbortSignal.abort() }, openLedger],
    ['the run never learned its account', {}, {}, unknown],
  ])('does nothing where %s', async (_, inputs, ports, open) => {
    const world = littered()
    await sweepAfter({ ...world, ...ports }, { ...INPUTS, ...inputs }, open())
    expect(world.calls).toEqual([])
  })
})
