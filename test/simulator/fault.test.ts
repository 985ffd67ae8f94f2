import { describe, expect, it } from 'vitest'
import type { InjectedFaultInput } from '../../simulator/admin/faults.ts'
import { experimentOf, launch, openReadySimulator, openSimulator, type TestSimulator, templateBody } from './fixture.ts'

async function setFaulty(...faults: InjectedFaultInput[]): Promise<TestSimulator> {
  const simulator = await openReadySimulator()
  simulator.setFaults(faults)
  return simulator
}

describe('answers that are none', () => {
  it('html503', async () => {
    const simulator = await setFaulty({ fault: 'html503' })
    expect(await simulator.rest('GET', '/actions')).toMatchObject({ status: 503, text: expect.stringMatching(/^<html>/), body: undefined })
  })

  it('truncated and empty, having acted', async () => {
    const simulator = await setFaulty({ fault: 'truncated', nth: 1 }, { fault: 'empty', nth: 2 })
    expect(await simulator.rest('POST', '/experimentTemplates', templateBody())).toMatchObject({
      status: 200,
      text: expect.stringMatching(/^{"exp/),
      body: undefined,
    })
    expect(await simulator.rest('GET', '/actions')).toMatchObject({ status: 200, text: '' })
    expect(simulator.leftovers().leftovers).toHaveLength(1)
  })

  it('reset, before acting', async () => {
    const simulator = await setFaulty({ fault: 'reset', operation: 'CreateExperimentTemplate' })
    await expect(simulator.rest('POST', '/experimentTemplates', templateBody())).rejects.toThrow()
    expect(simulator.journal()).toMatchObject([
      { operation: 'CreateExperimentTemplate', fault: 'reset', acted: false, status: null, error: null },
    ])
    expect(simulator.leftovers().leftovers).toEqual([])
  })

  it('commit-lose, after acting', async () => {
    const simulator = await setFaulty({ fault: 'commit-lose', operation: 'CreateExperimentTemplate', nth: 1 })
    await expect(simulator.rest('POST', '/experimentTemplates', templateBody())).rejects.toThrow()
    expect(simulator.journal()).toMatchObject([{ fault: 'commit-lose', acted: true, status: null }])
    const { id } = simulator.leftovers().leftovers[0] ?? {}
    expect((await simulator.rest('POST', '/experimentTemplates', templateBody())).body.experimentTemplate.id).toBe(id)
  })

  it('commit-hold has acted while the reply is held, until it is released', async () => {
    const simulator = await setFaulty({ fault: 'commit-hold', operation: 'CreateExperimentTemplate' })
    const reply = simulator.rest('POST', '/experimentTemplates', templateBody())
    await arrived(simulator)
    expect(simulator.leftovers().leftovers).toHaveLength(1)
    expect(simulator.journal()).toMatchObject([{ fault: 'commit-hold', acted: true, status: null }])
    expect((await simulator.admin('POST', '/_simulator/release')).body).toEqual({ released: 1 })
    expect((await reply).body.experimentTemplate.id).toBe(simulator.leftovers().leftovers[0]?.id)
    expect(simulator.journal()).toMatchObject([{ status: 200 }])
  })

  it('hold has not acted until it is released', async () => {
    const simulator = await setFaulty({ fault: 'hold', operation: 'CreateExperimentTemplate' })
    const reply = simulator.rest('POST', '/experimentTemplates', templateBody())
    await arrived(simulator)
    expect(simulator.leftovers().leftovers).toEqual([])
    expect(simulator.release()).toBe(1)
    expect((await reply).status).toBe(200)
    expect(simulator.leftovers().leftovers).toHaveLength(1)
  })

  it('hang never answers and never acts', async () => {
    const simulator = await setFaulty({ fault: 'hang', operation: 'CreateExperimentTemplate' })
    const reply = simulator.rest('POST', '/experimentTemplates', templateBody())
    await arrived(simulator)
    expect(simulator.release()).toBe(0)
    await simulator.close()
    await expect(reply).rejects.toThrow()
    expect(simulator.leftovers().leftovers).toEqual([])
  })

  it('slow acts at once and answers late', async () => {
    const simulator = await setFaulty({ fault: 'slow', ms: 20, nth: 1 }, { fault: 'slow', seconds: 0.01, nth: 2 })
    const before = performance.now()
    expect((await simulator.rest('GET', '/actions')).status).toBe(200)
    expect(performance.now() - before).toBeGreaterThanOrEqual(15)
    expect((await simulator.rest('GET', '/actions')).status).toBe(200)
  })
})

describe('what is not yet, or no longer, so', () => {
  it('roleNotAssumable: a role that is created comes of age later', async () => {
    const simulator = await openSimulator({ instances: [{ id: 'i-0123456789abcdef0' }] })
    simulator.setFaults([{ operation: 'CreateRole', fault: 'roleNotAssumable', seconds: 30 }])
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'fis.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    }
    await simulator.query('iam', { Action: 'CreateRole', RoleName: 'Fis', AssumeRolePolicyDocument: JSON.stringify(trust) })
    const { id } = await launch(simulator)
    simulator.advance(2)
    expect((await experimentOf(simulator, id)).state.error.code).toBe('AuthorizationFailure')
  })

  it('roleNotAssumable: one start fails', async () => {
    const simulator = await setFaulty({ operation: 'StartExperiment', nth: 1, fault: 'roleNotAssumable' })
    const { id, templateId } = await launch(simulator)
    simulator.advance(2)
    expect((await experimentOf(simulator, id)).state.error.code).toBe('AuthorizationFailure')
    const again = await simulator.rest('POST', '/experiments', { clientToken: 'again', experimentTemplateId: templateId })
    simulator.advance(2)
    expect((await experimentOf(simulator, again.body.experiment.id)).state.status).toBe('running')
  })

  it('staleRead shows what was, some seconds ago', async () => {
    const simulator = await setFaulty({ operation: '*Experiment*', fault: 'staleRead', seconds: 5 })
    const { id } = await launch(simulator)
    simulator.advance(4)
    expect((await simulator.rest('GET', `/experiments/${id}`)).status).toBe(404)
    expect((await simulator.rest('GET', '/experiments')).body.experiments).toEqual([])
    simulator.advance(2)
    expect(await experimentOf(simulator, id)).toMatchObject({ state: { status: 'initiating' } })
    simulator.setFaults([])
    expect(await experimentOf(simulator, id)).toMatchObject({ state: { status: 'running' } })
  })

  it('staleRead with empty shows nothing at all', async () => {
    const simulator = await setFaulty({ operation: 'Describe*', fault: 'staleRead', empty: true })
    expect((await simulator.query('ec2', { Action: 'DescribeInstances' })).body.DescribeInstancesResponse.reservationSet).toBe('')
    const missing = await simulator.query('ec2', { Action: 'DescribeInstances', 'InstanceId.1': 'i-0123456789abcdef0' })
    expect(missing.body.Response.Errors.Error.Code).toBe('InvalidInstanceID.NotFound')
  })
})

/** The request is on its way; it is here once the journal has it. */
async function arrived(simulator: TestSimulator): Promise<void> {
  while (simulator.journal().length === 0) await new Promise(setImmediate)
}
