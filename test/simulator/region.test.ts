import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { experimentOf, instanceOf, interruption, launch, openReadySimulator, openSimulator, rebalance, spotId } from './fixture.ts'

describe('GetCallerIdentity', () => {
  it('is an assumed role', async () => {
    const simulator = await openSimulator()
    const { Account, Arn, UserId } = await simulator.sts.send(new GetCallerIdentityCommand({}))
    expect({ Account, Arn, UserId }).toEqual({
      Account: '123456789012',
      Arn: 'arn:aws:sts::123456789012:assumed-role/rehearsal/workflow',
      UserId: expect.stringMatching(/^AROA.*:workflow$/),
    })
  })

  it.each([
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['us-iso-east-1', 'aws-iso'],
    ['us-isob-east-1', 'aws-iso-b'],
    ['eu-isoe-west-1', 'aws-iso-e'],
    ['us-isof-south-1', 'aws-iso-f'],
    ['eusc-de-east-1', 'aws-eusc'],
    ['eu-west-1', 'aws'],
  ])('in %s has the partition %s', async (region, partition) => {
    const simulator = await openSimulator()
    simulator.setSwitches({ account: '999999999999' })
    const { body } = await simulator.query('sts', { Action: 'GetCallerIdentity', Version: '2011-06-15' }, { region })
    expect(body.GetCallerIdentityResponse.GetCallerIdentityResult).toMatchObject({
      Account: '999999999999',
      Arn: `arn:${partition}:sts::999999999999:assumed-role/rehearsal/workflow`,
    })
  })
})

describe('the catalogue', () => {
  it.each(['ap-southeast-3', 'ap-northeast-3', 'cn-north-1', 'cn-northwest-1', 'me-central-1'])(
    'of %s has no Spot interruption',
    async (region) => {
      const simulator = await openSimulator()
      expect(await simulator.rest('GET', `/actions/${interruption}`, undefined, { region })).toMatchObject({
        status: 404,
        type: 'ResourceNotFoundException',
      })
      const { body } = await simulator.rest('GET', '/actions', undefined, { region })
      expect(body.actions.map(({ id }: { id: string }) => id)).toContain('aws:ec2:terminate-instances')
      expect(body.actions.map(({ id }: { id: string }) => id)).not.toContain(interruption)
    },
  )

  it('describes the interruption', async () => {
    const simulator = await openSimulator()
    expect((await simulator.rest('GET', `/actions/${encodeURIComponent(interruption)}`)).body.action).toMatchObject({
      arn: `arn:aws:fis:us-east-1:123456789012:action/${interruption}`,
      parameters: { durationBeforeInterruption: { required: true } },
      targets: { SpotInstances: { resourceType: 'aws:ec2:spot-instance' } },
    })
  })

  it('pages', async () => {
    const simulator = await openSimulator()
    const first = (await simulator.rest('GET', '/actions?maxResults=7')).body
    const second = (await simulator.rest('GET', `/actions?maxResults=7&nextToken=${first.nextToken}`)).body
    expect([first.actions.length, second.actions.length, second.nextToken]).toEqual([7, 4, undefined])
  })

  it('offers the rebalance-only action where the switch says', async () => {
    const simulator = await openSimulator()
    const status = async (region: string) => (await simulator.rest('GET', `/actions/${rebalance}`, undefined, { region })).status
    expect([await status('us-east-1'), await status('us-west-1')]).toEqual([404, 404])
    simulator.setSwitches({ rebalanceRegions: ['us-west-1'] })
    expect([await status('us-east-1'), await status('us-west-1')]).toEqual([404, 200])
  })

  it('runs the rebalance-only action: a recommendation, no interruption', async () => {
    const simulator = await openReadySimulator()
    simulator.setSwitches({ rebalanceRegions: ['us-east-1'] })
    const { id } = await launch(simulator, { actions: { rebalance: { actionId: rebalance, targets: { SpotInstances: 'spot' } } } })
    simulator.advance(5)
    expect(await experimentOf(simulator, id)).toMatchObject({
      state: { status: 'completed' },
      actions: { rebalance: { startTime: 1767225602, endTime: 1767225605 } },
    })
    simulator.advance(3600)
    expect((await instanceOf(simulator, spotId)).instanceState.name).toBe('running')
    expect(simulator.leftovers().interrupted).toEqual([])
  })
})
