import { describe, expect, it } from 'vitest'
import { connect, expectFault } from './wire.ts'

const POLICY = '{"Statement":[{"Effect":"Allow","Action":"ec2:Send*","Resource":"*","Condition":{"StringLike":{"a":"ü %+&*"}}}]}'
const MANAGED = 'arn:aws:iam::aws:policy/service-role/AWSFaultInjectionSimulatorEC2Access'

async function withRoles() {
  const { simulator, aws } = await connect()
  const policies = Object.fromEntries(Array.from({ length: 130 }, (_, nth) => [`p${nth}`, JSON.parse(POLICY) as Record<string, unknown>]))
  simulator.seed({
    roles: [
      { name: 'many', policies },
      { name: 'attached', attached: [MANAGED, 'arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess'] },
      { name: 'none' },
      ...Array.from({ length: 1100 }, (_, nth) => ({ name: `r-${nth}` })),
    ],
  })
  return { simulator, aws }
}

describe('the policies of a role', () => {
  it('are read whole, on however many pages IAM lists them', async () => {
    const { simulator, aws } = await withRoles()
    const documents = await aws.iam.readInlinePolicies('many')
    expect(documents).toHaveLength(130)
    expect(new Set(documents)).toEqual(new Set([POLICY]))
    expect(await aws.iam.readInlinePolicies('none')).toEqual([])
    expect(simulator.leftovers().strict).toEqual([])
  })

  it('are those in force where they are managed ones', async () => {
    const { simulator, aws } = await withRoles()
    const documents = await aws.iam.readAttachedPolicies('attached')
    expect(documents).toHaveLength(2)
    expect(documents[0]).toContain('ec2:SendSpotInstanceInterruptions')
    expect(await aws.iam.readAttachedPolicies('none')).toEqual([])
    expect(simulator.leftovers().strict).toEqual([])
  })

  it.each(['ListRolePolicies', 'GetRolePolicy'])('that may not be read are an error that says so: %s', async (operation) => {
    const { simulator, aws } = await withRoles()
    simulator.setFaults([{ operation, fault: 'denied' }])
    expect((await expectFault(aws.iam.readInlinePolicies('many'), 'denied')).message).toContain(`iam:${operation}`)
  })

  it.each(['ListAttachedRolePolicies', 'GetPolicy', 'GetPolicyVersion'])('that are managed, too: %s', async (operation) => {
    const { simulator, aws } = await withRoles()
    simulator.setFaults([{ operation, fault: 'denied' }])
    expect((await expectFault(aws.iam.readAttachedPolicies('attached'), 'denied')).message).toContain(`iam:${operation}`)
  })
})

it('lists the names of roles that begin alike, on however many pages', async () => {
  const { simulator, aws } = await withRoles()
  expect(await aws.iam.listRoles('r-10')).toHaveLength(111)
  expect(await aws.iam.listRoles('r-')).toHaveLength(1100)
  expect(await aws.iam.listRoles('nobody')).toEqual([])
  expect(simulator.leftovers().strict).toEqual([])
})
