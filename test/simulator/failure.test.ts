import { describe, expect, it } from 'vitest'
import { experimentOf, instanceOf, interruptPolicy, launch, setReadyStage, setStage, spotArn, spotId } from './fixture.ts'

const trust = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'fis.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: {
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:fis:*:123456789012:experiment/*' },
      },
    },
  ],
}

const at = (arn: string) => ({ targets: { spot: { resourceType: 'aws:ec2:spot-instance', resourceArns: [arn], selectionMode: 'ALL' } } })

describe('a target that FIS cannot hit', () => {
  it.each([
    ['is missing', spotArn('i-00000000000000009'), /not found/],
    ['is in another region', spotArn(spotId, 'eu-west-1'), /not found/],
    ['is in another account', spotArn(spotId).replace('123456789012', '999999999999'), /not found/],
    ['is on-demand', spotArn('i-0000000000000000a'), /not a Spot instance/],
    ['is stopped', spotArn('i-0000000000000000b'), /not in the running state/],
  ])('because it %s fails the experiment before any action', async (_, arn, reason) => {
    const instances = [
      { id: 'i-0000000000000000a', lifecycle: 'on-demand' as const },
      { id: 'i-0000000000000000b', state: 'stopped' as const },
    ]
    const stage = await setReadyStage({ instances })
    const { id } = await launch(stage, at(arn))
    expect((await experimentOf(stage, id)).state).not.toHaveProperty('error')
    stage.advance(2)
    const experiment = await experimentOf(stage, id)
    expect(experiment.state).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason), error: { code: 'InvalidTarget' } })
    expect(experiment.actions.interrupt).toMatchObject({ state: { status: 'cancelled' } })
    expect(experiment.actions.interrupt).not.toHaveProperty('startTime')
  })
})

describe('a role that FIS cannot use', () => {
  const allowed = { policies: { interrupt: interruptPolicy } }

  it.each([
    ['is missing', []],
    ['does not trust FIS', [{ name: 'Fis', trust: 'none' as const, ...allowed }]],
    [
      'trusts FIS for another account',
      [{ name: 'Fis', trust: JSON.parse(JSON.stringify(trust).replaceAll('123456789012', '999999999999')), ...allowed }],
    ],
    ['is too young', [{ name: 'Fis', usableInSeconds: 30, ...allowed }]],
    ['has no policy', [{ name: 'Fis' }]],
    [
      'is denied',
      [
        {
          name: 'Fis',
          policies: {
            ...allowed.policies,
            not: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'ec2:*', Resource: '*' }] },
          },
        },
      ],
    ],
    ['may only interrupt others', [{ name: 'Fis', policies: { a: conditional('no') } }]],
  ])('because it %s fails with AuthorizationFailure', async (_, roles) => {
    const stage = await setStage({ instances: [{ id: spotId, tags: { ready: 'yes' } }], roles })
    const { id } = await launch(stage)
    stage.advance(2)
    const experiment = await experimentOf(stage, id)
    expect(experiment.state).toMatchObject({ status: 'failed', error: { code: 'AuthorizationFailure', accountId: '123456789012' } })
    expect(experiment.actions.interrupt).not.toHaveProperty('startTime')
    stage.advance(300)
    expect((await instanceOf(stage)).instanceState.name).toBe('running')
  })

  it.each([
    ['trusts with conditions', { trust, ...allowed }],
    ['may interrupt by tag', { policies: { a: conditional('yes') } }],
    ['has the managed policy', { attached: ['arn:aws:iam::aws:policy/service-role/AWSFaultInjectionSimulatorEC2Access'] }],
    ['is old enough at t0', { usableInSeconds: 2, ...allowed }],
  ])('a role that %s is fine', async (_, role) => {
    const stage = await setStage({ instances: [{ id: spotId, tags: { ready: 'yes' } }], roles: [{ name: 'Fis', ...role }] })
    const { id } = await launch(stage)
    stage.advance(2)
    expect((await experimentOf(stage, id)).state.status).toBe('running')
  })

  it('may fail by its action instead, if the switch says so', async () => {
    const stage = await setStage({ instances: [{ id: spotId }], roles: [{ name: 'Fis' }] })
    stage.setSwitches({ deniedRole: 'after-start' })
    const { id } = await launch(stage)
    stage.advance(7)
    const experiment = await experimentOf(stage, id)
    expect(experiment.state).toMatchObject({ status: 'failed', reason: expect.stringContaining('ec2:SendSpotInstanceInterruptions') })
    expect(experiment.actions.interrupt).toMatchObject({ state: { status: 'failed' }, startTime: 1767225602, endTime: 1767225607 })
  })

  it('is no matter for a preview, as long as it can be assumed', async () => {
    const stage = await setStage({ instances: [{ id: spotId }], roles: [{ name: 'Fis' }] })
    const { id } = await launch(stage, {}, { experimentOptions: { actionsMode: 'skip-all' } })
    stage.advance(5)
    expect((await experimentOf(stage, id)).state.status).toBe('completed')
  })

  it('comes of age: IAM is eventually consistent', async () => {
    const stage = await setStage({ instances: [{ id: spotId }] })
    stage.setSwitches({ roleLagSeconds: 15 })
    await stage.query('iam', { Action: 'CreateRole', RoleName: 'Fis', AssumeRolePolicyDocument: JSON.stringify(trust) })
    await stage.query('iam', { Action: 'PutRolePolicy', RoleName: 'Fis', PolicyName: 'p', PolicyDocument: JSON.stringify(interruptPolicy) })
    const first = await launch(stage)
    stage.advance(13)
    expect((await experimentOf(stage, first.id)).state).toMatchObject({ status: 'failed', error: { code: 'AuthorizationFailure' } })
    const again = await stage.rest('POST', '/experiments', { clientToken: 'again', experimentTemplateId: first.templateId })
    stage.advance(2)
    expect((await experimentOf(stage, again.body.experiment.id)).state.status).toBe('running')
  })
})

describe('failExperiment', () => {
  it('fails as many as it says, before any action', async () => {
    const stage = await setReadyStage()
    stage.setSwitches({
      failExperiment: { when: 'before-start', code: 'InternalFailure', reason: 'Something broke.', times: 1 },
    })
    const first = await launch(stage)
    stage.advance(2)
    expect((await experimentOf(stage, first.id)).state).toMatchObject({
      status: 'failed',
      reason: 'Something broke.',
      error: { code: 'InternalFailure' },
    })
    const again = await stage.rest('POST', '/experiments', { clientToken: 'again', experimentTemplateId: first.templateId })
    stage.advance(2)
    expect((await experimentOf(stage, again.body.experiment.id)).state.status).toBe('running')
  })

  it.each([
    [false, 'running'],
    [true, 'terminated'],
  ])('fails after the start; the interruption lands all the same: %s', async (lands, state) => {
    const stage = await setReadyStage()
    stage.setSwitches({ failExperiment: { when: 'after-start', code: 'DependentServiceFailure', reason: 'EC2 did not answer.', lands } })
    const { id } = await launch(stage)
    stage.advance(7)
    const experiment = await experimentOf(stage, id)
    expect(experiment).toMatchObject({
      state: { status: 'failed', error: { code: 'DependentServiceFailure' } },
      actions: { interrupt: { state: { status: 'failed', reason: 'EC2 did not answer.' }, startTime: 1767225602 } },
    })
    stage.advance(300)
    expect((await instanceOf(stage)).instanceState.name).toBe(state)
  })
})

function conditional(value: string) {
  const [statement] = interruptPolicy.Statement
  return { Version: '2012-10-17', Statement: { ...statement, Condition: { StringEquals: { 'ec2:ResourceTag/ready': value } } } }
}
