import { describe, expect, it } from 'vitest'
import { experimentOf, instanceOf, launch, setReadyStage, setStage, spotId } from './fixture.ts'

describe('leftovers', () => {
  it('are what the callers made and did not take away', async () => {
    const stage = await setReadyStage({
      templates: [{ id: 'EXTtheirs' }, { id: 'EXTours', foreign: false, tags: { a: 'b' } }],
      experiments: [
        { id: 'EXPtheirs', state: 'running' },
        { id: 'EXPours', state: 'running', foreign: false },
        { id: 'EXPdone', state: 'completed', foreign: false },
      ],
    })
    const { id, templateId } = await launch(stage)
    const { body } = await stage.admin('GET', '/_simulator/leftovers')
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
    stage.advance(200)
    await stage.rest('DELETE', `/experimentTemplates/${templateId}`)
    await stage.rest('DELETE', '/experimentTemplates/EXTours')
    await stage.rest('DELETE', '/experiments/EXPours')
    stage.advance(3)
    expect(stage.leftovers()).toMatchObject({
      leftovers: [],
      interrupted: [{ id: spotId, region: 'us-east-1', at: '2026-01-01T00:02:02.000Z', how: 'terminate' }],
      foreignTouched: [],
    })
  })

  it('tell of foreign resources that were touched', async () => {
    const stage = await setReadyStage({ templates: [{ id: 'EXTtheirs' }], experiments: [{ id: 'EXPtheirs', state: 'running' }] })
    await stage.rest('DELETE', '/experimentTemplates/EXTtheirs')
    await stage.rest('DELETE', '/experiments/EXPtheirs')
    await stage.query('iam', { Action: 'DeleteRole', RoleName: 'Fis' })
    await stage.query('iam', { Action: 'DeleteRolePolicy', RoleName: 'Fis', PolicyName: 'interrupt' })
    expect(stage.leftovers().foreignTouched.map(({ index, operation, kind, id }) => [index, operation, kind, id])).toEqual([
      [0, 'DeleteExperimentTemplate', 'template', 'EXTtheirs'],
      [1, 'StopExperiment', 'experiment', 'EXPtheirs'],
      [3, 'DeleteRolePolicy', 'role', 'Fis'],
    ])
  })
})

describe('a seed', () => {
  it('may hold an experiment that takes its course', async () => {
    const arn = `arn:aws:ec2:us-east-1:123456789012:instance/${spotId}`
    const stage = await setReadyStage({
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
    expect(await experimentOf(stage, 'EXPtheirs')).toMatchObject({ state: { status: 'running' } })
    stage.advance(112)
    expect((await instanceOf(stage)).instanceState.name).toBe('shutting-down')
  })

  it('may hold an experiment that stands still until it is stopped', async () => {
    const stage = await setStage({
      experiments: [
        { id: 'EXP1', state: 'initiating' },
        { id: 'EXP2', state: 'cancelled' },
      ],
    })
    stage.advance(3600)
    expect((await experimentOf(stage, 'EXP1')).state.status).toBe('initiating')
    expect((await experimentOf(stage, 'EXP2')).state.status).toBe('cancelled')
    expect((await stage.rest('DELETE', '/experiments/EXP1')).body.experiment.state.status).toBe('stopping')
    stage.advance(3)
    expect((await experimentOf(stage, 'EXP1')).state.status).toBe('stopped')
  })

  it('is refused where it cannot be read', async () => {
    const stage = await setStage()
    const answer = await stage.admin('PUT', '/_simulator/seed', { instances: [{ id: 'web-1' }] })
    expect(answer).toMatchObject({ status: 400, body: { error: [expect.stringContaining('instances.0.id')] } })
    expect((await stage.admin('PUT', '/_simulator/seed', { instances: [{ id: spotId }] })).status).toBe(200)
    expect((await instanceOf(stage)).instanceState.name).toBe('running')
  })
})
