import {
  CancelSpotInstanceRequestsCommand,
  CreateTagsCommand,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import { instanceOf, requestOf, setStage } from './fixture.ts'

const ids = ['i-0000000000000000a', 'i-0000000000000000b', 'i-0000000000000000c'] as const

describe('RunInstances', () => {
  const common = { ImageId: 'ami-1', InstanceType: 't3.micro' as const, MinCount: 1, MaxCount: 1 }

  it('launches Spot instances with their request and tags', async () => {
    const stage = await setStage()
    const launched = await stage.ec2.send(
      new RunInstancesCommand({
        ...common,
        MaxCount: 2,
        Placement: { AvailabilityZone: 'us-east-1c' },
        SubnetId: 'subnet-1',
        InstanceMarketOptions: {
          MarketType: 'spot',
          SpotOptions: { SpotInstanceType: 'persistent', InstanceInterruptionBehavior: 'stop' },
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
      },
      { AmiLaunchIndex: 1, InstanceLifecycle: 'spot' },
    ])
    const id = launched.Instances?.[0]?.InstanceId ?? ''
    expect(await requestOf(stage, id)).toMatchObject({
      type: 'persistent',
      instanceInterruptionBehavior: 'stop',
      tagSet: { item: { value: 'request' } },
    })
    stage.advance(5)
    expect((await instanceOf(stage, id)).instanceState.name).toBe('running')
  })

  it('launches on-demand instances, once for a token', async () => {
    const stage = await setStage()
    const [first, again] = [await stage.ec2.send(run('t')), await stage.ec2.send(run('t'))]
    expect(first.Instances).toMatchObject([{ InstanceType: 't3.micro', ImageId: 'ami-1' }])
    expect(first.Instances?.[0]).not.toHaveProperty('InstanceLifecycle')
    expect(again.Instances?.[0]?.InstanceId).toBe(first.Instances?.[0]?.InstanceId)
    const other = stage.ec2.send(new RunInstancesCommand({ ...common, MaxCount: 2, ClientToken: 't' }))
    await expect(other).rejects.toMatchObject({ name: 'IdempotentParameterMismatch' })
  })

  it('refuses what cannot be', async () => {
    const stage = await setStage()
    const stop = { MarketType: 'spot' as const, SpotOptions: { InstanceInterruptionBehavior: 'stop' as const } }
    const refused = { name: 'InvalidParameterCombination' }
    await expect(stage.ec2.send(new RunInstancesCommand({ ...common, InstanceMarketOptions: stop }))).rejects.toMatchObject(refused)
    await expect(stage.ec2.send(new RunInstancesCommand({ ...common, MinCount: 3 }))).rejects.toMatchObject(refused)
  })

  function run(ClientToken: string) {
    return new RunInstancesCommand({ ...common, ClientToken })
  }
})

describe('changes of instances', () => {
  it('terminates, twice too', async () => {
    const stage = await setStage({ instances: [{ id: ids[0] }] })
    const terminate = () => stage.ec2.send(new TerminateInstancesCommand({ InstanceIds: [ids[0]] }))
    expect((await terminate()).TerminatingInstances).toEqual([
      { InstanceId: ids[0], PreviousState: { Code: 16, Name: 'running' }, CurrentState: { Code: 32, Name: 'shutting-down' } },
    ])
    stage.advance(5)
    expect((await terminate()).TerminatingInstances).toMatchObject([{ CurrentState: { Name: 'terminated' } }])
    expect(await requestOf(stage, ids[0])).toMatchObject({ state: 'closed', status: { code: 'instance-terminated-by-user' } })
    expect(stage.leftovers().foreignTouched).toMatchObject([{ operation: 'TerminateInstances', kind: 'instance', id: ids[0] }, {}])
  })

  it('stops and starts where it may', async () => {
    const stage = await setStage({ instances: [{ id: ids[0] }, { id: ids[1], behaviour: 'stop' }, { id: ids[2], lifecycle: 'on-demand' }] })
    await expect(stage.ec2.send(new StopInstancesCommand({ InstanceIds: [ids[0]] }))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
    })
    await stage.ec2.send(new StopInstancesCommand({ InstanceIds: [ids[1], ids[2]] }))
    stage.advance(1)
    const start = () => stage.query('ec2', { Action: 'StartInstances', 'InstanceId.1': ids[1] })
    expect((await start()).body.Response.Errors.Error.Code).toBe('IncorrectInstanceState')
    stage.advance(5)
    expect(await requestOf(stage, ids[1])).toMatchObject({ state: 'disabled', status: { code: 'instance-stopped-by-user' } })
    expect((await start()).status).toBe(200)
    stage.advance(5)
    expect((await instanceOf(stage, ids[1])).instanceState.name).toBe('running')
    await stage.ec2.send(new TerminateInstancesCommand({ InstanceIds: [ids[2]] }))
    await expect(stage.ec2.send(new StopInstancesCommand({ InstanceIds: [ids[2]] }))).rejects.toMatchObject({
      name: 'IncorrectInstanceState',
    })
  })

  it('cancels requests', async () => {
    const stage = await setStage({ instances: [{ id: ids[0], request: { id: 'sir-abcd1234' } }] })
    const cancelled = await stage.ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: ['sir-abcd1234'] }))
    expect(cancelled.CancelledSpotInstanceRequests).toEqual([{ SpotInstanceRequestId: 'sir-abcd1234', State: 'cancelled' }])
    expect((await requestOf(stage, ids[0])).status.code).toBe('request-canceled-and-instance-running')
    await stage.ec2.send(new TerminateInstancesCommand({ InstanceIds: [ids[0]] }))
    expect(await requestOf(stage, ids[0])).toMatchObject({ state: 'cancelled', status: { code: 'instance-terminated-by-user' } })
  })

  it('tags instances and requests', async () => {
    const stage = await setStage({ instances: [{ id: ids[0], request: { id: 'sir-abcd1234' }, tags: { old: '1' } }] })
    const tag = (Resources: string[], Tags: { Key: string; Value: string }[]) => stage.ec2.send(new CreateTagsCommand({ Resources, Tags }))
    await tag([ids[0], 'sir-abcd1234'], [{ Key: 'new', Value: '2' }])
    expect((await instanceOf(stage, ids[0])).tagSet.item).toEqual([
      { key: 'old', value: '1' },
      { key: 'new', value: '2' },
    ])
    expect((await requestOf(stage, ids[0])).tagSet.item).toEqual({ key: 'new', value: '2' })
    await expect(tag([ids[0]], [{ Key: 'aws:x', Value: '' }])).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(tag(['vol-1'], [{ Key: 'x', Value: '' }])).rejects.toMatchObject({ name: 'InvalidID' })
    const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
    await expect(tag([ids[0]], many)).rejects.toMatchObject({ name: 'TagLimitExceeded' })
  })
})
