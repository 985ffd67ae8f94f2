import { afterEach, describe, expect, it } from 'vitest'
import { BARE, openStage, ROLE, type Setting, type Stage, type State } from '../crash/fixture.ts'
import { expectExit } from '../exit.ts'
import { errorOf } from './scenario.ts'

const open: Stage[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((stage) => stage.close()))
})

async function onStage(setting: Setting = {}): Promise<Stage> {
  const stage = await openStage({ speed: 40, ...setting })
  open.push(stage)
  return stage
}

const setup = async (stage: Stage, inputs: State = {}) => (await stage.start('setup', { inputs })).done
const operations = (stage: Stage, service: string) =>
  stage.simulator
    .journal()
    .filter((one) => one.service === service)
    .map(({ operation }) => operation)

describe('setup', () => {
  it('makes both roles, and then the main action needs of IAM only to pass one', async () => {
    const stage = await onStage({ seed: BARE })
    const result = await setup(stage, { tags: 'team=chaos' })
    expectExit(result, 0)
    const arn = `arn:aws:iam::123456789012:role/${ROLE}`
    expect(result.outputs).toEqual({ 'role-arn': arn, created: 'true', rehearsal: 'true' })
    const policy = JSON.parse(/```json\n(.*?)```/s.exec(result.summary)?.[1] ?? '{}') as {
      Statement: { Action: string[]; Resource: string }[]
    }
    const iam = policy.Statement.filter(({ Action }) => Action.some((action) => action.startsWith('iam:')))
    expect(iam).toMatchObject([{ Action: ['iam:PassRole'], Resource: arn }])
    expect(JSON.stringify(policy)).toContain('arn:aws:fis:us-east-1:123456789012:experiment/*')
    expect(stage.simulator.leftovers().leftovers).toMatchObject([
      { kind: 'role', id: ROLE, tags: { ManagedBy: 'spot-interrupt', team: 'chaos' } },
    ])

    const before = stage.simulator.journal().length
    const main = await (await stage.start('main', { inputs: { 'role-arn': arn, 'delete-role': 'false' } })).done
    expectExit(main, 0)
    expect(
      stage.simulator
        .journal()
        .slice(before)
        .filter(({ service }) => service === 'iam'),
    ).toEqual([])
    const allowed = policy.Statement.flatMap(({ Action }) => Action)
    const asked = stage.simulator
      .journal()
      .slice(before)
      .filter(({ service }) => service !== 'sts')
      .map(({ service, operation }) => `${service}:${operation}`)
    expect(asked.filter((action) => !allowed.includes(action))).toEqual([])
  })

  it('changes nothing the second time', async () => {
    const stage = await onStage({ seed: BARE })
    await setup(stage)
    const before = operations(stage, 'iam').length
    const result = await setup(stage)
    expect(result.outputs.created).toBe('false')
    expect(operations(stage, 'iam').slice(before)).toEqual(['GetRole', 'GetRole', 'GetRolePolicy'])
  })

  it('takes a service-linked role that somebody else makes at the same moment for made', async () => {
    const stage = await onStage({ seed: BARE })
    await setup(stage)
    stage.simulator.setFaults([{ service: 'iam', operation: 'GetRole', nth: 1, fault: 'staleRead', empty: true }])
    expectExit(await setup(stage), 0)
  })

  it('refuses a region without the action before it makes anything', async () => {
    const stage = await onStage({ seed: BARE, faults: [{ service: 'fis', operation: 'GetAction', fault: 'staleRead' }] })
    const result = await setup(stage, { region: 'mars-1', 'role-name': 'bad name' })
    expect(errorOf(result)).toMatch(/^Bad input: region: .*\| role-name: /)
    expect(stage.simulator.journal()).toEqual([])
  })

  it('does not change a role of somebody else, and shows what it lacks', async () => {
    const stage = await onStage({ seed: { ...BARE, roles: [{ name: ROLE, tags: { Owner: 'platform' } }] } })
    const result = await setup(stage)
    expectExit(result, 1)
    expect(errorOf(result)).toMatch(/was not made by this action, so it is not changed.*ec2:SendSpotInstanceInterruptions/)
    expect(stage.simulator.leftovers().foreignTouched).toEqual([])
  })
})
