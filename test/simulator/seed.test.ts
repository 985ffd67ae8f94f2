import { describe, expect, it } from 'vitest'
import { experimentOf, instanceOf, launch, openReadySimulator, openSimulator, spotId } from './fixture.ts'

describe('leftovers', () => {
  it('are what the callers made and did not take away', async () => {
    const simulator = await openReadySimulator({
      templates: [{ id: 'EXTtheirs' }, { id: 'EXTours', foreign: false, tags: { a: 'b' } }],
      experiments: [
        { id: 'EXPtheirs', state: 'running' },
        { id: 'EXPours', state: 'running', foreign: false },
        { id: 'EXPdone', state: 'completed', foreign: false },
      ],
    })
    const { id, templateId } = await launch(simulator)
    const { body } = await simulator.admin('GET', '/_simulator/leftovers')
    expect(body).toEqual({
      leftovers: [
        { kind: 'template', id: 'EXTours', region: 'us-east-1', tags: { a: 'b' } },
        { kind: 'template', id: templateId, region: 'us-east-1', tags: {} },
        { kind: 'experiment', id: 'EXPours', region: 'us-east-1', tags: {} },
        { kind: 'experiment', id, region: 'us-east-1', tags: {} },
      ],
      interrupted: [],
      foreignTouched: [],
      strict: [],
    })
    simulator.advance(200)
    await simulator.rest('DELETE', `/experimentTemplates/${templateId}`)
    await simulator.rest('DELETE', '/experimentTemplates/EXTours')
    await simulator.rest('DELETE', '/experiments/EXPours')
    simulator.advance(3)
    expect(simulator.leftovers()).toMatchObject({
      leftovers: [],
      interrupted: [{ id: spotId, region: 'us-east-1', at: '2026-01-01T00:02:02.000Z', how: 'terminate' }],
      foreignTouched: [],
    })
  })

  it('tell of foreign resources that were touched', async () => {
    const simulator = await openReadySimulator({ templates: [{ id: 'EXTtheirs' }], experiments: [{ id: 'EXPtheirs', state: 'running' }] })
    await simulator.rest('DELETE', '/experimentTemplates/EXTtheirs')
    await simulator.rest('DELETE', '/experiments/EXPtheirs')
    await simulator.query('iam', { Action: 'DeleteRole', RoleName: 'Fis' })
    await simulator.query('iam', { Action: 'DeleteRolePolicy', RoleName: 'Fis', PolicyName: 'interrupt' })
    expect(simulator.leftovers().foreignTouched.map(({ index, operation, kind, id }) => [index, operation, kind, id])).toEqual([
      [0, 'DeleteExperimentTemplate', 'template', 'EXTtheirs'],
      [1, 'StopExperiment', 'experiment', 'EXPtheirs'],
      [3, 'DeleteRolePolicy', 'role', 'Fis'],
    ])
  })
})

describe('a seed', () => {
  it('may hold an experiment that takes its course', async () => {
    const arn = `arn:aws:ec2:us-east-1:123456789012:instance/${spotId}`
    const simulator = await openReadySimulator({
      experiments: [
        {
          id: 'EXPtheirs',
          createdSecondsAgo: 10,
          roleArn: 'arn:aws:iam::123456789012:role/Fis',
          targets: { t: { resourceArns: [arn] } },
          actions: {
            a: {
              actionId: 'aws:ec2:send-spot-instance-interruptions',
              parameters: { durationBeforeInterruption: 'PT2M' },
              targets: { SpotInstances: 't' },
            },
          },
        },
      ],
    })
    expect(await experimentOf(simulator, 'EXPtheirs')).toMatchObject({ state: { status: 'running' } })
    simulator.advance(112)
    expect((await instanceOf(simulator)).instanceState.name).toBe('shutting-down')
  })

  it('may hold an experiment that stands still until it is stopped', async () => {
    const simulator = await openSimulator({
      experiments: [
        { id: 'EXP1', state: 'initiating' },
        { id: 'EXP2', state: 'cancelled' },
      ],
    })
    simulator.advance(3600)
    expect((await experimentOf(simulator, 'EXP1')).state.status).toBe('initiating')
    expect((await experimentOf(simulator, 'EXP2')).state.status).toBe('cancelled')
    expect((await simulator.rest('DELETE', '/experiments/EXP1')).body.experiment.state.status).toBe('stopping')
    simulator.advance(3)
    expect((await experimentOf(simulator, 'EXP1')).state.status).toBe('stopped')
  })

  it('is refused where it cannot be read', async () => {
    const simulator = await openSimulator()
    const answer = await simulator.admin('PUT', '/_simulator/seed', { instances: [{ id: 'web-1' }] })
    expect(answer).toMatchObject({ status: 400, body: { error: [expect.stringContaining('instances.0.id')] } })
    expect((await simulator.admin('PUT', '/_simulator/seed', { instances: [{ id: spotId }] })).status).toBe(200)
    expect((await instanceOf(simulator)).instanceState.name).toBe('running')
  })
})
