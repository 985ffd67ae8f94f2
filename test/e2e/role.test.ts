import { expect, it } from 'vitest'
import {
  calls,
  expectClean,
  expectFailure,
  expectPass,
  outcomes,
  play,
  READY,
  REGION,
  ROLE,
  type Setting,
  TARGET,
  writes,
} from './scenario.ts'

const instances = [{ id: TARGET, region: REGION }]
const OURS = {
  ManagedBy: 'spot-interrupt',
  'spot-interrupt:invocation': '11111111-2222-4333-8444-555555555555',
  'spot-interrupt:created-at': '2026-02-28T12:00:00.000Z',
}
const withRole = (role: object, more: Setting = {}): Setting => ({ ...more, seed: { instances, roles: [{ name: ROLE, ...role }] } })

it.concurrent('starts again, with a new token and the same template, while a fresh role can not be assumed', async () => {
  const scene = await play({ seed: { instances }, switches: { roleLagSeconds: 25 } })
  expectPass(scene.main)
  expect(outcomes(scene.main)).toEqual({ [TARGET]: 'interrupted' })
  expect(scene.main.stdout).toContain('⚠ No action was started')
  const starts = scene.simulator.journal().filter(({ operation }) => operation === 'StartExperiment')
  const params = starts.map((one) => one.params as { clientToken: string; experimentTemplateId: string })
  expect(new Set(params.map(({ clientToken }) => clientToken)).size).toBeGreaterThan(1)
  expect(new Set(params.map(({ experimentTemplateId }) => experimentTemplateId)).size).toBe(1)
  await scene.post()
  expectClean(scene, [`role ${ROLE}`])
})

it.concurrent('gives up on a role that FIS can never assume, after starting again for ninety seconds', async () => {
  const scene = await play({ seed: { instances }, switches: { roleLagSeconds: 3600 }, inputs: { 'delete-role': 'true' } })
  expectFailure(scene.main, 'before any action started', 'Unable to assume role', 'trusts fis.amazonaws.com')
  const starts = scene.simulator.journal().filter(({ operation }) => operation === 'StartExperiment')
  expect(starts.length).toBeGreaterThan(3)
  expect(Date.parse(starts.at(-1)?.at ?? '') - Date.parse(starts[0]?.at ?? '')).toBeLessThanOrEqual(95_000)
  await scene.post()
  expectClean(scene)
})

it.concurrent('mends a role of ours that lacks its policy', async () => {
  const scene = await play(withRole({ tags: OURS, policies: {}, foreign: false }))
  expectPass(scene.main)
  expect(scene.main.stdout).toContain('✓ Mended and using role')
  const put = scene.simulator.journal().find(({ operation }) => operation === 'PutRolePolicy')
  expect(put?.params).toMatchObject({ RoleName: ROLE, PolicyName: 'FISSpotInterruptionsMinimal' })
  await scene.post()
  expectClean(scene, [`role ${ROLE}`])
})

it.concurrent('never deletes a role that was there before, whatever delete-role says', async () => {
  const scene = await play({ seed: READY, inputs: { 'delete-role': 'true', 'wait-for': 'experiment' } })
  expectPass(scene.main)
  await scene.post()
  expect(calls(scene).filter((name) => name.startsWith('iam:'))).toEqual(['iam:GetRole', 'iam:GetRolePolicy'])
  expectClean(scene)
})

/** What must be refused, and the words that tell how to go on; not one write may reach a role that is not ours. */
it.concurrent.each([
  [
    "somebody else's role without the policy",
    withRole({ policies: {} }),
    ['was not made by this action', 'ec2:SendSpotInstanceInterruptions'],
  ],
  ["somebody else's role that does not trust FIS", withRole({ trust: 'none' }), ['can not be assumed by FIS', '"sts:AssumeRole"']],
  ['a missing role with create-role: false', { seed: { instances }, inputs: { 'create-role': 'false' } }, [`There is no role ${ROLE}`]],
] as const)('refuses %s, and changes nothing', async (_, setting, said) => {
  const scene = await play({ speed: 5, ...setting })
  expectFailure(scene.main, ...said)
  expect(writes(scene)).toEqual([])
  await scene.post()
  expectClean(scene)
})
