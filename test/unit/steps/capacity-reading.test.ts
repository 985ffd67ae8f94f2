import { describe, expect, it } from 'vitest'
import type { Capacity } from '../../../src/model/capacity/source.ts'
import { createCapacityReader } from '../../../src/steps/capacity-reading.ts'
import { asg, asgMember, capacity } from '../../fakes/capacity.ts'
import { ID, instance, OTHER_ID } from '../../fakes/timeline.ts'
import { fakeWorld, type Overrides, rejecting } from '../../fakes/world.ts'

const SERVICE = { name: 'web', status: 'ACTIVE', daemon: false, desired: 2, running: 2, rolling: false }

async function read(one: Capacity, overrides: Overrides, ids: readonly string[] = []) {
  const world = fakeWorld(overrides)
  const seen = await createCapacityReader(world).read([one], ids)
  return { world, seen: seen.get(one.name) }
}

describe('an Auto Scaling group', () => {
  it('counts members that are InService and Healthy, and sees who is on the way out', async () => {
    const members = [
      asgMember(ID, { weight: 2 }),
      asgMember(OTHER_ID, { healthy: false }),
      asgMember('i-1', { state: 'Terminating:Wait' }),
      asgMember('i-2', { state: 'Pending' }),
    ]
    const { seen } = await read(capacity('asg'), {
      autoscaling: { readGroups: async () => [asg({ members, desired: 3, suspended: ['Launch', 'AZRebalance'] })] },
    })
    expect(seen).toMatchObject({
      reading: {
        members: [
          { id: ID, instanceId: ID, serving: true, draining: false, weight: 2 },
          { id: OTHER_ID, serving: false, draining: false },
          { id: 'i-1', serving: false, draining: true },
          { id: 'i-2', serving: false, draining: false },
        ],
        desired: 3,
        traced: true,
      },
      notes: [expect.stringContaining('has suspended Launch:')],
    })
  })

  it('is read with all others in one call, each once', async () => {
    const world = fakeWorld({ autoscaling: { readGroups: async () => [asg({ name: 'a' }), asg({ name: 'b' })] } })
    const groups = ['a', 'b', 'a'].map((group, at): Capacity => ({ name: `c${at}`, shown: `asg:${group}`, source: { by: 'asg', group } }))
    const seen = await createCapacityReader(world).read(groups, [])
    expect([...seen.keys()]).toEqual(['c0', 'c1', 'c2'])
    expect(world.calls.map(({ name, args }) => [name, args])).toEqual([['autoscaling.readGroups', [['a', 'b']]]])
  })

  it('that is not there, or cannot be read, is a fault of its capacity alone', async () => {
    expect((await read(capacity('asg'), {})).seen).toMatchObject({ fault: 'missing' })
    const world = fakeWorld({
      autoscaling: { readGroups: rejecting('throttled') },
      ec2: { listInstances: async () => [instance({ tags: { app: 'web' } })] },
    })
    const seen = await createCapacityReader(world).read([capacity('asg', 'a'), capacity('tags', 'b')], [])
    expect(seen.get('a')).toMatchObject({ fault: 'throttled' })
    expect(seen.get('b')).toMatchObject({ reading: { members: [{ id: ID }] } })
  })
})

describe('a target group', () => {
  const targets = [
    { id: ID, port: 80, state: 'healthy' },
    { id: ID, port: 81, state: 'unhealthy.draining' },
    { id: OTHER_ID, port: 80, state: 'initial' },
  ]

  it('counts healthy targets by id and port', async () => {
    const { seen } = await read(capacity('target-group'), { elb: { readTargets: async () => targets } })
    expect(seen).toMatchObject({
      reading: {
        traced: true,
        members: [
          { id: `${ID}:80`, shown: ID, instanceId: ID, serving: true, draining: false },
          { id: `${ID}:81`, serving: false, draining: true },
          { id: `${OTHER_ID}:80`, serving: false, draining: false },
        ],
      },
    })
  })

  it('of addresses cannot be traced, and asks for its type once', async () => {
    const world = fakeWorld({
      elb: { readTargetGroup: async () => ({ type: 'ip' }), readTargets: async () => [{ id: '10.0.0.1', port: 80, state: 'healthy' }] },
    })
    const reader = createCapacityReader(world)
    await reader.read([capacity('target-group')], [])
    const seen = await reader.read([capacity('target-group')], [])
    expect(seen.get('web')).toMatchObject({ reading: { traced: false, members: [{ id: '10.0.0.1:80', serving: true }] }, problems: [] })
    expect(world.called('elb')).toEqual(['elb.readTargetGroup', 'elb.readTargets', 'elb.readTargets'])
  })

  it.each(['lambda', 'alb'])('of the type %s is refused', async (type) => {
    const { seen } = await read(capacity('target-group'), { elb: { readTargetGroup: async () => ({ type }) } })
    expect(seen).toMatchObject({ problems: [expect.stringContaining(`targets of the type ${type}`)] })
  })
})

describe('an ECS service', () => {
  const tasks = [
    { arn: 'task/shop/a', state: 'RUNNING', host: 'h/shop/1' },
    { arn: 'task/shop/b', state: 'PENDING', host: 'h/shop/2' },
  ]
  const hosts = [
    { arn: 'h/shop/1', instanceId: ID, state: 'DRAINING' },
    { arn: 'h/shop/2', instanceId: OTHER_ID, state: 'ACTIVE' },
  ]
  const ecs: Overrides['ecs'] = {
    readServices: async () => [SERVICE],
    listTasks: async () => tasks.map(({ arn }) => arn),
    readTasks: async (_, arns) => tasks.filter(({ arn }) => arns.includes(arn)),
    readHosts: async (_, arns) => hosts.filter(({ arn }) => arns.includes(arn)),
  }

  it('counts tasks that run, and knows their instances', async () => {
    const { seen } = await read(capacity('ecs'), { ecs }, [ID])
    expect(seen).toMatchObject({
      reading: {
        traced: true,
        desired: 2,
        members: [
          { id: 'a', instanceId: ID, serving: true },
          { id: 'b', instanceId: OTHER_ID, serving: false },
        ],
        hosts: [{ instanceId: ID, draining: true }],
      },
    })
  })

  it('reads again only what can change', async () => {
    const world = fakeWorld({ ecs })
    const reader = createCapacityReader(world)
    await reader.read([capacity('ecs')], [ID])
    await reader.read([capacity('ecs')], [ID])
    const asked = world.calls.filter(({ name }) => name === 'ecs.readTasks' || name === 'ecs.readHosts').map(({ args }) => args[1])
    expect(asked).toEqual([['task/shop/a', 'task/shop/b'], ['h/shop/1', 'h/shop/2'], ['task/shop/b'], ['h/shop/1']])
  })

  it('reads the container instances of the targets once for all services of a cluster', async () => {
    const services = ['web', 'api', 'jobs'].map((name) => ({ ...SERVICE, name }))
    const world = fakeWorld({ ecs: { ...ecs, readServices: async () => services } })
    const reader = createCapacityReader(world)
    const capacities = services.map(({ name: service }) => ({
      name: service,
      shown: `ecs:shop/${service}`,
      source: { by: 'ecs', cluster: 'shop', service } as const,
    }))
    await reader.read(capacities, [ID])
    const before = world.calls.length
    const seen = await reader.read(capacities, [ID])
    const asked = world.calls.slice(before).filter(({ name }) => name === 'ecs.readHosts')
    expect(asked.map(({ args }) => args)).toEqual([['shop', ['h/shop/1']]])
    expect([...seen.values()]).toMatchObject(capacities.map(() => ({ reading: { hosts: [{ instanceId: ID, draining: true }] } })))
  })

  it('counts without names where the caller may not see the tasks, and says so once', async () => {
    const world = fakeWorld({ ecs: { ...ecs, listTasks: rejecting('denied') } })
    const reader = createCapacityReader(world)
    await reader.read([capacity('ecs')], [ID])
    const seen = await reader.read([capacity('ecs')], [ID])
    expect(seen.get('web')).toMatchObject({ reading: { members: [], unnamed: 2, traced: false } })
    expect(world.recorded('warned')).toHaveLength(1)
    expect(world.called('ecs.listTasks')).toHaveLength(1)
  })

  it.each([
    ['is a DAEMON', { ...SERVICE, daemon: true }, { problems: [expect.stringContaining('DAEMON')] }],
    ['is being deployed', { ...SERVICE, rolling: true }, { notes: [expect.stringContaining('deployment')] }],
    ['is not active', { ...SERVICE, status: 'DRAINING' }, { fault: 'missing' }],
  ])('that %s', async (_, service, expected) => {
    expect((await read(capacity('ecs'), { ecs: { ...ecs, readServices: async () => [service] } })).seen).toMatchObject(expected)
  })
})

it('a tag counts running instances that carry it letter by letter, each once', async () => {
  const tags = { app: 'web' }
  const listed = [
    instance({ tags }),
    instance({ tags }),
    instance({ id: OTHER_ID, tags, state: 'stopped' }),
    instance({ id: 'i-3', tags: { app: 'webs' } }),
  ]
  const { seen } = await read(capacity('tags'), { ec2: { listInstances: async () => listed } })
  expect(seen).toMatchObject({ reading: { members: [{ id: ID, serving: true, draining: false }], traced: true } })
})
