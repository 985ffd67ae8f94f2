import { CreateExperimentTemplateCommand, GetExperimentTemplateCommand, ListExperimentTemplatesCommand } from '@aws-sdk/client-fis'
import { describe, expect, it } from 'vitest'
import { account, launch, setReadyStage, setStage, spotId, templateBody } from './fixture.ts'

describe('CreateExperimentTemplate', () => {
  it('gives the template back as FIS does, readable by the SDK', async () => {
    const stage = await setReadyStage()
    const { experimentTemplate } = await stage.fis.send(
      new CreateExperimentTemplateCommand({ ...templateBody(), tags: { a: 'b' } } as never),
    )
    expect(experimentTemplate).toMatchObject({
      id: expect.stringMatching(/^EXT[A-Za-z0-9]{15}$/),
      creationTime: new Date('2026-01-01T00:00:00Z'),
      tags: { a: 'b' },
      experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
    })
    const raw = await stage.rest('GET', `/experimentTemplates/${experimentTemplate?.id}`)
    expect(raw.body.experimentTemplate.arn).toBe(`arn:aws:fis:us-east-1:${account}:experiment-template/${experimentTemplate?.id}`)
    expect(raw.body.experimentTemplate.creationTime).toBe(1767225600)
  })

  it('gives the first template back for the same token and body, whatever the order of members', async () => {
    const stage = await setReadyStage()
    const first = await stage.rest('POST', '/experimentTemplates', templateBody())
    const again = await stage.rest('POST', '/experimentTemplates', Object.fromEntries(Object.entries(templateBody()).reverse()))
    expect(again.body).toEqual(first.body)
    expect(stage.leftovers().leftovers).toHaveLength(1)
  })

  it('judges the same token with another body by the switch', async () => {
    const stage = await setReadyStage()
    const first = await stage.rest('POST', '/experimentTemplates', templateBody())
    const other = templateBody({ description: 'other' })
    expect(await stage.rest('POST', '/experimentTemplates', other)).toMatchObject({ status: 409, type: 'ConflictException' })
    stage.setSwitches({ token: 'returns' })
    expect((await stage.rest('POST', '/experimentTemplates', other)).body).toEqual(first.body)
  })

  it('makes a new one once the first was deleted', async () => {
    const stage = await setReadyStage()
    const { body } = await stage.rest('POST', '/experimentTemplates', templateBody())
    await stage.rest('DELETE', `/experimentTemplates/${body.experimentTemplate.id}`)
    const again = await stage.rest('POST', '/experimentTemplates', templateBody())
    expect(again.body.experimentTemplate.id).not.toBe(body.experimentTemplate.id)
  })
})

describe('the other template operations', () => {
  it('lists page by page, one region at a time', async () => {
    const stage = await setStage({ templates: ['EXTa', 'EXTb', 'EXTc'].map((id) => ({ id, tags: { id } })) })
    const first = await stage.fis.send(new ListExperimentTemplatesCommand({ maxResults: 2 }))
    expect(first.experimentTemplates?.map(({ id, tags }) => [id, tags?.id])).toEqual([
      ['EXTa', 'EXTa'],
      ['EXTb', 'EXTb'],
    ])
    const second = await stage.fis.send(new ListExperimentTemplatesCommand({ maxResults: 2, nextToken: first.nextToken ?? '' }))
    expect(second.experimentTemplates?.map(({ id }) => id)).toEqual(['EXTc'])
    expect(second.nextToken).toBeUndefined()
    expect((await stage.rest('GET', '/experimentTemplates', undefined, { region: 'eu-west-1' })).body.experimentTemplates).toEqual([])
  })

  it.each(['maxResults=0', 'maxResults=101', 'maxResults=many', 'nextToken=forged'])('refuses ?%s', async (search) => {
    const stage = await setStage()
    expect(await stage.rest('GET', `/experimentTemplates?${search}`)).toMatchObject({ status: 400, type: 'ValidationException' })
  })

  it('deletes once', async () => {
    const stage = await setReadyStage()
    const { body } = await stage.rest('POST', '/experimentTemplates', templateBody())
    const path = `/experimentTemplates/${body.experimentTemplate.id}`
    expect((await stage.rest('DELETE', path)).body).toEqual(body)
    expect(await stage.rest('DELETE', path)).toMatchObject({ status: 404, type: 'ResourceNotFoundException' })
    await expect(stage.fis.send(new GetExperimentTemplateCommand({ id: 'EXTnone' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })

  it('deletes under a running experiment, unless the switch says otherwise', async () => {
    const stage = await setReadyStage()
    const { templateId, id } = await launch(stage)
    stage.setSwitches({ deleteRunning: 'conflict' })
    expect(await stage.rest('DELETE', `/experimentTemplates/${templateId}`)).toMatchObject({ status: 409, type: 'ConflictException' })
    stage.setSwitches({ deleteRunning: 'ok' })
    expect((await stage.rest('DELETE', `/experimentTemplates/${templateId}`)).status).toBe(200)
    stage.advance(200)
    expect((await stage.rest('GET', `/experiments/${id}`)).body.experiment).toMatchObject({ state: { status: 'completed' } })
    expect(stage.leftovers().interrupted).toMatchObject([{ id: spotId, how: 'terminate' }])
  })
})

describe('tags', () => {
  const arn = (kind: string, id: string) => encodeURIComponent(`arn:aws:fis:us-east-1:${account}:${kind}/${id}`)

  it('tags, untags and lists, templates and experiments', async () => {
    const stage = await setReadyStage()
    const { templateId, id } = await launch(stage, { tags: { a: '1' } })
    for (const path of [`/tags/${arn('experiment-template', templateId)}`, `/tags/${arn('experiment', id)}`]) {
      expect((await stage.rest('POST', path, { tags: { b: '2', c: '3' } })).status).toBe(200)
      expect((await stage.rest('DELETE', `${path}?tagKeys=a&tagKeys=c`)).status).toBe(200)
      expect((await stage.rest('GET', path)).body).toEqual({ tags: { b: '2' } })
    }
    expect(stage.leftovers().foreignTouched).toEqual([])
  })

  it('keeps to fifty, and to what is there', async () => {
    const stage = await setReadyStage()
    const { templateId } = await launch(stage, { tags: { a: '1' } })
    const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v']))
    expect((await stage.rest('POST', `/tags/${arn('experiment-template', templateId)}`, { tags: fifty })).status).toBe(400)
    expect((await stage.rest('GET', `/tags/${arn('experiment', 'EXPnone')}`)).status).toBe(404)
    expect((await stage.rest('GET', `/tags/${arn('action', 'x')}`)).status).toBe(404)
  })
})
