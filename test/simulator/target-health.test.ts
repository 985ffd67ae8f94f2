import { describe, expect, it } from 'vitest'
import { openSimulator } from './fixture.ts'
import { ask, changesOf, fleetSeed, healthOf, IDS, interruptFleet, listOf, TARGET, TARGET_GROUP } from './fleet-fixture.ts'

describe('a target group', () => {
  it('calls a dead target unhealthy after as many failed checks as its threshold, then unused', async () => {
    const simulator = await interruptFleet({ ...fleetSeed({}, { healthCheckIntervalSeconds: 10 }), autoScalingGroups: [] })
    expect((await changesOf(simulator, healthOf, { seconds: 400 })).map((line) => line.split(',')[0])).toEqual([
      '0: a healthy',
      '143: a unhealthy',
      '180: a unused',
    ])
  })

  it('follows its Auto Scaling group: the dead one drains for its delay, the new one is checked first', async () => {
    const simulator = await interruptFleet(fleetSeed({}, { deregistrationDelaySeconds: 60 }))
    expect(await changesOf(simulator, healthOf, { seconds: 400 })).toEqual([
      '0: a healthy, b healthy, c healthy',
      '180: a draining, b healthy, c healthy',
      '240: b healthy, c healthy, new initial',
      '270: b healthy, c healthy, new healthy',
    ])
  })

  it('drains before the hook and the end of the instance', async () => {
    const seed = fleetSeed({ capacityRebalance: true }, { deregistrationDelaySeconds: 90 })
    const simulator = await interruptFleet(seed, 'PT10M')
    const changes = await changesOf(simulator, async (one) => [...(await healthOf(one)), one.instance(TARGET)?.state ?? ''], {
      seconds: 300,
      step: 5,
    })
    expect(changes).toEqual([
      '0: a healthy, b healthy, c healthy, running',
      '65: a draining, b healthy, c healthy, new initial, running',
      '95: a draining, b healthy, c healthy, new healthy, running',
      '155: b healthy, c healthy, new healthy, shutting-down',
      '160: b healthy, c healthy, new healthy, terminated',
    ])
  })

  it('needs as many good checks as its threshold of one that was unhealthy first', async () => {
    const seed = fleetSeed({}, { healthCheckIntervalSeconds: 10, healthyThresholdCount: 3 })
    const simulator = await interruptFleet(seed, 'PT2M', ({ setSwitches }) => void setSwitches({ bootSeconds: 120 }))
    const states = (await changesOf(simulator, healthOf, { seconds: 420 })).map((line) => line.split(', ').at(-1))
    expect(states.filter((state) => state?.startsWith('new'))).toEqual(['new initial', 'new unhealthy', 'new healthy'])
  })

  it('does not know members that were not added to it', async () => {
    const simulator = await interruptFleet(fleetSeed({ suspendedProcesses: ['AddToLoadBalancer'] }, { deregistrationDelaySeconds: 0 }))
    simulator.advance(400)
    expect(await healthOf(simulator)).toEqual(['b healthy', 'c healthy'])
  })

  it('shows a target that it does not have any more as unused, to those who ask by id', async () => {
    const simulator = await interruptFleet(fleetSeed({}, { deregistrationDelaySeconds: 0 }))
    simulator.advance(400)
    const params = { Action: 'DescribeTargetHealth', TargetGroupArn: TARGET_GROUP, 'Targets.member.1.Id': TARGET }
    const { TargetHealthDescriptions } = await ask(simulator, 'elasticloadbalancing', params)
    expect(listOf(TargetHealthDescriptions)).toMatchObject([{ TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' } }])
  })

  it('loses an address with the instance that it runs on', async () => {
    const targets = IDS.map((runsOn, index) => ({ id: `10.0.0.${index}`, runsOn }))
    const simulator = await interruptFleet({ ...fleetSeed({}, { targetType: 'ip', targets }), autoScalingGroups: [] })
    simulator.advance(190)
    expect(await healthOf(simulator)).toEqual(['new unhealthy', 'new healthy', 'new healthy'])
  })

  it('keeps a state that the seed says, whatever happens', async () => {
    const targets = [{ id: TARGET, state: 'draining' as const }]
    const simulator = await interruptFleet({ ...fleetSeed({}, { targets }), autoScalingGroups: [] })
    simulator.advance(500)
    expect(await healthOf(simulator)).toEqual(['a draining'])
  })

  it('tells its attributes', async () => {
    const simulator = await openSimulator(fleetSeed({}, { deregistrationDelaySeconds: 12 }))
    const { Attributes } = await ask(simulator, 'elasticloadbalancing', {
      Action: 'DescribeTargetGroupAttributes',
      TargetGroupArn: TARGET_GROUP,
    })
    expect(listOf(Attributes)).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '12' })
    const params = { Action: 'DescribeTargetGroupAttributes', TargetGroupArn: TARGET_GROUP.replace('web', 'other') }
    await expect(ask(simulator, 'elasticloadbalancing', params)).rejects.toThrow('TargetGroupNotFound')
  })
})
