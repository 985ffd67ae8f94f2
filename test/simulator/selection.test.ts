import { describe, expect, it } from 'vitest'
import { account, experimentOf, launch, setReadyStage, spotArn, spotId } from './fixture.ts'

describe('skip-all', () => {
  it('resolves the targets and touches nothing', async () => {
    const stage = await setReadyStage()
    const { id } = await launch(stage, {}, { experimentOptions: { actionsMode: 'skip-all' } })
    expect((await stage.rest('GET', `/experiments/${id}/resolvedTargets`)).body.resolvedTargets).toEqual([])
    stage.advance(5)
    const experiment = await experimentOf(stage, id)
    expect(experiment).toMatchObject({ state: { status: 'completed' }, actions: { interrupt: { state: { status: 'skipped' } } } })
    expect(experiment.experimentOptions.actionsMode).toBe('skip-all')
    const path = `/experiments/${id}/resolvedTargets`
    const resolved = { resourceType: 'aws:ec2:spot-instance', targetName: 'spot', targetInformation: { arn: spotArn(spotId) } }
    expect((await stage.rest('GET', path)).body.resolvedTargets).toEqual([resolved])
    expect((await stage.rest('GET', `${path}?targetName=other`)).body.resolvedTargets).toEqual([])
    stage.setSwitches({ resolvedKey: 'resourceArn' })
    expect((await stage.rest('GET', path)).body.resolvedTargets[0].targetInformation).toEqual({ resourceArn: spotArn(spotId) })
    stage.advance(3600)
    expect(stage.leftovers().interrupted).toEqual([])
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
    const stage = await setReadyStage({ instances: ids.map((id) => ({ id, tags: { team: 'web' } })) })
    await launch(stage, tagged(mode))
    stage.advance(300)
    expect(stage.leftovers().interrupted).toHaveLength(count)
  })

  it('fails on an empty set, or skips it if asked to', async () => {
    const stage = await setReadyStage({ instances: [{ id: 'i-0000000000000000a', tags: { team: 'web' }, state: 'stopped' }] })
    const failed = await launch(stage, tagged('ALL'))
    stage.advance(3)
    expect(await experimentOf(stage, failed.id)).toMatchObject({
      state: { status: 'failed', reason: 'Target resolution returned empty set', error: { code: 'InvalidTarget', accountId: account } },
    })
    const changes = { ...tagged('ALL'), clientToken: 'skip', experimentOptions: { emptyTargetResolutionMode: 'skip' } }
    const skipped = await launch(stage, changes, { clientToken: 'skip' })
    stage.advance(3)
    expect(await experimentOf(stage, skipped.id)).toMatchObject({
      state: { status: 'completed' },
      actions: { interrupt: { state: { status: 'skipped' } } },
    })
  })

  it('fails on a stopped instance where no filter keeps it out', async () => {
    const stage = await setReadyStage({ instances: [{ id: 'i-0000000000000000a', tags: { team: 'web' }, state: 'stopped' }] })
    const { filters, ...target } = tagged('ALL').targets.spot
    const { id } = await launch(stage, { targets: { spot: target } })
    stage.advance(3)
    expect(await experimentOf(stage, id)).toMatchObject({
      state: { status: 'failed', error: { code: 'InvalidTarget', location: 'targets.spot' } },
    })
  })

  it('hits a later experiment’s target only if it still runs', async () => {
    const stage = await setReadyStage()
    await launch(stage)
    stage.advance(130)
    const { id } = await launch(stage, { clientToken: 'again' }, { clientToken: 'again' })
    stage.advance(5)
    expect(await experimentOf(stage, id)).toMatchObject({ state: { status: 'failed', error: { code: 'InvalidTarget' } } })
    expect(stage.leftovers().interrupted).toHaveLength(1)
  })
})
