import { describe, expect, it } from 'vitest'
import type { ScriptInput } from '../../simulator/account/actors.ts'
import { instanceOf, openSimulator, requestOf } from './fixture.ts'
import { activitiesOf, changesOf, fleetSeed, IDS, interruptFleet, membersOf, stateOf, TARGET } from './fleet-fixture.ts'

const CAPACITY_REBALANCE = { capacityRebalance: true }

describe('a group without Capacity Rebalancing', () => {
  it('shows its dead member as InService until its health check, and only then replaces it', async () => {
    const simulator = await interruptFleet(fleetSeed())
    expect(await changesOf(simulator, stateOf, { seconds: 300 })).toEqual([
      '0: a InService, b InService, c InService',
      '180: a Terminating Unhealthy, b InService, c InService',
      '186: b InService, c InService',
      '210: b InService, c InService, new Pending',
      '240: b InService, c InService, new InService',
    ])
  })

  it('tells in its activities what it did, and why', async () => {
    const simulator = await interruptFleet(fleetSeed())
    expect(await activitiesOf(simulator)).toEqual([])
    simulator.advance(220)
    const launched = (await membersOf(simulator)).at(-1)?.InstanceId ?? ''
    expect(await activitiesOf(simulator)).toMatchObject([
      {
        Description: `Launching a new EC2 instance: ${launched}`,
        Cause: 'At 2026-01-01T00:03:32Z an instance was launched in response to an unhealthy instance needing to be replaced.',
        StatusCode: 'InProgress',
      },
      {
        Description: `Terminating EC2 instance: ${TARGET}`,
        Cause:
          'At 2026-01-01T00:03:02Z an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.',
        StatusCode: 'Successful',
      },
    ])
    simulator.advance(60)
    expect((await activitiesOf(simulator)).map(({ StatusCode }) => StatusCode)).toEqual(['Successful', 'Successful'])
  })

  it('ends a stopped member too', async () => {
    const seed = fleetSeed()
    const instances = (seed.instances ?? []).map((one) => ({ ...one, behaviour: 'stop' as const }))
    const simulator = await interruptFleet({ ...seed, instances })
    simulator.advance(150)
    expect((await instanceOf(simulator, TARGET)).instanceState.name).toBe('stopped')
    simulator.advance(60)
    expect((await instanceOf(simulator, TARGET)).instanceState.name).toBe('terminated')
    expect(await stateOf(simulator)).toEqual(['b InService', 'c InService', 'new Pending'])
  })
})

describe('a group with Capacity Rebalancing', () => {
  it('launches on the recommendation, and ends the old member when the new one serves', async () => {
    const simulator = await interruptFleet(fleetSeed(CAPACITY_REBALANCE), 'PT10M')
    expect(await changesOf(simulator, stateOf, { seconds: 700 })).toEqual([
      '0: a InService, b InService, c InService',
      '35: a InService, b InService, c InService, new Pending',
      '65: a Terminating, b InService, c InService, new InService',
      '71: b InService, c InService, new InService',
    ])
    const [end, begin] = await activitiesOf(simulator)
    expect([begin?.Cause, end?.Cause]).toEqual([
      expect.stringContaining('an instance was launched in response to an EC2 instance rebalance recommendation'),
      expect.stringContaining('was taken out of service in response to an EC2 instance rebalance recommendation'),
    ])
    expect((await requestOf(simulator, TARGET)).status.code).toBe('instance-terminated-by-user')
  })

  it('ends the old member on the notice, whatever the new one does', async () => {
    const simulator = await interruptFleet(fleetSeed(CAPACITY_REBALANCE))
    expect(await changesOf(simulator, stateOf, { seconds: 200 })).toEqual([
      '0: a InService, b InService, c InService',
      '5: a Terminating, b InService, c InService',
      '11: b InService, c InService',
      '35: b InService, c InService, new Pending',
      '65: b InService, c InService, new InService',
    ])
    expect((await activitiesOf(simulator)).at(-1)?.Cause).toContain('Spot Instance interruption notice')
  })

  it('waits for the notice where no pool is the same or better', async () => {
    const simulator = await interruptFleet(fleetSeed({ ...CAPACITY_REBALANCE, replaceOnRebalance: false }), 'PT5M')
    expect(await changesOf(simulator, stateOf, { seconds: 260 })).toEqual([
      '0: a InService, b InService, c InService',
      '185: a Terminating, b InService, c InService',
      '191: b InService, c InService',
      '215: b InService, c InService, new Pending',
      '245: b InService, c InService, new InService',
    ])
  })

  it('may exceed its maximum by a tenth of what is desired while it replaces', async () => {
    const simulator = await interruptFleet(fleetSeed({ ...CAPACITY_REBALANCE, maxSize: 3 }), 'PT10M')
    simulator.advance(40)
    expect(await membersOf(simulator)).toHaveLength(4)
  })
})

describe('lifecycle hooks', () => {
  const hook = { name: 'drain', transition: 'terminating' as const }

  it('hold a member that its group ends until somebody completes them', async () => {
    const hooks = [{ ...hook, completedAfterSeconds: 40 }]
    const simulator = await interruptFleet(fleetSeed({ ...CAPACITY_REBALANCE, hooks }), 'PT2M')
    const states = (await changesOf(simulator, stateOf, { seconds: 60 })).map((line) => line.split(',')[0])
    expect(states).toEqual([
      '0: a InService',
      '5: a Terminating:Wait',
      '35: a Terminating:Wait',
      '45: a Terminating:Proceed',
      '51: b InService',
    ])
  })

  it('do not hold the interruption', async () => {
    const simulator = await interruptFleet(fleetSeed({ ...CAPACITY_REBALANCE, hooks: [hook] }))
    simulator.advance(119)
    expect(await stateOf(simulator)).toContain('a Terminating:Wait')
    simulator.advance(10)
    expect(await stateOf(simulator)).toEqual(['b InService', 'c InService', 'new InService'])
    expect((await requestOf(simulator, TARGET)).status.code).toBe('instance-terminated-by-experiment')
  })

  it('hold a dead member where the group only sees it then', async () => {
    const simulator = await interruptFleet(fleetSeed({ hooks: [{ ...hook, heartbeatSeconds: 600 }] }))
    simulator.advance(300)
    expect(await stateOf(simulator)).toEqual(['a Terminating:Wait Unhealthy', 'b InService', 'c InService', 'new InService'])
    simulator.advance(500)
    expect(await stateOf(simulator)).toEqual(['b InService', 'c InService', 'new InService'])
  })

  it('hold a new member back, and end it when nobody completes them', async () => {
    const hooks = [{ name: 'boot', transition: 'launching' as const, heartbeatSeconds: 30 }]
    const simulator = await interruptFleet(fleetSeed({ hooks }))
    simulator.advance(250)
    expect(await stateOf(simulator)).toEqual(['b InService', 'c InService', 'new Pending:Wait'])
    simulator.advance(40)
    expect((await stateOf(simulator)).filter((one) => one.startsWith('new'))).not.toContain('new InService')
    expect((await activitiesOf(simulator)).map(({ StatusCode }) => StatusCode)).toContain('Cancelled')
  })
})

describe('suspended processes', () => {
  it.each<[string, string, string[]]>([
    ['Launch: nothing is launched', 'Launch', ['b InService', 'c InService']],
    ['Terminate: the dead member stays', 'Terminate', ['a InService Unhealthy', 'b InService', 'c InService']],
    ['HealthCheck: the dead member stays healthy', 'HealthCheck', ['a InService', 'b InService', 'c InService']],
    ['ReplaceUnhealthy: it is seen and stays', 'ReplaceUnhealthy', ['a InService Unhealthy', 'b InService', 'c InService']],
    ['AZRebalance: of no account', 'AZRebalance', ['b InService', 'c InService', 'new InService']],
  ])('%s', async (_, process, members) => {
    const simulator = await interruptFleet(fleetSeed({ suspendedProcesses: [process as 'Launch'] }))
    simulator.advance(600)
    expect(await stateOf(simulator)).toEqual(members)
  })

  it('are made up for when they are resumed', async () => {
    const line = {
      autoScalingGroup: 'web',
      at: 'interruption',
      afterSeconds: 300,
      do: 'resume',
      processes: ['HealthCheck'],
    } satisfies ScriptInput
    const simulator = await interruptFleet(fleetSeed({ suspendedProcesses: ['HealthCheck'] }), 'PT2M', ({ setScript }) => setScript([line]))
    simulator.advance(415)
    expect(await stateOf(simulator)).toEqual(['a InService', 'b InService', 'c InService'])
    simulator.advance(120)
    expect(await stateOf(simulator)).toEqual(['b InService', 'c InService', 'new InService'])
  })
})

describe('what others do to a group', () => {
  it.each<[string, number, number]>([
    ['scale it out', 5, 5],
    ['scale it in', 1, 1],
    ['leave it', 3, 3],
    ['ask for more than its maximum', 20, 10],
  ])('%s', async (_, desiredCapacity, members) => {
    const line = { autoScalingGroup: 'web', at: 'notice', afterSeconds: 10, do: 'set-desired-capacity', desiredCapacity } as const
    const simulator = await interruptFleet(fleetSeed(), 'PT2M', ({ setScript }) => setScript([line]))
    simulator.advance(400)
    expect(await stateOf(simulator)).toHaveLength(members)
    expect(new Set((await membersOf(simulator)).map(({ InstanceId }) => InstanceId)).size).toBe(members)
  })

  it('shows in the cause', async () => {
    const line = { autoScalingGroup: 'web', at: 'launch', do: 'set-desired-capacity', desiredCapacity: 4 } as const
    const simulator = await interruptFleet(fleetSeed(), 'PT15M', ({ setScript }) => setScript([line]))
    simulator.advance(60)
    expect((await activitiesOf(simulator))[0]?.Cause).toBe(
      'At 2026-01-01T00:00:00Z a user request update of AutoScalingGroup constraints to min: 0, max: 10, desired: 4 changing the desired capacity from 3 to 4. At 2026-01-01T00:00:30Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity to 4.',
    )
  })

  it('is refused where the simulator does not know it', async () => {
    const simulator = await openSimulator(fleetSeed())
    const line = { autoScalingGroup: 'web', at: 'notice', do: 'detach' }
    expect((await simulator.admin('PUT', '/_simulator/script', [line])).status).toBe(400)
    expect((await simulator.admin('PUT', '/_simulator/seed', { autoScalingGroups: [{ name: 'x', hooks: [{ name: 'h' }] }] })).status).toBe(
      400,
    )
  })
})

describe('launches', () => {
  it('fail where there is no capacity, and are tried again', async () => {
    const simulator = await interruptFleet(fleetSeed({ launchFailures: [{ untilSeconds: 300 }] }))
    simulator.advance(290)
    expect(await stateOf(simulator)).toEqual(['b InService', 'c InService'])
    expect(await activitiesOf(simulator)).toMatchObject([
      {
        StatusCode: 'Failed',
        StatusMessage: 'There is no Spot capacity available that matches your request. Launching EC2 instance failed.',
      },
      { StatusCode: 'Failed' },
      { Description: `Terminating EC2 instance: ${TARGET}` },
    ])
    simulator.advance(100)
    expect(await stateOf(simulator)).toEqual(['b InService', 'c InService', 'new InService'])
  })

  it('make real instances: EC2 shows them, with a Spot request and the tags of the group', async () => {
    const simulator = await interruptFleet(fleetSeed())
    simulator.advance(209)
    expect(await membersOf(simulator)).toHaveLength(2)
    simulator.advance(60)
    const id = (await membersOf(simulator)).at(-1)?.InstanceId ?? ''
    expect(id).toMatch(/^i-[0-9a-f]{17}$/)
    expect(await instanceOf(simulator, id)).toMatchObject({
      instanceState: { name: 'running' },
      instanceType: 'c5.large',
      instanceLifecycle: 'spot',
      placement: { availabilityZone: 'us-east-1a' },
      tagSet: {
        item: [
          { key: 'team', value: 'sre' },
          { key: 'aws:autoscaling:groupName', value: 'web' },
        ],
      },
    })
    expect((await requestOf(simulator, id)).status.code).toBe('fulfilled')
    expect((await instanceOf(simulator, TARGET)).instanceState.name).toBe('terminated')
    expect(JSON.stringify((await instanceOf(simulator, IDS[1])).tagSet)).toContain('aws:autoscaling:groupName')
    expect(simulator.leftovers()).toMatchObject({ foreignTouched: [], strict: [] })
  })

  it('can be written to like any other, and are replaced when they end', async () => {
    const simulator = await interruptFleet(fleetSeed())
    simulator.advance(300)
    const id = (await membersOf(simulator)).at(-1)?.InstanceId ?? ''
    await simulator.query('ec2', { Action: 'CreateTags', 'ResourceId.1': id, 'Tag.1.Key': 'mine', 'Tag.1.Value': 'yes' })
    expect(JSON.stringify((await instanceOf(simulator, id)).tagSet)).toContain('mine')
    await simulator.query('ec2', { Action: 'TerminateInstances', 'InstanceId.1': id })
    simulator.advance(200)
    const after = (await membersOf(simulator)).map(({ InstanceId }) => InstanceId)
    expect(after).toHaveLength(3)
    expect(after).not.toContain(id)
    expect((await instanceOf(simulator, id)).instanceState.name).toBe('terminated')
  })

  it('count in units where the group is weighted', async () => {
    const members = IDS.map((id) => ({ id, weightedCapacity: '2' }))
    const simulator = await interruptFleet(fleetSeed({ members, desiredCapacity: 6 }))
    simulator.advance(300)
    expect((await membersOf(simulator)).map(({ WeightedCapacity }) => WeightedCapacity)).toEqual(['2', '2', '2'])
  })
})
