import { CreateExperimentTemplateCommand, GetExperimentTemplateCommand, ListExperimentTemplatesCommand } from '@aws-sdk/client-fis'
import { describe, expect, it } from 'vitest'
import { account, launch, openReadySimulator, openSimulator, spotId, templateBody } from './fixture.ts'

describe('CreateExperimentTemplate', () => {
  it('gives the template back as FIS does, readable by the SDK', async () => {
    const simulator = await openReadySimulator()
    const { experimentTemplate } = await simulator.fis.send(
      new CreateExperimentTemplateCommand({ ...templateBody(), tags: { a: 'b' } } as never),
    )
    expect(experimentTemplate).toMatchObject({
      id: expect.stringMatching(/^EXT[A-Za-z0-9]{15}$/),
      creationTime: new Date('2026-01-01T00:00:00Z'),
      tags: { a: 'b' },
      experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
    })
    const raw = await simulator.rest('GET', `/experimentTemplates/${experimentTemplate?.id}`)
    expect(raw.body.experimentTemplate.arn).toBe(`arn:aws:fis:us-east-1:${account}:experiment-template/${experimentTemplate?.id}`)
    expect(raw.body.experimentTemplate.creationTime).toBe(1767225600)
  })

  it('gives the first template back for the same token and body, whatever the order of members', async () => {
    const simulator = await openReadySimulator()
    const first = await simulator.rest('POST', '/experimentTemplates', templateBody())
    const again = await simulator.rest('POST', '/experimentTemplates', Object.fromEntries(Object.entries(templateBody()).reverse()))
    expect(again.body).toEqual(first.body)
    expect(simulator.leftovers().leftovers).toHaveLength(1)
  })

  it('judges the same token with another body by the switch', async () => {
    const simulator = await openReadySimulator()
    const first = await simulator.rest('POST', '/experimentTemplates', templateBody())
    const other = templateBody({ description: 'other' })
    expect(await simulator.rest('POST', '/experimentTemplates', other)).toMatchObject({ status: 409, type: 'ConflictException' })
    simulator.setSwitches({ token: 'returns' })
    expect((await simulator.rest('POST', '/experimentTemplates', other)).body).toEqual(first.body)
  })

  it('makes a new one once the first was deleted', async () => {
    const simulator = await openReadySimulator()
    const { body } = await simulator.rest('POST', '/experimentTemplates', templateBody())
    await simulator.rest('DELETE', `/experimentTemplates/${body.experimentTemplate.id}`)
    const again = await simulator.rest('POST', '/experimentTemplates', templateBody())
    expect(again.body.experimentTemplate.id).not.toBe(body.experimentTemplate.id)
  })
})

describe('the other template operations', () => {
  it('lists page by page, one region at a time', async () => {
    const simulator = await openSimulator({ templates: ['EXTa', 'EXTb', 'EXTc'].map((id) => ({ id, tags: { id } })) })
    const first = await simulator.fis.send(new ListExperimentTemplatesCommand({ maxResults: 2 }))
    expect(first.experimentTemplates?.map(({ id, tags }) => [id, tags?.id])).toEqual([
      ['EXTa', 'EXTa'],
      ['EXTb', 'EXTb'],
    ])
    const second = await simulator.fis.send(new ListExperimentTemplatesCommand({ maxResults: 2, nextToken: first.nextToken ?? '' }))
    expect(second.experimentTemplates?.map(({ id }) => id)).toEqual(['EXTc'])
    expect(second.nextToken).toBeUndefined()
    expect((await simulator.rest('GET', '/experimentTemplates', undefined, { region: 'eu-west-1' })).body.experimentTemplates).toEqual([])
  })

  it.each(['maxResults=0', 'maxResults=101', 'maxResults=many', 'nextToken=forged'])('refuses ?%s', async (search) => {
    const simulator = await openSimulator()
    expect(await simulator.rest('GET', `/experimentTemplates?${search}`)).toMatchObject({ status: 400, type: 'ValidationException' })
  })

  it('deletes once', async () => {
    const simulator = await openReadySimulator()
    const { body } = await simulator.rest('POST', '/experimentTemplates', templateBody())
    const path = `/experimentTemplates/${body.experimentTemplate.id}`
    expect((await simulator.rest('DELETE', path)).body).toEqual(body)
    expect(await simulator.rest('DELETE', path)).toMatchObject({ status: 404, type: 'ResourceNotFoundException' })
    await expect(simulator.fis.send(new GetExperimentTemplateCommand({ id: 'EXTnone' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })

  it('deletes under a running experiment, unless the switch says otherwise', async () => {
    const simulator = await openReadySimulator()
    const { templateId, id } = await launch(simulator)
    simulator.setSwitches({ deleteRunning: 'conflict' })
    expect(await simulator.rest('DELETE', `/experimentTemplates/${templateId}`)).toMatchObject({ status: 409, type: 'ConflictException' })
    simulator.setSwitches({ deleteRunning: 'ok' })
    expect((await simulator.rest('DELETE', `/experimentTemplates/${templateId}`)).status).toBe(200)
    simulator.advance(200)
    expect((await simulator.rest('GET', `/experiments/${id}`)).body.experiment).toMatchObject({ state: { status: 'completed' } })
    expect(simulator.leftovers().interrupted).toMatchObject([{ id: spotId, how: 'terminate' }])
  })
})

describe('tags', () => {
  const arn = (kind: string, id: string) => encodeURIComponent(`arn:aws:fis:us-east-1:${account}:${kind}/${id}`)

  it('tags, untags and lists, templates and experiments', async () => {
    const simulator = await openReadySimulator()
    const { templateId, id } = await launch(simulator, { tags: { a: '1' } })
    for (const path of [`/tags/${arn('experiment-template', templateId)}`, `/tags/${arn('experiment', id)}`]) {
      expect((await simulator.rest('POST', path, { tags: { b: '2', c: '3' } })).status).toBe(200)
      expect((await simulator.rest('DELETE', `${path}?tagKeys=a&tagKeys=c`)).status).toBe(200)
      expect((await simulator.rest('GET', path)).body).toEqual({ tags: { b: '2' } })
    }
    expect(simulator.leftovers().foreignTouched).toEqual([])
  })

  it('keeps to fifty, and to what is there', async () => {
    const simulator = await openReadySimulator()
    const { templateId } = await launch(simulator, { tags: { a: '1' } })
    const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v']))
    expect((await simulator.rest('POST', `/tags/${arn('experiment-template', templateId)}`, { tags: fifty })).status).toBe(400)
    expect((await simulator.rest('GET', `/tags/${arn('experiment', 'EXPnone')}`)).status).toBe(404)
    expect((await simulator.rest('GET', `/tags/${arn('action', 'x')}`)).status).toBe(404)
  })
})
