import { StopExperimentCommand } from '@aws-sdk/client-fis'
import { describe, expect, it } from 'vitest'
import { account, experimentOf, instanceOf, launch, openReadySimulator, requestOf, type TestSimulator } from './fixture.ts'

const actionOf = async (simulator: TestSimulator, id: string) => (await experimentOf(simulator, id)).actions.interrupt

describe('StopExperiment', () => {
  it('leaves an interruption that is on its way, by default', async () => {
    const simulator = await openReadySimulator()
    const { id } = await launch(simulator)
    simulator.advance(5)
    const { experiment } = await simulator.fis.send(new StopExperimentCommand({ id }))
    expect(experiment).toMatchObject({ state: { status: 'stopping', reason: 'Stopping Experiment.' } })
    expect(await actionOf(simulator, id)).toMatchObject({ state: { status: 'stopping' }, startTime: 1767225602 })
    expect((await simulator.rest('DELETE', `/experiments/${id}`)).body.experiment.state.status).toBe('stopping')
    simulator.advance(3)
    expect(await experimentOf(simulator, id)).toMatchObject({ state: { status: 'stopped' }, endTime: 1767225608 })
    expect(await actionOf(simulator, id)).toMatchObject({ state: { status: 'stopped' }, endTime: 1767225608 })
    simulator.advance(120)
    expect((await instanceOf(simulator)).instanceState.name).toBe('terminated')
  })

  it('recalls it if the switch says so', async () => {
    const simulator = await openReadySimulator()
    simulator.setSwitches({ stop: 'recalls', spotCode: 'notice', completed: 'interruption' })
    const { id } = await launch(simulator)
    simulator.advance(60)
    expect((await requestOf(simulator)).status.code).toBe('instance-terminated-by-experiment')
    await simulator.rest('DELETE', `/experiments/${id}`)
    expect((await requestOf(simulator)).status.code).toBe('fulfilled')
    simulator.advance(300)
    expect((await instanceOf(simulator)).instanceState.name).toBe('running')
    expect(simulator.leftovers().interrupted).toEqual([])
  })

  it('comes before the actions: none starts', async () => {
    const simulator = await openReadySimulator()
    const { id } = await launch(simulator)
    simulator.advance(1)
    await simulator.rest('DELETE', `/experiments/${id}`)
    simulator.advance(300)
    expect(await experimentOf(simulator, id)).toMatchObject({
      state: { status: 'stopped' },
      actions: { interrupt: { state: { status: 'cancelled' } } },
    })
    expect((await instanceOf(simulator)).instanceState.name).toBe('running')
  })

  it('on a finished experiment, by the switch', async () => {
    const simulator = await openReadySimulator()
    const { id } = await launch(simulator)
    simulator.advance(60)
    expect(await simulator.rest('DELETE', `/experiments/${id}`)).toMatchObject({ status: 400, type: 'ValidationException' })
    simulator.setSwitches({ stopFinished: 'ok' })
    expect((await simulator.rest('DELETE', `/experiments/${id}`)).body.experiment.state.status).toBe('completed')
    expect((await simulator.rest('DELETE', '/experiments/EXPnone')).status).toBe(404)
  })
})

describe('the safety lever', () => {
  const lever = async (simulator: TestSimulator) => (await simulator.rest('GET', '/safetyLevers/default')).body.safetyLever

  it('cancels what starts while it is engaged', async () => {
    const simulator = await openReadySimulator()
    expect((await lever(simulator)).state.status).toBe('disengaged')
    simulator.setSwitches({ safetyLever: 'engaged' })
    expect(await lever(simulator)).toMatchObject({
      id: 'default',
      arn: `arn:aws:fis:us-east-1:${account}:safety-lever/default`,
      state: { status: 'engaged' },
    })
    const { id } = await launch(simulator)
    simulator.advance(1)
    expect(await experimentOf(simulator, id)).toMatchObject({
      state: { status: 'cancelled' },
      actions: { interrupt: { state: { status: 'cancelled' } } },
    })
    simulator.advance(300)
    expect((await instanceOf(simulator)).instanceState.name).toBe('running')
    expect((await simulator.rest('GET', '/safetyLevers/other')).status).toBe(404)
  })

  it('stops what runs when it is engaged, and no other', async () => {
    const simulator = await openReadySimulator()
    const { id } = await launch(simulator)
    simulator.advance(5)
    simulator.setSwitches({ safetyLever: 'engaged' })
    simulator.advance(4)
    expect(await experimentOf(simulator, id)).toMatchObject({ state: { status: 'stopped' } })
    simulator.setSwitches({ safetyLever: 'disengaged' })
    expect((await lever(simulator)).state.status).toBe('disengaged')
    expect(await experimentOf(simulator, id)).toMatchObject({ state: { status: 'stopped' } })
  })
})
