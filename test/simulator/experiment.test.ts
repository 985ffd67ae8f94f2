import { GetExperimentCommand, ListExperimentsCommand, StartExperimentCommand } from '@aws-sdk/client-fis'
import { describe, expect, it } from 'vitest'
import { account, experimentOf, interruptAction, launch, openReadySimulator, type TestSimulator, templateBody } from './fixture.ts'

const actionOf = async (simulator: TestSimulator, id: string) => (await experimentOf(simulator, id)).actions.interrupt

describe('StartExperiment', () => {
  it('answers as FIS does, readable by the SDK', async () => {
    const simulator = await openReadySimulator()
    const { templateId } = await launch(simulator)
    const { experiment } = await simulator.fis.send(
      new StartExperimentCommand({ experimentTemplateId: templateId, clientToken: 'other', tags: { run: '1' } }),
    )
    expect(experiment).toMatchObject({
      id: expect.stringMatching(/^EXP[A-Za-z0-9]{15}$/),
      experimentTemplateId: templateId,
      state: { status: 'initiating', reason: 'Experiment is initiating.' },
      creationTime: new Date('2026-01-01T00:00:00Z'),
      tags: { run: '1' },
    })
    expect(await experimentOf(simulator, experiment?.id ?? '')).toMatchObject({
      arn: `arn:aws:fis:us-east-1:${account}:experiment/${experiment?.id}`,
      experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail', actionsMode: 'run-all' },
    })
  })

  it('starts once for the same token', async () => {
    const simulator = await openReadySimulator()
    const { templateId, id } = await launch(simulator)
    const body = { clientToken: 'start-1', experimentTemplateId: templateId }
    expect((await simulator.rest('POST', '/experiments', body)).body.experiment.id).toBe(id)
    expect((await simulator.rest('POST', '/experiments', { ...body, tags: { a: 'b' } })).type).toBe('ConflictException')
    expect((await simulator.rest('GET', '/experiments')).body.experiments).toHaveLength(1)
  })

  it('refuses a template that is not there, and members it does not know', async () => {
    const simulator = await openReadySimulator()
    const start = (body: object) => simulator.rest('POST', '/experiments', { clientToken: 't', ...body })
    expect(await start({ experimentTemplateId: 'EXTnone' })).toMatchObject({ status: 404, type: 'ResourceNotFoundException' })
    expect(await start({ experimentTemplateId: 'EXTnone', experimentOptions: { actionsMode: 'all' } })).toMatchObject({ status: 400 })
    expect(await start({ experimentTemplateId: 'EXTnone', force: true })).toMatchObject({ status: 400 })
    expect(simulator.leftovers().strict).toMatchObject([{ name: 'force' }])
  })

  it('has a quota of five that run', async () => {
    const experiments = Array.from({ length: 5 }, (_, index) => ({ id: `EXP${index}`, state: 'running' as const }))
    const simulator = await openReadySimulator({ experiments, templates: [{ id: 'EXT1' }] })
    const body = { clientToken: 't', experimentTemplateId: 'EXT1' }
    expect(await simulator.rest('POST', '/experiments', body)).toMatchObject({ status: 402, type: 'ServiceQuotaExceededException' })
    await simulator.rest('DELETE', '/experiments/EXP0')
    simulator.advance(5)
    expect((await simulator.rest('POST', '/experiments', body)).status).toBe(200)
  })

  it('makes the service-linked role, which is nobody’s leftover', async () => {
    const simulator = await openReadySimulator()
    await launch(simulator)
    const answer = await simulator.query('iam', { Action: 'GetRole', RoleName: 'AWSServiceRoleForFIS' })
    expect(answer.body.GetRoleResponse.GetRoleResult.Role.Path).toBe('/aws-service-role/fis.amazonaws.com/')
    expect(simulator.leftovers().leftovers.map(({ kind }) => kind)).toEqual(['template', 'experiment'])
  })
})

describe('the course of an experiment', () => {
  it('goes from initiating to running to completed', async () => {
    const simulator = await openReadySimulator()
    const { id } = await launch(simulator)
    expect(await experimentOf(simulator, id)).toMatchObject({
      state: { status: 'initiating', reason: 'Experiment is initiating.' },
      creationTime: 1767225600,
      startTime: 1767225600.349,
    })
    expect(await actionOf(simulator, id)).toMatchObject({ state: { status: 'pending', reason: 'Initial state' } })
    expect(await actionOf(simulator, id)).not.toHaveProperty('startTime')
    simulator.advance(2)
    expect(await experimentOf(simulator, id)).toMatchObject({ state: { status: 'running', reason: 'Experiment is running.' } })
    expect(await actionOf(simulator, id)).toMatchObject({ state: { status: 'running', reason: '' }, startTime: 1767225602 })
    simulator.advance(19.9)
    expect(await experimentOf(simulator, id)).toMatchObject({ state: { status: 'running' } })
    simulator.advance(0.1)
    expect(await experimentOf(simulator, id)).toMatchObject({
      state: { status: 'completed', reason: 'Experiment completed.' },
      endTime: 1767225622,
    })
    expect(await actionOf(simulator, id)).toMatchObject({
      state: { status: 'completed', reason: 'Action was completed.' },
      endTime: 1767225622,
    })
  })

  it('is pending first if a switch says so, and starts its actions when one says', async () => {
    const simulator = await openReadySimulator()
    simulator.setSwitches({ pendingSeconds: 3, startDelaySeconds: 10 })
    const { id } = await launch(simulator)
    expect(await experimentOf(simulator, id)).toMatchObject({
      state: { status: 'pending' },
      actions: { interrupt: { state: { status: 'pending' } } },
    })
    simulator.advance(3)
    expect(await experimentOf(simulator, id)).toMatchObject({ state: { status: 'initiating' } })
    simulator.advance(7)
    expect(await actionOf(simulator, id)).toMatchObject({ startTime: 1767225610 })
  })

  it.each([
    ['early', 'PT5M', 20],
    ['notice', 'PT5M', 180],
    ['notice', 'PT2M', 2],
    ['interruption', 'PT5M', 300],
    ['at-once', 'PT5M', 0],
  ] as const)('completes %s with %s after %i s', async (completed, lead, after) => {
    const simulator = await openReadySimulator()
    simulator.setSwitches({ completed })
    const { id } = await launch(simulator, { actions: { interrupt: interruptAction(lead) } })
    simulator.advance(2 + after - 0.1)
    expect(await experimentOf(simulator, id)).toMatchObject({ state: { status: after === 0 ? 'initiating' : 'running' } })
    simulator.advance(0.1)
    expect(await experimentOf(simulator, id)).toMatchObject({ state: { status: 'completed' } })
  })

  it('starts an action after those it waits for', async () => {
    const simulator = await openReadySimulator()
    const actions = { second: { ...interruptAction('PT2M'), startAfter: ['first'] }, first: interruptAction('PT15M') }
    const { id } = await launch(simulator, { actions })
    simulator.advance(21)
    expect((await experimentOf(simulator, id)).actions).toMatchObject({
      first: { state: { status: 'running' } },
      second: { state: { status: 'pending' } },
    })
    simulator.advance(1)
    expect((await experimentOf(simulator, id)).actions.second).toMatchObject({ state: { status: 'running' }, startTime: 1767225622 })
  })

  it('lists experiments with state and tags, page by page and by template', async () => {
    const simulator = await openReadySimulator({ experiments: [{ id: 'EXPother', state: 'completed', tags: { a: 'b' } }] })
    const { id, templateId } = await launch(simulator)
    const first = await simulator.fis.send(new ListExperimentsCommand({ maxResults: 1 }))
    expect(first.experiments).toMatchObject([{ id: 'EXPother', state: { status: 'completed' }, tags: { a: 'b' } }])
    const second = await simulator.fis.send(new ListExperimentsCommand({ maxResults: 1, nextToken: first.nextToken ?? '' }))
    expect(second.experiments).toMatchObject([{ id }])
    const byTemplate = await simulator.rest('GET', `/experiments?experimentTemplateId=${templateId}`)
    expect(byTemplate.body.experiments).toMatchObject([{ id, experimentTemplateId: templateId }])
  })

  it('hides tags if the switch says so', async () => {
    const simulator = await openReadySimulator()
    const { id } = await launch(simulator, {}, { tags: { a: 'b' } })
    expect(await experimentOf(simulator, id)).toMatchObject({ tags: { a: 'b' } })
    simulator.setSwitches({ experimentTags: false })
    expect(await experimentOf(simulator, id)).not.toHaveProperty('tags')
  })

  it('is not found elsewhere', async () => {
    const simulator = await openReadySimulator()
    const { id } = await launch(simulator)
    expect((await simulator.rest('GET', `/experiments/${id}`, undefined, { region: 'eu-west-1' })).status).toBe(404)
    await expect(simulator.fis.send(new GetExperimentCommand({ id: 'EXPnone' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })
})

describe('aws:fis:wait', () => {
  const wait = (duration: string) => ({ actionId: 'aws:fis:wait', parameters: { duration } })

  it('takes its time, and what starts after it waits', async () => {
    const simulator = await openReadySimulator()
    const actions = { pause: wait('PT3M'), interrupt: { ...interruptAction('PT2M'), startAfter: ['pause'] } }
    const { id } = await launch(simulator, { actions })
    simulator.advance(2 + 179)
    const { actions: waiting } = await experimentOf(simulator, id)
    expect([waiting.pause.state.status, waiting.interrupt.state.status]).toEqual(['running', 'pending'])
    simulator.advance(1)
    const { actions: running } = await experimentOf(simulator, id)
    expect([running.pause.state.status, running.interrupt.state.status]).toEqual(['completed', 'running'])
    expect(running.interrupt.startTime).toBe(running.pause.endTime)
  })

  it.each(['PT59S', 'PT13H', 'PT0M', 'P1D', '2m'])('refuses the duration %s', async (duration) => {
    const simulator = await openReadySimulator()
    const body = templateBody({ actions: { pause: wait(duration), interrupt: interruptAction('PT2M') } })
    expect(await simulator.rest('POST', '/experimentTemplates', body)).toMatchObject({ status: 400, type: 'ValidationException' })
  })
})
