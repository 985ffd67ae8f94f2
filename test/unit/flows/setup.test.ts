import { describe, expect, it } from 'vitest'
import { runSetup } from '../../../src/flows/setup.ts'
import { parseSetup } from '../../../src/model/inputs/setup.ts'
import { findNeeds, toDocument, toNames } from '../../../src/model/plan/grants.ts'
import { TAG } from '../../../src/model/tags.ts'
import { renderSetup, toSetupOutputs } from '../../../src/report/setup.ts'
import { ACCOUNT, INVOCATION, moment } from '../../fakes/timeline.ts'
import { fakeWorld, rejecting, simulated } from '../../fakes/world.ts'

const INPUTS = { region: 'eu-west-1', roleName: 'r', tags: { team: 'chaos' }, rehearsal: false }
const WHO = { run: 'o/r/1/1', invocation: INVOCATION, job: 'test', leg: '1' }
const ARN = `arn:aws:iam::${ACCOUNT}:role/r`
const SERVICE_ROLE = { arn: 'arn:slr', name: 'AWSServiceRoleForFIS', trust: '', tags: {} }

describe('runSetup', () => {
  it('makes both roles where there are none, with our tags and the given ones', async () => {
    const world = fakeWorld()
    const made = await runSetup(world, INPUTS, WHO)
    expect(made).toMatchObject({ roleArn: ARN, created: true, serviceRole: 'created', rebalance: 'offered' })
    expect(world.calls.find(({ name }) => name === 'iam.createServiceRole')?.args).toEqual(['fis.amazonaws.com'])
    expect(world.account.roles.get('r')?.tags).toMatchObject({
      team: 'chaos',
      [TAG.managedBy]: 'spot-interrupt',
      [TAG.run]: 'o/r/1/1',
      [TAG.invocation]: INVOCATION,
      [TAG.expiresAt]: moment(35 * 60).toISOString(),
    })
    expect(toSetupOutputs(made)).toEqual({ 'role-arn': ARN, created: 'true', rehearsal: 'false' })
  })

  it('makes nothing where both are there', async () => {
    const world = fakeWorld()
    world.account.roles.set(SERVICE_ROLE.name, SERVICE_ROLE)
    await runSetup(world, INPUTS, WHO)
    const again = await runSetup({ ...world, log: fakeWorld().log }, INPUTS, WHO)
    expect(again).toMatchObject({ created: false, serviceRole: 'there' })
    expect(world.called('iam.create')).toEqual(['iam.createRole'])
    expect(toSetupOutputs(again).created).toBe('false')
  })

  it('does not mind a service-linked role that it could not see', async () => {
    expect(await runSetup(fakeWorld({ iam: { createServiceRole: async () => false } }), INPUTS, WHO)).toMatchObject({
      serviceRole: 'there',
    })
  })

  it('makes nothing in a region without the action', async () => {
    const world = fakeWorld({ fis: { readAction: async () => 'absent' } })
    await expect(runSetup(world, INPUTS, WHO)).rejects.toMatchObject({ fault: 'refused', message: expect.stringContaining('eu-west-1') })
    expect(world.called('iam')).toEqual([])
  })

  it('goes on where the catalogue cannot be asked', async () => {
    expect(await runSetup(fakeWorld({ fis: { readAction: async () => 'unknown' } }), INPUTS, WHO)).toMatchObject({ rebalance: 'unknown' })
  })

  it('rejects with what AWS refuses', async () => {
    await expect(runSetup(fakeWorld({ iam: { createServiceRole: rejecting('denied') } }), INPUTS, WHO)).rejects.toMatchObject({
      fault: 'denied',
    })
  })
})

it('refuses an endpoint that is not AWS before the first call, and says of a rehearsal that it is one', async () => {
  const world = { ...fakeWorld(), endpoints: simulated }
  await expect(runSetup(world, INPUTS, WHO)).rejects.toMatchObject({ fault: 'refused' })
  expect(world.called()).toEqual([])
  const made = await runSetup(world, { ...INPUTS, rehearsal: true }, WHO)
  expect(renderSetup(made)).toMatch(/^## ✅ Setup \(rehearsal, not AWS\): /)
  expect(toSetupOutputs(made).rehearsal).toBe('true')
})

describe('renderSetup', () => {
  it.each([
    ['offered', 'offers interruptions and rebalance recommendations'],
    ['absent', 'offers interruptions, but no rebalance recommendations'],
    ['unknown', 'offers interruptions '],
  ] as const)('tells what the region offers: %s', async (rebalance, words) => {
    expect(renderSetup({ ...(await runSetup(fakeWorld(), INPUTS, WHO)), rebalance })).toContain(words)
  })

  it('shows the policy, filled in', async () => {
    const made = await runSetup(fakeWorld(), INPUTS, WHO)
    const shown = JSON.parse(/```json\n(.*?)```/s.exec(renderSetup(made))?.[1] ?? '')
    const needs = findNeeds('given-role').filter((id) => id !== 'CreateServiceRole')
    expect(shown).toEqual(toDocument(needs, toNames(made.place, made.roleName, { experimentRole: ARN })))
    expect(JSON.stringify(shown).match(/"iam:\w+"/g)).toEqual(['"iam:PassRole"', '"iam:PassedToService"'])
    expect(JSON.stringify(shown)).toContain(`arn:aws:fis:eu-west-1:${ACCOUNT}:experiment-template/*`)
    expect(renderSetup(made)).toMatch(/created +\|/)
    expect(renderSetup({ ...made, created: false, serviceRole: 'there' })).not.toMatch(/ created +\|/)
  })
})

describe('parseSetup', () => {
  it('takes what is given, and the region from the environment', () => {
    const given: Record<string, string> = { 'role-name': 'x', tags: 'a=b' }
    expect(parseSetup((name) => given[name] ?? '', { AWS_DEFAULT_REGION: 'eu-west-1' })).toEqual({
      region: 'eu-west-1',
      roleName: 'x',
      tags: { a: 'b' },
      rehearsal: false,
    })
  })

  it('names all that is wrong', () => {
    const given: Record<string, string> = { 'role-name': 'no spaces please', tags: 'ManagedBy=me' }
    expect(() => parseSetup((name) => given[name] ?? '', {})).toThrowError(/region: .*\| role-name: .*\| tags: /)
  })
})
