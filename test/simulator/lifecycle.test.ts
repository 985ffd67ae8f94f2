import {
  CancelSpotInstanceRequestsCommand,
  CreateTagsCommand,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import { instanceOf, openSimulator, requestOf } from './fixture.ts'

const ids = ['i-0000000000000000a', 'i-0000000000000000b', 'i-0000000000000000c'] as const

describe('RunInstances', () => {
  const common = { ImageId: 'ami-1', InstanceType: 't3.micro' as const, MinCount: 1, MaxCount: 1 }

  it('launches Spot instances with their request and tags', async () => {
    const simulator = await openSimulator()
    const launched = await simulator.ec2.send(
      new RunInstancesCommand({
        ...common,
        MaxCount: 2,
        Placement: { AvailabilityZone: 'us-east-1c' },
        SubnetId: 'subnet-0123456789abcdef0',
        SecurityGroupIds: ['sg-0fedcba9876543210'],
        KeyName: 'ops',
        IamInstanceProfile: { Name: 'worker' },
        EbsOptimized: true,
        Monitoring: { Enabled: true },
        InstanceMarketOptions: {
          MarketType: 'spot',
          SpotOptions: { MaxPrice: '0.05', SpotInstanceType: 'persistent', InstanceInterruptionBehavior: 'stop' },
        },
        TagSpecifications: [
          { ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'web' }] },
          { ResourceType: 'spot-instances-request', Tags: [{ Key: 'Name', Value: 'request' }] },
        ],
      }),
    )
    expect(launched.Instances).toMatchObject([
      {
        AmiLaunchIndex: 0,
        InstanceLifecycle: 'spot',
        State: { Name: 'pending' },
        Tags: [{ Value: 'web' }],
        Placement: { AvailabilityZone: 'us-east-1c' },
        SubnetId: 'subnet-0123456789abcdef0',
        VpcId: expect.stringMatching(/^vpc-/),
        PrivateIpAddress: expect.stringMatching(/^10\.\d+\.\d+\.\d+$/),
        PrivateDnsName: expect.stringMatching(/^ip-10-\d+-\d+-\d+\.ec2\.internal$/),
        SecurityGroups: [{ GroupId: 'sg-0fedcba9876543210' }],
        KeyName: 'ops',
        IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/worker' },
        EbsOptimized: true,
        Monitoring: { State: 'enabled' },
      },
      { AmiLaunchIndex: 1, InstanceLifecycle: 'spot' },
    ])
    const id = launched.Instances?.[0]?.InstanceId ?? ''
    expect(await requestOf(simulator, id)).toMatchObject({
      type: 'persistent',
      instanceInterruptionBehavior: 'stop',
      tagSet: { item: { value: 'request' } },
      spotPrice: '0.050000',
      status: { code: 'fulfilled', message: 'Your Spot request is fulfilled.' },
      launchSpecification: { imageId: 'ami-1', instanceType: 't3.micro', keyName: 'ops', subnetId: 'subnet-0123456789abcdef0' },
    })
    simulator.advance(5)
    expect((await instanceOf(simulator, id)).instanceState.name).toBe('running')
  })

  it.each([
    ['BlockDeviceMappings', { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8 } }] }, /not simulated/],
    ['CreditSpecification', { CreditSpecification: { CpuCredits: 'unlimited' } }, /not simulated/],
    ['InstanceInitiatedShutdownBehavior', { InstanceInitiatedShutdownBehavior: 'terminate' as const }, /not simulated/],
    ['LaunchTemplate', { LaunchTemplate: { LaunchTemplateName: 'web' } }, /not simulated/],
    ['NetworkInterfaces', { NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: true }] }, /not simulated/],
    ['UserData', { UserData: 'IyEvYmluL3No' }, /not simulated/],
    ['a member that the simulator does not know', { PrivateIpAddress: '10.0.0.1' }, /not recognized/],
    ['a part of the placement that it does not know', { Placement: { GroupName: 'cluster' } }, /not recognized/],
    ['tags of a volume', { TagSpecifications: [{ ResourceType: 'volume' as const, Tags: [] }] }, /ResourceType/],
    ['a zone of another region', { Placement: { AvailabilityZone: 'eu-west-1a' } }, /Invalid availability zone: \[eu-west-1a\]/],
    ['a zone that cannot be', { Placement: { AvailabilityZone: 'us-east-1aa' } }, /Invalid availability zone/],
    [
      'protection of a Spot instance',
      { InstanceMarketOptions: { MarketType: 'spot' as const }, DisableApiTermination: true },
      /protection/,
    ],
    ['an end of a one-time request', { InstanceMarketOptions: { SpotOptions: { ValidUntil: new Date() } } }, /persistent/],
  ])('refuses %s', async (_, members, message) => {
    const simulator = await openSimulator()
    await expect(simulator.ec2.send(new RunInstancesCommand({ ...common, ...members }))).rejects.toThrow(message)
    expect(simulator.journal()).toMatchObject([{ operation: 'RunInstances', status: 400 }])
  })

  it('keeps a protected instance, and hibernates only what is configured for it', async () => {
    const simulator = await openSimulator()
    const { Instances } = await simulator.ec2.send(new RunInstancesCommand({ ...common, DisableApiTermination: true }))
    const InstanceIds = [Instances?.[0]?.InstanceId ?? '']
    simulator.advance(5)
    await expect(simulator.ec2.send(new TerminateInstancesCommand({ InstanceIds }))).rejects.toThrow(/may not be terminated/)
    await expect(simulator.ec2.send(new StopInstancesCommand({ InstanceIds, Hibernate: true }))).rejects.toThrow(/hibernation/)
  })

  it('launches on-demand instances, once for a token', async () => {
    const simulator = await openSimulator()
    const [first, again] = [await simulator.ec2.send(run('t')), await simulator.ec2.send(run('t'))]
    expect(first.Instances).toMatchObject([{ InstanceType: 't3.micro', ImageId: 'ami-1' }])
    expect(first.Instances?.[0]).not.toHaveProperty('InstanceLifecycle')
    expect(again.Instances?.[0]?.InstanceId).toBe(first.Instances?.[0]?.InstanceId)
    const other = simulator.ec2.send(new RunInstancesCommand({ ...common, MaxCount: 2, ClientToken: 't' }))
    await expect(other).rejects.toMatchObject({ name: 'IdempotentParameterMismatch' })
  })

  it('refuses what cannot be', async () => {
    const simulator = await openSimulator()
    const stop = { MarketType: 'spot' as const, SpotOptions: { InstanceInterruptionBehavior: 'stop' as const } }
    const refused = { name: 'InvalidParameterCombination' }
    await expect(simulator.ec2.send(new RunInstancesCommand({ ...common, InstanceMarketOptions: stop }))).rejects.toMatchObject(refused)
    await expect(simulator.ec2.send(new RunInstancesCommand({ ...common, MinCount: 3 }))).rejects.toMatchObject(refused)
  })

  function run(ClientToken: string) {
    return new RunInstancesCommand({ ...common, ClientToken })
  }
})

describe('changes of instances', () => {
  it('terminates, twice too', async () => {
    const simulator = await openSimulator({ instances: [{ id: ids[0] }] })
    const terminate = () => simulator.ec2.send(new TerminateInstancesCommand({ InstanceIds: [ids[0]] }))
    expect((await terminate()).TerminatingInstances).toEqual([
      { InstanceId: ids[0], PreviousState: { Code: 16, Name: 'running' }, CurrentState: { Code: 32, Name: 'shutting-down' } },
    ])
    simulator.advance(5)
    expect((await terminate()).TerminatingInstances).toMatchObject([{ CurrentState: { Name: 'terminated' } }])
    expect(await requestOf(simulator, ids[0])).toMatchObject({ state: 'closed', status: { code: 'instance-terminated-by-user' } })
    expect(simulator.leftovers().foreignTouched).toMatchObject([{ operation: 'TerminateInstances', kind: 'instance', id: ids[0] }, {}])
  })

  it('stops and starts where it may', async () => {
    const simulator = await openSimulator({
      instances: [{ id: ids[0] }, { id: ids[1], behaviour: 'stop' }, { id: ids[2], lifecycle: 'on-demand' }],
    })
    await expect(simulator.ec2.send(new StopInstancesCommand({ InstanceIds: [ids[0]] }))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
    })
    await simulator.ec2.send(new StopInstancesCommand({ InstanceIds: [ids[1], ids[2]] }))
    simulator.advance(1)
    const start = () => simulator.query('ec2', { Action: 'StartInstances', 'InstanceId.1': ids[1] })
    expect((await start()).body.Response.Errors.Error.Code).toBe('IncorrectInstanceState')
    simulator.advance(5)
    expect(await requestOf(simulator, ids[1])).toMatchObject({ state: 'disabled', status: { code: 'instance-stopped-by-user' } })
    expect((await start()).status).toBe(200)
    simulator.advance(5)
    expect((await instanceOf(simulator, ids[1])).instanceState.name).toBe('running')
    await simulator.ec2.send(new TerminateInstancesCommand({ InstanceIds: [ids[2]] }))
    await expect(simulator.ec2.send(new StopInstancesCommand({ InstanceIds: [ids[2]] }))).rejects.toMatchObject({
      name: 'IncorrectInstanceState',
    })
  })

  it('cancels requests', async () => {
    const simulator = await openSimulator({ instances: [{ id: ids[0], request: { id: 'sir-abcd1234' } }] })
    const cancelled = await simulator.ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: ['sir-abcd1234'] }))
    expect(cancelled.CancelledSpotInstanceRequests).toEqual([{ SpotInstanceRequestId: 'sir-abcd1234', State: 'cancelled' }])
    expect((await requestOf(simulator, ids[0])).status.code).toBe('request-canceled-and-instance-running')
    await simulator.ec2.send(new TerminateInstancesCommand({ InstanceIds: [ids[0]] }))
    expect(await requestOf(simulator, ids[0])).toMatchObject({ state: 'cancelled', status: { code: 'instance-terminated-by-user' } })
  })

  it('tags instances and requests', async () => {
    const simulator = await openSimulator({ instances: [{ id: ids[0], request: { id: 'sir-abcd1234' }, tags: { old: '1' } }] })
    const tag = (Resources: string[], Tags: { Key: string; Value: string }[]) =>
      simulator.ec2.send(new CreateTagsCommand({ Resources, Tags }))
    await tag([ids[0], 'sir-abcd1234'], [{ Key: 'new', Value: '2' }])
    expect((await instanceOf(simulator, ids[0])).tagSet.item).toEqual([
      { key: 'old', value: '1' },
      { key: 'new', value: '2' },
    ])
    expect((await requestOf(simulator, ids[0])).tagSet.item).toEqual({ key: 'new', value: '2' })
    await expect(tag([ids[0]], [{ Key: 'aws:x', Value: '' }])).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(tag(['vol-1'], [{ Key: 'x', Value: '' }])).rejects.toMatchObject({ name: 'InvalidID' })
    const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
    await expect(tag([ids[0]], many)).rejects.toMatchObject({ name: 'TagLimitExceeded' })
  })
})
