import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import {
  calls,
  expectClean,
  expectFailure,
  expectPass,
  outcomes,
  POLICY,
  play,
  READY,
  REGION,
  ROLE,
  type RunOptions,
  TARGET,
  writes,
} from './scenario.ts'

const instances = [{ id: TARGET, region: REGION }]
const OURS = {
  ManagedBy: 'spot-interrupt',
  'spot-interrupt:invocation': '11111111-2222-4333-8444-555555555555',
  'spot-interrupt:created-at': '2026-02-28T12:00:00.000Z',
}
const ELSEWHERE = {
  narrow: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'ec2:SendSpotInstanceInterruptions', Resource: 'arn:aws:ec2:eu-west-1:123456789012:instance/*' },
    ],
  },
}
const withRole = (role: object, more: RunOptions = {}): RunOptions => ({ ...more, seed: { instances, roles: [{ name: ROLE, ...role }] } })

it.concurrent('starts again, with a new token and the same template, while a fresh role cannot be assumed', async () => {
  const played = await play({ seed: { instances }, switches: { roleLagSeconds: 25 } })
  expectPass(played.main)
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'interrupted' })
  expect(played.main.stdout).toContain('⚠ No action was started')
  const starts = played.simulator.journal().filter(({ operation }) => operation === 'StartExperiment')
  const params = starts.map((one) => one.params as { clientToken: string; experimentTemplateId: string })
  expect(new Set(params.map(({ clientToken }) => clientToken)).size).toBeGreaterThan(1)
  expect(new Set(params.map(({ experimentTemplateId }) => experimentTemplateId)).size).toBe(1)
  await played.post()
  expectClean(played, [`role ${ROLE}`])
})

it.concurrent('gives up on a role that FIS can never assume, after starting again for ninety seconds', async () => {
  const played = await play({ seed: { instances }, switches: { roleLagSeconds: 3600 }, inputs: { 'delete-role': 'true' } })
  expectFailure(played.main, 'before any action started', 'Unable to assume role', 'trusts fis.amazonaws.com')
  const starts = played.simulator.journal().filter(({ operation }) => operation === 'StartExperiment')
  expect(starts.length).toBeGreaterThan(3)
  expect(Date.parse(starts.at(-1)?.at ?? '') - Date.parse(starts[0]?.at ?? '')).toBeLessThanOrEqual(95_000)
  await played.post()
  expectClean(played)
})

it.concurrent('mends a role of ours that lacks its policy', async () => {
  const played = await play(withRole({ tags: OURS, policies: {}, foreign: false }))
  expectPass(played.main)
  expect(played.main.stdout).toContain('✓ Added the missing policy to role')
  const put = played.simulator.journal().find(({ operation }) => operation === 'PutRolePolicy')
  expect(put?.params).toMatchObject({ RoleName: ROLE, PolicyName: 'FISSpotInterruptionsMinimal' })
  await played.post()
  expectClean(played, [`role ${ROLE}`])
})

it.concurrent('has a role of its own with delete-role, and deletes that and no other', async () => {
  const shared = { tags: OURS, policies: { FISSpotInterruptionsMinimal: POLICY } }
  const played = await play(withRole(shared, { inputs: { 'delete-role': 'true', 'wait-for': 'experiment' } }))
  expectPass(played.main)
  const own = played.main.outputs['role-arn']?.split('/')[1] ?? ''
  expect(own).toMatch(/^FIS-SpotMinimalRole-[0-9a-f]{8}$/)
  const writes = played.simulator.journal().filter(({ operation }) => /^(Create|Put|Delete)Role/.test(operation))
  expect(writes.map(({ params }) => (params as { RoleName: string }).RoleName)).toEqual([own, own, own, own])
  expectExit(await played.post(), 0)
  expectClean(played)
})

it.concurrent('uses a role that somebody else has made ready with two calls to IAM', async () => {
  const played = await play({ seed: READY, inputs: { 'wait-for': 'experiment' } })
  expectPass(played.main)
  expect(calls(played).filter((name) => name.startsWith('iam:'))).toEqual(['iam:GetRole', 'iam:GetRolePolicy'])
  expectClean(played)
})

const MANAGED = 'arn:aws:iam::aws:policy/service-role/AWSFaultInjectionSimulatorEC2Access'
const ITN = {
  'fis-itn': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ec2:SendSpotInstanceInterruptions', Resource: '*' }] },
}

it.concurrent.each([
  ['an inline policy of another name, as aws-fis-itn has', { policies: ITN }, [], false],
  ['a managed policy', { attached: [MANAGED] }, [], false],
  ['a policy that the caller may not read', { policies: ITN }, ['ListRolePolicies'], true],
  [
    'a policy of the right name that the caller may not read',
    { policies: { FISSpotInterruptionsMinimal: POLICY } },
    ['GetRolePolicy'],
    true,
  ],
  ['a managed policy that the caller may not read', { attached: [MANAGED] }, ['GetPolicyVersion'], true],
] as const)('uses a role of another origin with %s', async (_, role, denied, warns) => {
  const faults = denied.map((operation) => ({ service: 'iam', operation, fault: 'denied' }) as const)
  const played = await play(withRole(role, { faults, inputs: { 'wait-for': 'experiment' } }))
  expectPass(played.main)
  expect(played.main.stdout.includes('but nobody can see here whether it may send Spot interruptions')).toBe(warns)
  expect(writes(played).filter((name) => name.startsWith('iam:'))).toEqual([])
  await played.post()
  expectClean(played)
})

it.concurrent.each([
  ['a role-arn that is no role', { 'role-arn': 'arn:aws:iam::123456789012:role/nobody' }, {}],
  [
    'a role of somebody else whose permission is for other instances',
    {},
    { attached: ['arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess'], policies: ELSEWHERE },
  ],
])('fails at once on %s: no start will make it better', async (_, inputs, role) => {
  const played = await play(withRole(role, { inputs }))
  expectFailure(played.main, /before any action started/)
  expect(calls(played).filter((name) => name === 'fis:StartExperiment')).toHaveLength(1)
  expect(played.main.stdout).not.toContain('A fresh role takes a while')
  await played.post()
  expectClean(played)
})

/** What must be refused, and the words that tell how to go on; not one write may reach a role that is not ours. */
it.concurrent.each([
  [
    "somebody else's role without the policy",
    withRole({ policies: {} }),
    ['was not made by this action', 'ec2:SendSpotInstanceInterruptions'],
  ],
  ["somebody else's role that does not trust FIS", withRole({ trust: 'none' }), ['FIS cannot assume the role', '"sts:AssumeRole"']],
  ['a missing role with create-role: false', { seed: { instances }, inputs: { 'create-role': 'false' } }, [`There is no role ${ROLE}`]],
] as const)('refuses %s, and changes nothing', async (_, options, said) => {
  const played = await play({ speed: 5, ...options })
  expectFailure(played.main, ...said)
  expect(writes(played)).toEqual([])
  await played.post()
  expectClean(played)
})
