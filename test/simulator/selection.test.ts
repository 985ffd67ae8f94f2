import { describe, expect, it } from 'vitest'
import { account, experimentOf, launch, openReadySimulator, spotArn, spotId } from './fixture.ts'

describe('skip-all', () => {
  it('resolves the targets and touches nothing', async () => {
    const simulator = await openReadySimulator()
    const { id } = await launch(simulator, {}, { experimentOptions: { actionsMode: 'skip-all' } })
    expect((await simulator.rest('GET', `/experiments/${id}/resolvedTargets`)).body.resolvedTargets).toEqual([])
    simulator.advance(5)
    const experiment = await experimentOf(simulator, id)
    expect(experiment).toMatchObject({ state: { status: 'completed' }, actions: { interrupt: { state: { status: 'skipped' } } } })
    expect(experiment.experimentOptions.actionsMode).toBe('skip-all')
    const path = `/experiments/${id}/resolvedTargets`
    const resolved = { resourceType: 'aws:ec2:spot-instance', targetName: 'spot', targetInformation: { arn: spotArn(spotId) } }
    expect((await simulator.rest('GET', path)).body.resolvedTargets).toEqual([resolved])
    expect((await simulator.rest('GET', `${path}?targetName=other`)).body.resolvedTargets).toEqual([])
    simulator.setSwitches({ resolvedKey: 'resourceArn' })
    expect((await simulator.rest('GET', path)).body.resolvedTargets[0].targetInformation).toEqual({ resourceArn: spotArn(spotId) })
    simulator.advance(3600)
    expect(simulator.leftovers().interrupted).toEqual([])
  })
})

describe('several targets', () => {
  const ids = ['i-0000000000000000a', 'i-0000000000000000b', 'i-0000000000000000c', 'i-0000000000000000d']
  const tagged = (count: string) => ({
    targets: {
      spot: {
        resourceType: 'aws:ec2:spot-instance',
        resourceTags: { team: 'web' },
        filters: [{ path: 'State.Name', values: ['running'] }],
        selectionMode: count,
      },
    },
  })

  it.each([
    ['ALL', 4],
    ['COUNT(2)', 2],
    ['PERCENT(75)', 3],
  ])('selects %s by tag', async (mode, count) => {
    const simulator = await openReadySimulator({ instances: ids.map((id) => ({ id, tags: { team: 'web' } })) })
    await launch(simulator, tagged(mode))
    simulator.advance(300)
    expect(simulator.leftovers().interrupted).toHaveLength(count)
  })

  it('fails on an empty set, or skips it if asked to', async () => {
    const simulator = await openReadySimulator({ instances: [{ id: 'i-0000000000000000a', tags: { team: 'web' }, state: 'stopped' }] })
    const failed = await launch(simulator, tagged('ALL'))
    simulator.advance(3)
    expect(await experimentOf(simulator, failed.id)).toMatchObject({
      state: { status: 'failed', reason: 'Target resolution returned empty set', error: { code: 'InvalidTarget', accountId: account } },
    })
    const changes = { ...tagged('ALL'), clientToken: 'skip', experimentOptions: { emptyTargetResolutionMode: 'skip' } }
    const skipped = await launch(simulator, changes, { clientToken: 'skip' })
    simulator.advance(3)
    expect(await experimentOf(simulator, skipped.id)).toMatchObject({
      state: { status: 'completed' },
      actions: { interrupt: { state: { status: 'skipped' } } },
    })
  })

  it('fails on a stopped instance where no filter keeps it out', async () => {
    const simulator = await openReadySimulator({ instances: [{ id: 'i-0000000000000000a', tags: { team: 'web' }, state: 'stopped' }] })
    const { filters, ...target } = tagged('ALL').targets.spot
    const { id } = await launch(simulator, { targets: { spot: target } })
    simulator.advance(3)
    expect(await experimentOf(simulator, id)).toMatchObject({
      state: { status: 'failed', error: { code: 'InvalidTarget', location: 'targets.spot' } },
    })
  })

  it('hits a later experiment’s target only if it still runs', async () => {
    const simulator = await openReadySimulator()
    await launch(simulator)
    simulator.advance(130)
    const { id } = await launch(simulator, { clientToken: 'again' }, { clientToken: 'again' })
    simulator.advance(5)
    expect(await experimentOf(simulator, id)).toMatchObject({ state: { status: 'failed', error: { code: 'InvalidTarget' } } })
    expect(simulator.leftovers().interrupted).toHaveLength(1)
  })
})
