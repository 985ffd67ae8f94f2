import { describe, expect, it } from 'vitest'
import { longestRunMs, toPlan, toPlanned } from '../../../../src/model/plan/plan.ts'
import { ID, INVOCATION, moment, planned, WHO } from '../../../fakes/timeline.ts'

const INPUTS = {
  ...planned({ region: 'cn-north-1' }),
  ...{
    roleArn: null,
    roleName: 'r',
    createRole: false,
    deleteRole: true,
    maxTargets: 5,
    timezone: 'UTC',
    tags: { team: 'core' },
    sweep: false,
    rehearsal: false,
  },
}

describe('toPlan', () => {
  const plan = toPlan(INPUTS, WHO, { account: '123456789012', now: moment(0) })

  it('knows the place, partition included', () => {
    expect(plan.place).toEqual({ partition: 'aws-cn', region: 'cn-north-1', account: '123456789012' })
  })

  it('keeps what the steps decide by', () => {
    expect(plan).toMatchObject({ who: WHO, roleArn: null, createRole: false, deleteRole: true, instanceIds: [ID] })
  })

  it.each([
    ['shared where it stays', { deleteRole: false }, 'r'],
    ['the own one of the run where it is deleted', { deleteRole: true }, `r-${INVOCATION.slice(0, 8)}`],
    ['as given where the role is given', { deleteRole: true, roleArn: 'arn:x' }, 'r'],
  ])('has a role that is %s', (_, changes, roleName) => {
    expect(toPlan({ ...INPUTS, ...changes }, WHO, { account: '123456789012', now: moment(0) })).toMatchObject({ roleName })
  })

  it('lets things expire half an hour after the longest run, its wait for other experiments included', () => {
    expect(plan.tags).toMatchObject({ team: 'core', 'spot-interrupt:created-at': moment(0).toISOString() })
    const expiresAt = Date.parse(plan.tags['spot-interrupt:expires-at'] ?? '')
    expect(expiresAt - moment(0).getTime()).toBe(longestRunMs(INPUTS) + 40 * 60_000)
  })

  it('reckons with the repeated starts, the time-out, and the time around them', () => {
    expect(longestRunMs(INPUTS)).toBeGreaterThanOrEqual(INPUTS.timeoutMs + 90_000 + 60_000)
  })
})

describe('toPlanned', () => {
  it('is the part that conclusions need and no more', () => {
    expect(toPlanned(INPUTS)).toEqual(planned({ region: 'cn-north-1' }))
  })
})
