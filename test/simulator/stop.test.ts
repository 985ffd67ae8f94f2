import { StopExperimentCommand } from '@aws-sdk/client-fis'
import { describe, expect, it } from 'vitest'
import { account, experimentOf, instanceOf, launch, requestOf, type Stage, setReadyStage } from './fixture.ts'

const actionOf = async (stage: Stage, id: string) => (await experimentOf(stage, id)).actions.interrupt

describe('StopExperiment', () => {
  it('leaves an interruption that is on its way, by default', async () => {
    const stage = await setReadyStage()
    const { id } = await launch(stage)
    stage.advance(5)
    const { experiment } = await stage.fis.send(new StopExperimentCommand({ id }))
    expect(experiment).toMatchObject({ state: { status: 'stopping', reason: 'Stopping Experiment.' } })
    expect(await actionOf(stage, id)).toMatchObject({ state: { status: 'stopping' }, startTime: 1767225602 })
    expect((await stage.rest('DELETE', `/experiments/${id}`)).body.experiment.state.status).toBe('stopping')
    stage.advance(3)
    expect(await experimentOf(stage, id)).toMatchObject({ state: { status: 'stopped' }, endTime: 1767225608 })
    expect(await actionOf(stage, id)).toMatchObject({ state: { status: 'stopped' }, endTime: 1767225608 })
    stage.advance(120)
    expect((await instanceOf(stage)).instanceState.name).toBe('terminated')
  })

  it('recalls it if the switch says so', async () => {
    const stage = await setReadyStage()
    stage.setSwitches({ stop: 'recalls', spotCode: 'notice', completed: 'interruption' })
    const { id } = await launch(stage)
    stage.advance(60)
    expect((await requestOf(stage)).status.code).toBe('instance-terminated-by-experiment')
    await stage.rest('DELETE', `/experiments/${id}`)
    expect((await requestOf(stage)).status.code).toBe('fulfilled')
    stage.advance(300)
    expect((await instanceOf(stage)).instanceState.name).toBe('running')
    expect(stage.leftovers().interrupted).toEqual([])
  })

  it('comes before the actions: none starts', async () => {
    const stage = await setReadyStage()
    const { id } = await launch(stage)
    stage.advance(1)
    await stage.rest('DELETE', `/experiments/${id}`)
    stage.advance(300)
    expect(await experimentOf(stage, id)).toMatchObject({
      state: { status: 'stopped' },
      actions: { interrupt: { state: { status: 'cancelled' } } },
    })
    expect((await instanceOf(stage)).instanceState.name).toBe('running')
  })

  it('on a finished experiment, by the switch', async () => {
    const stage = await setReadyStage()
    const { id } = await launch(stage)
    stage.advance(60)
    expect(await stage.rest('DELETE', `/experiments/${id}`)).toMatchObject({ status: 400, type: 'ValidationException' })
    stage.setSwitches({ stopFinished: 'ok' })
    expect((await stage.rest('DELETE', `/experiments/${id}`)).body.experiment.state.status).toBe('completed')
    expect((await stage.rest('DELETE', '/experiments/EXPnone')).status).toBe(404)
  })
})

describe('the safety lever', () => {
  const lever = async (stage: Stage) => (await stage.rest('GET', '/safetyLevers/default')).body.safetyLever

  it('cancels what starts while it is engaged', async () => {
    const stage = await setReadyStage()
    expect((await lever(stage)).state.status).toBe('disengaged')
    stage.setSwitches({ safetyLever: 'engaged' })
    expect(await lever(stage)).toMatchObject({
      id: 'default',
      arn: `arn:aws:fis:us-east-1:${account}:safety-lever/default`,
      state: { status: 'engaged' },
    })
    const { id } = await launch(stage)
    stage.advance(1)
    expect(await experimentOf(stage, id)).toMatchObject({
      state: { status: 'cancelled' },
      actions: { interrupt: { state: { status: 'cancelled' } } },
    })
    stage.advance(300)
    expect((await instanceOf(stage)).instanceState.name).toBe('running')
    expect((await stage.rest('GET', '/safetyLevers/other')).status).toBe(404)
  })

  it('stops what runs when it is engaged, and no other', async () => {
    const stage = await setReadyStage()
    const { id } = await launch(stage)
    stage.advance(5)
    stage.setSwitches({ safetyLever: 'engaged' })
    stage.advance(4)
    expect(await experimentOf(stage, id)).toMatchObject({ state: { status: 'stopped' } })
    stage.setSwitches({ safetyLever: 'disengaged' })
    expect((await lever(stage)).state.status).toBe('disengaged')
    expect(await experimentOf(stage, id)).toMatchObject({ state: { status: 'stopped' } })
  })
})
