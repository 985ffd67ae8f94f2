import { describe, expect, it } from 'vitest'
import { dryRun } from '../../../src/flows/dry-run.ts'
import type { Inputs } from '../../../src/model/inputs/main.ts'
import type { ReadWorld, World } from '../../../src/world.ts'
import { asg, asgMember } from '../../fakes/capacity.ts'
import { ACCOUNT, ID, planned, WHO } from '../../fakes/timeline.ts'
import { fakeWorld, type Overrides, rejecting } from '../../fakes/world.ts'

const INPUTS: Inputs = {
  ...planned(),
  ...{ roleArn: null, roleName: 'r', createRole: true, deleteRole: false, maxTargets: 5, timezone: 'UTC', tags: {}, sweep: true },
  rehearsal: false,
  dryRun: true,
}
const caller = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ci`, source: 'the environment' }

async function tried(overrides: Overrides = {}, changes: Partial<Inputs> = {}) {
  const world = fakeWorld({ sts: { whoami: async () => caller }, ...overrides })
  return { world, conclusion: await dryRun(world, { ...INPUTS, ...changes }, WHO) }
}

/** The methods of all ports that a dry run may call, as the compiler has them. A method that writes is none of them. */
type Port = 'sts' | 'ec2' | 'autoscaling' | 'elb' | 'ecs' | 'cloudwatch' | 'iam' | 'fis'
type Methods<W extends { readonly [P in Port]: object }> = { [P in Port]: `${P}.${Extract<keyof W[P], string>}` }[Port]
const WRITES: Record<Exclude<Methods<World>, Methods<ReadWorld>>, true> = {
  'iam.createRole': true,
  'iam.putPolicy': true,
  'iam.deletePolicy': true,
  'iam.deleteRole': true,
  'iam.createServiceRole': true,
  'fis.createTemplate': true,
  'fis.deleteTemplate': true,
  'fis.startExperiment': true,
  'fis.stopExperiment': true,
}

describe('a dry run', () => {
  it.each<[string, Partial<Inputs>]>([
    ['a role to be created', {}],
    ['a role of its own', { deleteRole: true }],
    ['a given role', { roleArn: `arn:aws:iam::${ACCOUNT}:role/x` }],
    [
      'a group',
      { instanceIds: [], aim: { aim: { by: 'group', group: 'g' }, zone: null, selection: { kind: 'COUNT', n: 1 }, keepRunning: 0 } },
    ],
  ])('calls nothing that writes: %s', async (_, changes) => {
    const readGroups = async () => [asg({ members: [asgMember(ID)] })]
    const { world, conclusion } = await tried({ autoscaling: { readGroups } }, changes)
    expect(conclusion).toMatchObject({ result: { pass: true }, verdict: { word: 'not-judged' } })
    expect(world.called().filter((name) => Object.hasOwn(WRITES, name))).toEqual([])
    expect(world.called('iam.simulatePolicy').length).toBeGreaterThan(5)
    expect(world.recorded('planned').at(-1)?.plan.instanceIds).toEqual([ID])
  })

  it('asks for the real role, tags and action, and for no action of FIS that the run does not use', async () => {
    const { world } = await tried()
    const asked = world.calls.filter(({ name }) => name === 'iam.simulatePolicy').map(({ args }) => JSON.stringify(args[1]))
    expect(asked.join()).toContain(`"iam:PassRole"],"resources":["arn:aws:iam::${ACCOUNT}:role/r"]`)
    expect(asked.join()).toContain('"aws:RequestTag/spot-interrupt:invocation"')
    expect(asked.join()).not.toContain('rebalance')
    expect(asked.join()).not.toMatch(/[{]\w+[}]|\/\*"/)
  })

  it('fails on what is denied, and names call and statement', async () => {
    const simulatePolicy: World['iam']['simulatePolicy'] = async (_, { actions, resources }) =>
      actions.flatMap((action) =>
        resources.map((resource) => ({ action, resource, answer: action === 'iam:PassRole' ? ('denied' as const) : ('allowed' as const) })),
      )
    const { conclusion } = await tried({ iam: { simulatePolicy } })
    expect(conclusion.result.pass).toBe(false)
    expect(conclusion.result.text).toContain(`denied iam:PassRole on arn:aws:iam::${ACCOUNT}:role/r`)
    expect(conclusion.result.hint).toContain('"Sid":"PassRole"')
  })

  it.each<[string, Overrides]>([
    ['the right to simulate is missing', { iam: { simulatePolicy: rejecting('denied') } }],
    [
      'the role of the caller cannot be read',
      { sts: { whoami: async () => ({ ...caller, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/ci/job` }) } },
    ],
    ['the caller is the root user', { sts: { whoami: async () => ({ ...caller, arn: `arn:aws:iam::${ACCOUNT}:root` }) } }],
  ])('passes with a warning where %s', async (_, overrides) => {
    const { world, conclusion } = await tried(overrides)
    expect(conclusion.result.pass).toBe(true)
    expect(
      world
        .recorded('warned')
        .map(({ what }) => what)
        .join(),
    ).toContain('It is not known whether')
  })

  it('does not fail on the role of FIS where nobody can see whether it exists', async () => {
    const readRole = async (name: string) => (name.startsWith('AWSService') ? rejecting('denied')() : undefined)
    const simulatePolicy: World['iam']['simulatePolicy'] = async (_, { actions, resources }) =>
      actions.flatMap((action) =>
        resources.map((resource) => ({
          action,
          resource,
          answer: action === 'iam:CreateServiceLinkedRole' ? ('denied' as const) : ('allowed' as const),
        })),
      )
    const { world, conclusion } = await tried({ iam: { readRole, simulatePolicy } })
    expect(conclusion.result.pass).toBe(true)
    expect(world.recorded('permission').filter(({ answer }) => answer === 'unknown')).toHaveLength(1)
  })

  it('checks permissions also where preflight refuses, and shows every obstacle', async () => {
    const { world, conclusion } = await tried({ ec2: { readInstances: async () => [] } }, { createRole: false })
    expect(conclusion.result.pass).toBe(false)
    expect(conclusion.result.text).toContain('is not known in eu-west-1')
    expect(conclusion.result.text).toContain('There is no role r')
    const { text, hint } = conclusion.result
    expect(`${text} ${hint}`.split('Nothing was created').length - 1).toBe(1)
    expect(world.recorded('permission').length).toBeGreaterThan(5)
  })
})
