import { describe, expect, it } from 'vitest'
import { experimentOf, instanceOf, interruptPolicy, launch, openReadySimulator, openSimulator, spotArn, spotId } from './fixture.ts'

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
    const simulator = await openReadySimulator({ instances })
    const { id } = await launch(simulator, at(arn))
    expect((await experimentOf(simulator, id)).state).not.toHaveProperty('error')
    simulator.advance(2)
    const experiment = await experimentOf(simulator, id)
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
    const simulator = await openSimulator({ instances: [{ id: spotId, tags: { ready: 'yes' } }], roles })
    const { id } = await launch(simulator)
    simulator.advance(2)
    const experiment = await experimentOf(simulator, id)
    expect(experiment.state).toMatchObject({ status: 'failed', error: { code: 'AuthorizationFailure', accountId: '123456789012' } })
    expect(experiment.actions.interrupt).not.toHaveProperty('startTime')
    simulator.advance(300)
    expect((await instanceOf(simulator)).instanceState.name).toBe('running')
  })

  it.each([
    ['trusts with conditions', { trust, ...allowed }],
    ['may interrupt by tag', { policies: { a: conditional('yes') } }],
    ['has the managed policy', { attached: ['arn:aws:iam::aws:policy/service-role/AWSFaultInjectionSimulatorEC2Access'] }],
    ['is old enough at t0', { usableInSeconds: 2, ...allowed }],
  ])('a role that %s is fine', async (_, role) => {
    const simulator = await openSimulator({ instances: [{ id: spotId, tags: { ready: 'yes' } }], roles: [{ name: 'Fis', ...role }] })
    const { id } = await launch(simulator)
    simulator.advance(2)
    expect((await experimentOf(simulator, id)).state.status).toBe('running')
  })

  it('may fail by its action instead, if the switch says so', async () => {
    const simulator = await openSimulator({ instances: [{ id: spotId }], roles: [{ name: 'Fis' }] })
    simulator.setSwitches({ deniedRole: 'after-start' })
    const { id } = await launch(simulator)
    simulator.advance(7)
    const experiment = await experimentOf(simulator, id)
    expect(experiment.state).toMatchObject({ status: 'failed', reason: expect.stringContaining('ec2:SendSpotInstanceInterruptions') })
    expect(experiment.actions.interrupt).toMatchObject({ state: { status: 'failed' }, startTime: 1767225602, endTime: 1767225607 })
  })

  it('is no matter for a preview, as long as it can be assumed', async () => {
    const simulator = await openSimulator({ instances: [{ id: spotId }], roles: [{ name: 'Fis' }] })
    const { id } = await launch(simulator, {}, { experimentOptions: { actionsMode: 'skip-all' } })
    simulator.advance(5)
    expect((await experimentOf(simulator, id)).state.status).toBe('completed')
  })

  it('comes of age: IAM is eventually consistent', async () => {
    const simulator = await openSimulator({ instances: [{ id: spotId }] })
    simulator.setSwitches({ roleLagSeconds: 15 })
    await simulator.query('iam', { Action: 'CreateRole', RoleName: 'Fis', AssumeRolePolicyDocument: JSON.stringify(trust) })
    await simulator.query('iam', {
      Action: 'PutRolePolicy',
      RoleName: 'Fis',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify(interruptPolicy),
    })
    const first = await launch(simulator)
    simulator.advance(13)
    expect((await experimentOf(simulator, first.id)).state).toMatchObject({ status: 'failed', error: { code: 'AuthorizationFailure' } })
    const again = await simulator.rest('POST', '/experiments', { clientToken: 'again', experimentTemplateId: first.templateId })
    simulator.advance(2)
    expect((await experimentOf(simulator, again.body.experiment.id)).state.status).toBe('running')
  })
})

describe('failExperiment', () => {
  it('fails as many as it says, before any action', async () => {
    const simulator = await openReadySimulator()
    simulator.setSwitches({
      failExperiment: { when: 'before-start', code: 'InternalFailure', reason: 'Something broke.', times: 1 },
    })
    const first = await launch(simulator)
    simulator.advance(2)
    expect((await experimentOf(simulator, first.id)).state).toMatchObject({
      status: 'failed',
      reason: 'Something broke.',
      error: { code: 'InternalFailure' },
    })
    const again = await simulator.rest('POST', '/experiments', { clientToken: 'again', experimentTemplateId: first.templateId })
    simulator.advance(2)
    expect((await experimentOf(simulator, again.body.experiment.id)).state.status).toBe('running')
  })

  it.each([
    [false, 'running'],
    [true, 'terminated'],
  ])('fails after the start; the interruption lands all the same: %s', async (lands, state) => {
    const simulator = await openReadySimulator()
    simulator.setSwitches({
      failExperiment: { when: 'after-start', code: 'DependentServiceFailure', reason: 'EC2 did not answer.', lands },
    })
    const { id } = await launch(simulator)
    simulator.advance(7)
    const experiment = await experimentOf(simulator, id)
    expect(experiment).toMatchObject({
      state: { status: 'failed', error: { code: 'DependentServiceFailure' } },
      actions: { interrupt: { state: { status: 'failed', reason: 'EC2 did not answer.' }, startTime: 1767225602 } },
    })
    simulator.advance(300)
    expect((await instanceOf(simulator)).instanceState.name).toBe(state)
  })
})

function conditional(value: string) {
  const [statement] = interruptPolicy.Statement
  return { Version: '2012-10-17', Statement: { ...statement, Condition: { StringEquals: { 'ec2:ResourceTag/ready': value } } } }
}
