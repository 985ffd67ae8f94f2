import { afterEach, describe, expect, it } from 'vitest'
import { BARE, type Harness, type HarnessOptions, openHarness, ROLE, type State } from '../crash/fixture.ts'
import { expectExit } from '../exit.ts'
import { errorOf } from './scenario.ts'

const open: Harness[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()))
})

async function onHarness(options: HarnessOptions = {}): Promise<Harness> {
  const harness = await openHarness({ speed: 40, ...options })
  open.push(harness)
  return harness
}

const setup = async (harness: Harness, inputs: State = {}) => (await harness.start('setup', { inputs })).done
const operations = (harness: Harness, service: string) =>
  harness.simulator
    .journal()
    .filter((one) => one.service === service)
    .map(({ operation }) => operation)

describe('setup', () => {
  it('makes both roles, and then the main action needs of IAM only to pass one', async () => {
    const harness = await onHarness({ seed: BARE })
    const result = await setup(harness, { tags: 'team=chaos' })
    expectExit(result, 0)
    const arn = `arn:aws:iam::123456789012:role/${ROLE}`
    expect(result.outputs).toEqual({ 'role-arn': arn, created: 'true', rehearsal: 'true' })
    const policy = JSON.parse(/```json\n(.*?)```/s.exec(result.summary)?.[1] ?? '{}') as {
      Statement: { Action: string[]; Resource: string }[]
    }
    const iam = policy.Statement.filter(({ Action }) => Action.some((action) => action.startsWith('iam:')))
    expect(iam).toMatchObject([{ Action: ['iam:PassRole'], Resource: arn }])
    expect(JSON.stringify(policy)).toContain('arn:aws:fis:us-east-1:123456789012:experiment/*')
    expect(harness.simulator.leftovers().leftovers).toMatchObject([
      { kind: 'role', id: ROLE, tags: { ManagedBy: 'spot-interrupt', team: 'chaos' } },
    ])

    const before = harness.simulator.journal().length
    const main = await (await harness.start('main', { inputs: { 'role-arn': arn, 'delete-role': 'false' } })).done
    expectExit(main, 0)
    expect(
      harness.simulator
        .journal()
        .slice(before)
        .filter(({ service }) => service === 'iam'),
    ).toEqual([])
    const allowed = policy.Statement.flatMap(({ Action }) => Action)
    const asked = harness.simulator
      .journal()
      .slice(before)
      .filter(({ service }) => service !== 'sts')
      .map(({ service, operation }) => `${service}:${operation}`)
    expect(asked.filter((action) => !allowed.includes(action))).toEqual([])
  })

  it('changes nothing the second time', async () => {
    const harness = await onHarness({ seed: BARE })
    await setup(harness)
    const before = operations(harness, 'iam').length
    const result = await setup(harness)
    expect(result.outputs.created).toBe('false')
    expect(operations(harness, 'iam').slice(before)).toEqual(['GetRole', 'GetRole', 'GetRolePolicy'])
  })

  it('takes a service-linked role that somebody else makes at the same moment for made', async () => {
    const harness = await onHarness({ seed: BARE })
    await setup(harness)
    harness.simulator.setFaults([{ service: 'iam', operation: 'GetRole', nth: 1, fault: 'staleRead', empty: true }])
    expectExit(await setup(harness), 0)
  })

  it('refuses a region without the action before it makes anything', async () => {
    const harness = await onHarness({ seed: BARE, faults: [{ service: 'fis', operation: 'GetAction', fault: 'staleRead' }] })
    const result = await setup(harness, { region: 'mars-1', 'role-name': 'bad name' })
    expect(errorOf(result)).toMatch(/^Bad input: region: .*\| role-name: /)
    expect(harness.simulator.journal()).toEqual([])
  })

  it('does not change a role of somebody else, and shows what it lacks', async () => {
    const harness = await onHarness({ seed: { ...BARE, roles: [{ name: ROLE, tags: { Owner: 'platform' } }] } })
    const result = await setup(harness)
    expectExit(result, 1)
    expect(errorOf(result)).toMatch(/was not made by this action, so it is not changed.*ec2:SendSpotInstanceInterruptions/)
    expect(harness.simulator.leftovers().foreignTouched).toEqual([])
  })
})
