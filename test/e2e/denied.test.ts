import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { calls, expectClean, expectFailure, outcomes, play, REGION, ROLE, type RunOptions, TARGET } from './scenario.ts'

const deny = (operation: string, more: object = {}) => ({ faults: [{ operation, fault: 'denied' as const, ...more }] })
const noRole = { seed: { instances: [{ id: TARGET, region: REGION }] } }

/** Each call, denied for good: what the one error line must name. The run ends there, and nothing is left. */
const DENIED: readonly (readonly [string, RunOptions, readonly string[]])[] = [
  ['sts:GetCallerIdentity', deny('GetCallerIdentity'), ['Grant sts:GetCallerIdentity']],
  ['fis:GetAction', deny('GetAction'), ['Grant fis:GetAction on arn:aws:fis:us-east-1:123456789012:action/aws:ec2:send-spot-instance-i']],
  ['ec2:DescribeInstances', deny('DescribeInstances'), ['Grant ec2:DescribeInstances']],
  ['ec2:DescribeSpotInstanceRequests', deny('DescribeSpotInstanceRequests'), ['Grant ec2:DescribeSpotInstanceRequests']],
  ['iam:GetRole', deny('GetRole'), [`Grant iam:GetRole on arn:aws:iam::123456789012:role/${ROLE}`]],
  ['iam:CreateRole', { ...deny('CreateRole'), ...noRole }, ['Grant iam:CreateRole']],
  ['iam:PutRolePolicy', { ...deny('PutRolePolicy'), ...noRole, inputs: { 'delete-role': 'true' } }, ['Grant iam:PutRolePolicy']],
  ['fis:CreateExperimentTemplate', deny('CreateExperimentTemplate'), ['Grant fis:CreateExperimentTemplate']],
  [
    'iam:PassRole, which CreateExperimentTemplate needs',
    deny('CreateExperimentTemplate', { action: 'iam:PassRole', resource: `arn:aws:iam::123456789012:role/${ROLE}` }),
    ['AWS refused fis:CreateExperimentTemplate', `Grant iam:PassRole on arn:aws:iam::123456789012:role/${ROLE}`],
  ],
  ['fis:StartExperiment', deny('StartExperiment'), ['Grant fis:StartExperiment']],
]

it.concurrent.each(DENIED)('fails at once when %s is denied, naming it, and leaves nothing', async (_, options, said) => {
  const played = await play({ ...options, speed: 5 })
  expectFailure(played.main, /AccessDenied|UnauthorizedOperation/, ...said, 'docs/permissions.md')
  const refused = played.simulator.journal().filter(({ fault }) => fault === 'denied')
  expect(refused).toHaveLength(1)
  expect(played.main.outputs).toMatchObject({ 'experiment-id': '', interrupted: 'false' })
  expect(played.simulator.leftovers().interrupted).toEqual([])
  expectExit(await played.post(), 0)
  expectClean(played)
})

it.concurrent('stops the experiment and fails when it may not read it: what cannot be followed is not passed', async () => {
  const played = await play(deny('GetExperiment'))
  expectFailure(played.main, 'AWS could not be read several times in a row', 'Grant fis:GetExperiment', 'The interruption may still come')
  expect(calls(played)).toContain('fis:StopExperiment')
  expect(played.main.outputs['experiment-id']).toMatch(/^EXP/)
})

it.concurrent('says what is left, with the command to remove it, when the template may not be deleted', async () => {
  const played = await play(deny('DeleteExperimentTemplate'))
  const id = played.main.outputs['template-id'] ?? ''
  expectExit(played.main, 0)
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'interrupted' })
  expect(played.main.summary).toContain('❌ <b>left behind</b>')
  const post = await played.post()
  expectFailure(post, `The template ${id} is left behind`, 'Grant fis:DeleteExperimentTemplate')
  expectFailure(post, `aws fis delete-experiment-template --region ${REGION} --id ${id}`)
  expectClean(played, [`template ${id}`])
})

it.concurrent.each(['DeleteRolePolicy', 'DeleteRole'])('says what is left, with the commands, when %s is denied', async (operation) => {
  const played = await play({ ...deny(operation), ...noRole, inputs: { 'delete-role': 'true', 'wait-for': 'experiment' } })
  expectExit(played.main, 0)
  const post = await played.post()
  const role = played.main.outputs['role-arn']?.split('/')[1] ?? ''
  expectFailure(post, `The role ${role} is left behind`, `Grant iam:${operation}`, `aws iam delete-role --role-name ${role}`)
  expectClean(played, [`role ${role}`])
})

it.concurrent('says, when StopExperiment is denied at the time-out, how to stop it by hand', async () => {
  const played = await play({
    ...deny('StopExperiment'),
    inputs: { duration: '3m', timeout: '3m' },
    switches: { completed: 'interruption', pendingSeconds: 60 },
  })
  expectFailure(played.main, 'Timed out 3m 0s after the start')
  const id = played.main.outputs['experiment-id'] ?? ''
  expect(played.main.stdout).toContain(`✗ Experiment ${id} could not be removed`)
  expect(played.main.stdout).toContain(`aws fis stop-experiment --region ${REGION} --id ${id}`)
})
