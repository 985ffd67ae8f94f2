import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import { instanceOf, openSimulator, requestOf, spotId, type TestSimulator } from './fixture.ts'

const ids = ['i-0000000000000000a', 'i-0000000000000000b', 'i-0000000000000000c'] as const

async function idsBy(simulator: TestSimulator, ...filters: readonly (readonly [string, ...string[]])[]) {
  const Filters = filters.map(([Name, ...Values]) => ({ Name, Values }))
  const { Reservations } = await simulator.ec2.send(new DescribeInstancesCommand({ Filters }))
  return (Reservations ?? []).flatMap(({ Instances }) => Instances ?? []).map(({ InstanceId }) => InstanceId)
}

describe('DescribeInstances', () => {
  it('tells what the seed says', async () => {
    const simulator = await openSimulator({
      instances: [
        { id: spotId, owner: '999999999999', operator: { managed: true, principal: 'eks.amazonaws.com' }, tags: { Name: 'a <b> & "c"' } },
      ],
    })
    const { Reservations } = await simulator.ec2.send(new DescribeInstancesCommand({ InstanceIds: [spotId] }))
    expect(Reservations).toMatchObject([
      {
        OwnerId: '999999999999',
        Instances: [
          {
            InstanceLifecycle: 'spot',
            SpotInstanceRequestId: expect.stringMatching(/^sir-[a-z0-9]{8}$/),
            Operator: { Managed: true, Principal: 'eks.amazonaws.com' },
            Placement: { AvailabilityZone: 'us-east-1a' },
            LaunchTime: new Date('2025-12-31T23:00:00Z'),
            Tags: [{ Key: 'Name', Value: 'a <b> & "c"' }],
          },
        ],
      },
    ])
  })

  it('shows no lifecycle for on-demand, and no request where there is none', async () => {
    const simulator = await openSimulator({
      instances: [
        { id: ids[0], lifecycle: 'on-demand' },
        { id: ids[1], request: false },
      ],
    })
    expect(await instanceOf(simulator, ids[0])).not.toHaveProperty('instanceLifecycle')
    expect(await instanceOf(simulator, ids[1])).toMatchObject({ instanceLifecycle: 'spot' })
    expect(await requestOf(simulator, ids[1])).toBeUndefined()
  })

  it('filters by state, lifecycle, tags, request', async () => {
    const simulator = await openSimulator({
      instances: [
        { id: ids[0], tags: { team: 'web', odd: 'a*b' }, request: { id: 'sir-abcd1234' } },
        { id: ids[1], tags: { team: 'db', odd: 'axb' }, lifecycle: 'on-demand' },
        { id: ids[2], tags: { team: 'web' }, state: 'stopped' },
      ],
    })
    expect(await idsBy(simulator, ['instance-id', ids[1], 'i-00000000000000009'])).toEqual([ids[1]])
    expect(await idsBy(simulator, ['instance-state-name', 'running', 'pending'])).toEqual([ids[0], ids[1]])
    expect(await idsBy(simulator, ['instance-lifecycle', 'spot'])).toEqual([ids[0], ids[2]])
    expect(await idsBy(simulator, ['tag:team', 'web'], ['instance-state-name', 'running'])).toEqual([ids[0]])
    expect(await idsBy(simulator, ['tag:team', 'w?b'])).toEqual([ids[0], ids[2]])
    expect(await idsBy(simulator, ['tag:odd', 'a*b'])).toEqual([ids[0], ids[1]])
    expect(await idsBy(simulator, ['tag:odd', 'a\\*b'])).toEqual([ids[0]])
    expect(await idsBy(simulator, ['tag-key', 'odd'])).toEqual([ids[0], ids[1]])
    expect(await idsBy(simulator, ['spot-instance-request-id', 'sir-abcd1234'])).toEqual([ids[0]])
    expect(await idsBy(simulator, ['availability-zone', 'us-east-1b'])).toEqual([])
    expect(await idsBy(simulator, ['instance-state-code', '80'])).toEqual([ids[2]])
    expect(await idsBy(simulator, ['instance-type', 'm5.*'], ['image-id', 'ami-*'], ['owner-id', '1*'])).toHaveLength(3)
  })

  it('marks a filter it does not know', async () => {
    const simulator = await openSimulator()
    await expect(idsBy(simulator, ['colour', 'red'])).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: "The filter 'colour' is invalid",
    })
    expect(simulator.leftovers().strict).toMatchObject([{ what: 'filter', name: 'colour' }])
  })

  it.each([
    [[ids[0], 'i-00000000000000009'], 'InvalidInstanceID.NotFound', "The instance ID 'i-00000000000000009' does not exist"],
    [['i-00000009', 'i-00000008'], 'InvalidInstanceID.NotFound', "The instance IDs 'i-00000009, i-00000008' do not exist"],
    [['i-123'], 'InvalidInstanceID.Malformed', 'Invalid id: "i-123"'],
  ])('refuses %j', async (InstanceIds, name, message) => {
    const simulator = await openSimulator({ instances: [{ id: ids[0] }] })
    await expect(simulator.ec2.send(new DescribeInstancesCommand({ InstanceIds }))).rejects.toMatchObject({
      name,
      message,
      $metadata: { httpStatusCode: 400 },
    })
  })

  it('pages, but not together with ids', async () => {
    const instances = Array.from({ length: 7 }, (_, index) => ({ id: `i-0000000000000000${index}` }))
    const simulator = await openSimulator({ instances })
    const first = await simulator.ec2.send(new DescribeInstancesCommand({ MaxResults: 5 }))
    const second = await simulator.ec2.send(new DescribeInstancesCommand({ MaxResults: 5, NextToken: first.NextToken }))
    expect([first.Reservations?.length, second.Reservations?.length, second.NextToken]).toEqual([5, 2, undefined])
    const both = new DescribeInstancesCommand({ MaxResults: 5, InstanceIds: ['i-00000000000000001'] })
    await expect(simulator.ec2.send(both)).rejects.toMatchObject({ name: 'InvalidParameterCombination' })
    const forged = new DescribeInstancesCommand({ NextToken: 'forged' })
    await expect(simulator.ec2.send(forged)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  })

  it('keeps regions apart, refuses what it does not know, and may be rehearsed', async () => {
    const simulator = await openSimulator({ instances: [{ id: ids[0], region: 'eu-west-1' }] })
    expect(await idsBy(simulator)).toEqual([])
    const ask = (params: Readonly<Record<string, string>>) => simulator.query('ec2', { Action: 'DescribeInstances', ...params })
    expect((await ask({ Colour: 'red' })).body.Response.Errors.Error.Code).toBe('UnknownParameter')
    expect((await ask({ MaxResults: '2' })).body.Response.Errors.Error.Code).toBe('InvalidParameterValue')
    expect((await simulator.query('ec2', { Action: 'StopInstances' })).body.Response.Errors.Error.Code).toBe('MissingParameter')
    expect(await ask({ DryRun: 'true' })).toMatchObject({
      status: 412,
      body: { Response: { Errors: { Error: { Code: 'DryRunOperation' } } } },
    })
    expect((await ask({ DryRun: 'false' })).status).toBe(200)
    expect((await simulator.query('ec2', { Action: 'DescribeVolumes' })).body.Response.Errors.Error.Code).toBe('InvalidAction')
    expect((await simulator.query('ec2', { Action: 'toString' })).body.Response.Errors.Error.Code).toBe('InvalidAction')
    expect(simulator.leftovers().strict.map(({ name }) => name)).toEqual(['Colour', 'DescribeVolumes', 'toString'])
  })
})

describe('DescribeSpotInstanceRequests', () => {
  it('filters, pages and refuses', async () => {
    const request = { id: 'sir-abcd1234', code: 'marked-for-termination', state: 'active' as const }
    const simulator = await openSimulator({
      instances: [{ id: ids[0], request }, { id: ids[1] }, { id: ids[2], request: { instanceId: spotId } }],
    })
    const ask = (params: Readonly<Record<string, string>>) => simulator.query('ec2', { Action: 'DescribeSpotInstanceRequests', ...params })
    const codes = async (name: string, value: string) => {
      const { body } = await ask({ 'Filter.1.Name': name, 'Filter.1.Value.1': value })
      return body.DescribeSpotInstanceRequestsResponse.spotInstanceRequestSet.item?.status.code
    }
    expect(await codes('spot-instance-request-id', 'sir-abcd1234')).toBe('marked-for-termination')
    expect(await codes('instance-id', ids[0])).toBe('marked-for-termination')
    expect(await codes('instance-id', spotId)).toBe('fulfilled')
    expect(await codes('status-code', 'marked-*')).toBe('marked-for-termination')
    expect(await codes('state', 'closed')).toBeUndefined()
    const error = async (params: Readonly<Record<string, string>>) => (await ask(params)).body.Response.Errors.Error.Code
    expect(await error({ 'SpotInstanceRequestId.1': 'sir-zzzz9999' })).toBe('InvalidSpotInstanceRequestID.NotFound')
    expect(await error({ 'SpotInstanceRequestId.1': 'request' })).toBe('InvalidSpotInstanceRequestID.Malformed')
    expect(await error({ 'SpotInstanceRequestId.1': 'sir-abcd1234', MaxResults: '5' })).toBe('InvalidParameterCombination')
    expect(await error({ 'Filter.1.Name': 'colour', 'Filter.1.Value.1': 'red' })).toBe('InvalidParameterValue')
    expect(await error({ NextToken: 'forged' })).toBe('InvalidParameterValue')
    expect((await ask({ MaxResults: '5' })).body.DescribeSpotInstanceRequestsResponse.spotInstanceRequestSet.item).toHaveLength(3)
  })
})

describe('DescribeInstanceStatus', () => {
  const states = { [spotId]: 'running', 'i-0000000000000000a': 'stopped', 'i-0000000000000000b': 'pending' } as const
  const seed = { instances: Object.entries(states).map(([id, state]) => ({ id, state, launchedSecondsAgo: 0 })) }

  it.each([
    ['only those that run', {}, [spotId]],
    ['only those that run, also of ids', { 'InstanceId.1': 'i-0000000000000000a' }, []],
    ['all of them', { IncludeAllInstances: 'true' }, Object.keys(states)],
    ['those of a filter', { IncludeAllInstances: 'true', 'Filter.1.Name': 'instance-status.status', 'Filter.1.Value.1': 'ok' }, [spotId]],
  ])('shows %s', async (_, params, ids) => {
    const simulator = await openSimulator(seed)
    const { text } = await simulator.query('ec2', { Action: 'DescribeInstanceStatus', ...params })
    expect([...text.matchAll(/<instanceId>([^<]+)/g)].map(([, id]) => id)).toEqual(ids)
  })
})

it('a dry run is true or false', async () => {
  const simulator = await openSimulator({ instances: [{ id: spotId }] })
  const asked = async (DryRun: string) => (await simulator.query('ec2', { Action: 'DescribeInstances', DryRun })).status
  expect([await asked('true'), await asked('false'), await asked('perhaps')]).toEqual([412, 200, 400])
})

describe('DescribeRegions', () => {
  it.each([
    ['us-east-1', 'us-west-2', 'ec2.us-west-2.amazonaws.com'],
    ['cn-north-1', 'cn-northwest-1', 'ec2.cn-northwest-1.amazonaws.com.cn'],
    ['us-isob-east-1', 'us-isob-west-1', 'ec2.us-isob-west-1.sc2s.sgov.gov'],
  ])('in %s shows %s', async (region, other, endpoint) => {
    const simulator = await openSimulator()
    const { text } = await simulator.query('ec2', { Action: 'DescribeRegions' }, { region })
    expect(text).toContain(`<regionName>${other}</regionName><regionEndpoint>${endpoint}</regionEndpoint>`)
    expect(text.includes('eu-west-1')).toBe(region === 'us-east-1')
  })

  it('shows those that are asked for, and refuses one that is not there', async () => {
    const simulator = await openSimulator()
    const one = await simulator.query('ec2', { Action: 'DescribeRegions', 'RegionName.1': 'af-south-1' })
    expect(one.body.DescribeRegionsResponse.regionInfo.item).toMatchObject({ regionName: 'af-south-1', optInStatus: 'opted-in' })
    expect((await simulator.query('ec2', { Action: 'DescribeRegions', 'RegionName.1': 'eu-nowhere-1' })).status).toBe(400)
  })
})
