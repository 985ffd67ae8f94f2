import { describe, expect, it } from 'vitest'
import type { InjectedFaultInput } from '../../simulator/admin/faults.ts'
import { experimentOf, launch, type Stage, setReadyStage, setStage, templateBody } from './fixture.ts'

async function setFaulty(...faults: InjectedFaultInput[]): Promise<Stage> {
  const stage = await setReadyStage()
  stage.setFaults(faults)
  return stage
}

describe('answers that are none', () => {
  it('html503', async () => {
    const stage = await setFaulty({ fault: 'html503' })
    expect(await stage.rest('GET', '/actions')).toMatchObject({ status: 503, text: expect.stringMatching(/^<html>/), body: undefined })
  })

  it('truncated and empty, having acted', async () => {
    const stage = await setFaulty({ fault: 'truncated', nth: 1 }, { fault: 'empty', nth: 2 })
    expect(await stage.rest('POST', '/experimentTemplates', templateBody())).toMatchObject({
      status: 200,
      text: expect.stringMatching(/^{"exp/),
      body: undefined,
    })
    expect(await stage.rest('GET', '/actions')).toMatchObject({ status: 200, text: '' })
    expect(stage.leftovers().leftovers).toHaveLength(1)
  })

  it('reset, before acting', async () => {
    const stage = await setFaulty({ fault: 'reset', operation: 'CreateExperimentTemplate' })
    await expect(stage.rest('POST', '/experimentTemplates', templateBody())).rejects.toThrow()
    expect(stage.journal()).toMatchObject([
      { operation: 'CreateExperimentTemplate', fault: 'reset', acted: false, status: null, error: null },
    ])
    expect(stage.leftovers().leftovers).toEqual([])
  })

  it('commit-lose, after acting', async () => {
    const stage = await setFaulty({ fault: 'commit-lose', operation: 'CreateExperimentTemplate', nth: 1 })
    await expect(stage.rest('POST', '/experimentTemplates', templateBody())).rejects.toThrow()
    expect(stage.journal()).toMatchObject([{ fault: 'commit-lose', acted: true, status: null }])
    const { id } = stage.leftovers().leftovers[0] ?? {}
    expect((await stage.rest('POST', '/experimentTemplates', templateBody())).body.experimentTemplate.id).toBe(id)
  })

  it('commit-hold has acted while the reply is held, until it is released', async () => {
    const stage = await setFaulty({ fault: 'commit-hold', operation: 'CreateExperimentTemplate' })
    const reply = stage.rest('POST', '/experimentTemplates', templateBody())
    await arrived(stage)
    expect(stage.leftovers().leftovers).toHaveLength(1)
    expect(stage.journal()).toMatchObject([{ fault: 'commit-hold', acted: true, status: null }])
    expect((await stage.admin('POST', '/_simulator/release')).body).toEqual({ released: 1 })
    expect((await reply).body.experimentTemplate.id).toBe(stage.leftovers().leftovers[0]?.id)
    expect(stage.journal()).toMatchObject([{ status: 200 }])
  })

  it('hold has not acted until it is released', async () => {
    const stage = await setFaulty({ fault: 'hold', operation: 'CreateExperimentTemplate' })
    const reply = stage.rest('POST', '/experimentTemplates', templateBody())
    await arrived(stage)
    expect(stage.leftovers().leftovers).toEqual([])
    expect(stage.release()).toBe(1)
    expect((await reply).status).toBe(200)
    expect(stage.leftovers().leftovers).toHaveLength(1)
  })

  it('hang never answers and never acts', async () => {
    const stage = await setFaulty({ fault: 'hang', operation: 'CreateExperimentTemplate' })
    const reply = stage.rest('POST', '/experimentTemplates', templateBody())
    await arrived(stage)
    expect(stage.release()).toBe(0)
    await stage.close()
    await expect(reply).rejects.toThrow()
    expect(stage.leftovers().leftovers).toEqual([])
  })

  it('slow acts at once and answers late', async () => {
    const stage = await setFaulty({ fault: 'slow', ms: 20, nth: 1 }, { fault: 'slow', seconds: 0.01, nth: 2 })
    const before = performance.now()
    expect((await stage.rest('GET', '/actions')).status).toBe(200)
    expect(performance.now() - before).toBeGreaterThanOrEqual(15)
    expect((await stage.rest('GET', '/actions')).status).toBe(200)
  })
})

describe('what is not yet, or no longer, so', () => {
  it('roleNotAssumable: a role that is created comes of age later', async () => {
    const stage = await setStage({ instances: [{ id: 'i-0123456789abcdef0' }] })
    stage.setFaults([{ operation: 'CreateRole', fault: 'roleNotAssumable', seconds: 30 }])
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'fis.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    }
    await stage.query('iam', { Action: 'CreateRole', RoleName: 'Fis', AssumeRolePolicyDocument: JSON.stringify(trust) })
    const { id } = await launch(stage)
    stage.advance(2)
    expect((await experimentOf(stage, id)).state.error.code).toBe('AuthorizationFailure')
  })

  it('roleNotAssumable: one start fails', async () => {
    const stage = await setFaulty({ operation: 'StartExperiment', nth: 1, fault: 'roleNotAssumable' })
    const { id, templateId } = await launch(stage)
    stage.advance(2)
    expect((await experimentOf(stage, id)).state.error.code).toBe('AuthorizationFailure')
    const again = await stage.rest('POST', '/experiments', { clientToken: 'again', experimentTemplateId: templateId })
    stage.advance(2)
    expect((await experimentOf(stage, again.body.experiment.id)).state.status).toBe('running')
  })

  it('staleRead shows what was, some seconds ago', async () => {
    const stage = await setFaulty({ operation: '*Experiment*', fault: 'staleRead', seconds: 5 })
    const { id } = await launch(stage)
    stage.advance(4)
    expect((await stage.rest('GET', `/experiments/${id}`)).status).toBe(404)
    expect((await stage.rest('GET', '/experiments')).body.experiments).toEqual([])
    stage.advance(2)
    expect(await experimentOf(stage, id)).toMatchObject({ state: { status: 'initiating' } })
    stage.setFaults([])
    expect(await experimentOf(stage, id)).toMatchObject({ state: { status: 'running' } })
  })

  it('staleRead with empty shows nothing at all', async () => {
    const stage = await setFaulty({ operation: 'Describe*', fault: 'staleRead', empty: true })
    expect((await stage.query('ec2', { Action: 'DescribeInstances' })).body.DescribeInstancesResponse.reservationSet).toBe('')
    const missing = await stage.query('ec2', { Action: 'DescribeInstances', 'InstanceId.1': 'i-0123456789abcdef0' })
    expect(missing.body.Response.Errors.Error.Code).toBe('InvalidInstanceID.NotFound')
  })
})

/** The request is on its way; it is here once the journal has it. */
async function arrived(stage: Stage): Promise<void> {
  while (stage.journal().length === 0) await new Promise(setImmediate)
}
