import { DescribeInstancesCommand, DescribeSpotInstanceRequestsCommand } from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import { instanceOf, interruptAction, launch, openReadySimulator, requestOf, spotArn, spotId, type TestSimulator } from './fixture.ts'

const persistentId = 'i-0000000000000000a'
const at = { targets: { spot: { resourceType: 'aws:ec2:spot-instance', resourceArns: [spotArn(persistentId)], selectionMode: 'ALL' } } }

/** t0 is 2 s after the start. */
async function interrupt(simulator: TestSimulator, changes: Readonly<Record<string, unknown>> = {}, lead = 'PT3M') {
  const started = await launch(simulator, { actions: { interrupt: interruptAction(lead) }, ...changes })
  simulator.advance(2)
  return started
}

const seen = async (simulator: TestSimulator, id = spotId) => ({
  instance: await instanceOf(simulator, id),
  request: await requestOf(simulator, id),
})

describe('behaviour terminate', () => {
  it('ends the instance at t0 + D, and shows it on the request', async () => {
    const simulator = await openReadySimulator()
    await interrupt(simulator)
    simulator.advance(179)
    expect(await seen(simulator)).toMatchObject({
      instance: { instanceState: { name: 'running', code: '16' }, instanceLifecycle: 'spot', reason: '' },
      request: { state: 'active', status: { code: 'fulfilled' }, instanceInterruptionBehavior: 'terminate', type: 'one-time' },
    })
    simulator.advance(1)
    expect(await seen(simulator)).toMatchObject({
      instance: {
        instanceState: { name: 'shutting-down' },
        stateReason: { code: 'Server.SpotInstanceTermination' },
        reason: 'Server.SpotInstanceTermination',
      },
      request: { state: 'closed', status: { code: 'instance-terminated-by-experiment', updateTime: '2026-01-01T00:03:02.000Z' } },
    })
    simulator.advance(5)
    expect(await seen(simulator)).toMatchObject({ instance: { instanceState: { name: 'terminated' } } })
  })

  it('is readable by the SDK', async () => {
    const simulator = await openReadySimulator()
    await interrupt(simulator)
    simulator.advance(200)
    const { Reservations } = await simulator.ec2.send(new DescribeInstancesCommand({ InstanceIds: [spotId] }))
    expect(Reservations).toMatchObject([
      {
        OwnerId: '123456789012',
        Instances: [{ InstanceId: spotId, State: { Name: 'terminated' }, StateReason: { Code: 'Server.SpotInstanceTermination' } }],
      },
    ])
    const { SpotInstanceRequests } = await simulator.ec2.send(new DescribeSpotInstanceRequestsCommand({}))
    expect(SpotInstanceRequests).toMatchObject([
      {
        InstanceId: spotId,
        State: 'closed',
        Status: { UpdateTime: new Date('2026-01-01T00:03:02Z') },
        InstanceInterruptionBehavior: 'terminate',
      },
    ])
  })

  it('shows the code at the notice if the switch says so', async () => {
    const simulator = await openReadySimulator()
    simulator.setSwitches({ spotCode: 'notice' })
    await interrupt(simulator)
    simulator.advance(59)
    expect((await requestOf(simulator)).status.code).toBe('fulfilled')
    simulator.advance(1)
    expect(await seen(simulator)).toMatchObject({
      instance: { instanceState: { name: 'running' } },
      request: { status: { code: 'instance-terminated-by-experiment', updateTime: '2026-01-01T00:01:02.000Z' } },
    })
    simulator.advance(300)
    expect((await requestOf(simulator)).status).toMatchObject({ updateTime: '2026-01-01T00:01:02.000Z' })
  })

  it('gives no reason if the switch says so', async () => {
    const simulator = await openReadySimulator()
    simulator.setSwitches({ stateReason: 'none' })
    await interrupt(simulator)
    simulator.advance(200)
    const instance = await instanceOf(simulator)
    expect(instance.reason).toBe('')
    expect(instance).not.toHaveProperty('stateReason')
  })

  it('ends two minutes later if the switch says so', async () => {
    const simulator = await openReadySimulator()
    simulator.setSwitches({ ends: 'later', spotCode: 'notice' })
    await interrupt(simulator)
    simulator.advance(180)
    expect(await seen(simulator)).toMatchObject({
      instance: { instanceState: { name: 'running' } },
      request: { status: { code: 'instance-terminated-by-experiment' } },
    })
    simulator.advance(120)
    expect((await instanceOf(simulator)).instanceState.name).toBe('shutting-down')
  })

  it('lets the instance vanish after an hour', async () => {
    const simulator = await openReadySimulator()
    await interrupt(simulator)
    simulator.advance(180 + 3599)
    expect((await instanceOf(simulator)).instanceState.name).toBe('terminated')
    simulator.advance(1)
    expect(await simulator.query('ec2', { Action: 'DescribeInstances', 'InstanceId.1': spotId })).toMatchObject({ status: 400 })
    expect((await requestOf(simulator)).status.code).toBe('instance-terminated-by-experiment')
  })

  it('opens a persistent request again', async () => {
    const simulator = await openReadySimulator({ instances: [{ id: persistentId, request: { kind: 'persistent', id: 'sir-abcd1234' } }] })
    await interrupt(simulator, at)
    simulator.advance(180)
    expect(await requestOf(simulator, persistentId)).toMatchObject({ status: { code: 'instance-terminated-by-experiment' } })
    simulator.advance(30)
    const answer = await simulator.query('ec2', { Action: 'DescribeSpotInstanceRequests', 'SpotInstanceRequestId.1': 'sir-abcd1234' })
    const request = answer.body.DescribeSpotInstanceRequestsResponse.spotInstanceRequestSet.item
    expect(request).toMatchObject({ state: 'open', status: { code: 'pending-evaluation' } })
    expect(request).not.toHaveProperty('instanceId')
  })

  it('closes a cancelled request of a running instance', async () => {
    const simulator = await openReadySimulator()
    const { spotInstanceRequestId } = await requestOf(simulator)
    await simulator.query('ec2', { Action: 'CancelSpotInstanceRequests', 'SpotInstanceRequestId.1': spotInstanceRequestId })
    expect(await requestOf(simulator)).toMatchObject({ state: 'cancelled', status: { code: 'request-canceled-and-instance-running' } })
    await interrupt(simulator)
    simulator.advance(200)
    expect(await requestOf(simulator)).toMatchObject({ state: 'cancelled', status: { code: 'instance-terminated-by-experiment' } })
    simulator.advance(4 * 3600)
    expect(await requestOf(simulator)).toBeUndefined()
  })
})

describe('behaviour stop', () => {
  it('marks the request at the notice, stops the instance, and leaves it stopped', async () => {
    const simulator = await openReadySimulator({ instances: [{ id: persistentId, behaviour: 'stop' }] })
    await interrupt(simulator, at)
    simulator.advance(59)
    expect((await requestOf(simulator, persistentId)).status.code).toBe('fulfilled')
    simulator.advance(1)
    expect(await seen(simulator, persistentId)).toMatchObject({
      instance: { instanceState: { name: 'running' } },
      request: { state: 'active', status: { code: 'marked-for-stop-by-experiment', updateTime: '2026-01-01T00:01:02.000Z' } },
    })
    simulator.advance(120)
    expect(await seen(simulator, persistentId)).toMatchObject({
      instance: { instanceState: { name: 'stopping' }, stateReason: { code: 'Server.SpotInstanceShutdown' } },
      request: { state: 'disabled', status: { code: 'instance-stopped-by-experiment' }, type: 'persistent' },
    })
    simulator.advance(24 * 3600)
    expect((await instanceOf(simulator, persistentId)).instanceState.name).toBe('stopped')
  })

  it('can be started again, or cleaned up', async () => {
    const simulator = await openReadySimulator({ instances: [{ id: persistentId, behaviour: 'stop', foreign: false }] })
    await interrupt(simulator, at)
    simulator.advance(200)
    await simulator.query('ec2', { Action: 'StartInstances', 'InstanceId.1': persistentId })
    simulator.advance(5)
    expect(await seen(simulator, persistentId)).toMatchObject({
      instance: { instanceState: { name: 'running' } },
      request: { state: 'active', status: { code: 'fulfilled' } },
    })
    const { spotInstanceRequestId } = await requestOf(simulator, persistentId)
    await simulator.query('ec2', { Action: 'CancelSpotInstanceRequests', 'SpotInstanceRequestId.1': spotInstanceRequestId })
    await simulator.query('ec2', { Action: 'TerminateInstances', 'InstanceId.1': persistentId })
    simulator.advance(60)
    expect(await seen(simulator, persistentId)).toMatchObject({
      instance: { instanceState: { name: 'terminated' }, stateReason: { code: 'Client.UserInitiatedShutdown' } },
      request: { state: 'cancelled', status: { code: 'instance-terminated-by-user' } },
    })
    expect(simulator.leftovers().foreignTouched).toEqual([])
  })
})

describe('behaviour hibernate', () => {
  it('begins at once', async () => {
    const simulator = await openReadySimulator({ instances: [{ id: persistentId, behaviour: 'hibernate' }] })
    await interrupt(simulator, at)
    expect((await instanceOf(simulator, persistentId)).instanceState.name).toBe('stopping')
    simulator.advance(20)
    expect(await seen(simulator, persistentId)).toMatchObject({
      instance: { instanceState: { name: 'stopped' }, stateReason: { code: 'Server.SpotInstanceShutdown' } },
      request: { state: 'disabled', instanceInterruptionBehavior: 'hibernate' },
    })
  })
})
