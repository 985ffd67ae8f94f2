import { FisClient, StartExperimentCommand } from '@aws-sdk/client-fis'
import { describe, expect, it, vi } from 'vitest'
import { ACCOUNT, connect, expectFault, giveKeys, open, REGION, serve } from './wire.ts'

const ID = 'i-0123456789abcdef0'
const OTHER = 'i-0fedcba9876543210'
const ARN = `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/`
const ROLE = { name: 'r', policies: { p: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } } }
const template = (token = 'template-token') => ({
  token,
  description: 'a template',
  roleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
  actionId: 'aws:ec2:send-spot-instance-interruptions',
  parameters: { durationBeforeInterruption: 'PT2M' },
  batches: [
    { target: 'spot-1', action: 'signal-1', arns: [`${ARN}${ID}`] },
    { target: 'spot-2', action: 'signal-2', arns: [`${ARN}${OTHER}`] },
  ],
  tags: { team: 'payments' },
})

async function ready() {
  const connected = await connect()
  connected.simulator.seed({ instances: [ID, OTHER].map((id) => ({ id, region: REGION })), roles: [ROLE] })
  return connected
}

describe('a template', () => {
  it('is created as asked, with one action for each target', async () => {
    const { simulator, aws } = await ready()
    const { id } = await aws.fis.createTemplate(template())
    expect(await aws.fis.listTemplates()).toEqual([{ id, tags: { team: 'payments' } }])
    expect(simulator.journal()[0]?.params).toEqual({
      clientToken: 'template-token',
      description: 'a template',
      roleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
      stopConditions: [{ source: 'none' }],
      tags: { team: 'payments' },
      targets: {
        'spot-1': { resourceType: 'aws:ec2:spot-instance', resourceArns: [`${ARN}${ID}`], selectionMode: 'ALL' },
        'spot-2': { resourceType: 'aws:ec2:spot-instance', resourceArns: [`${ARN}${OTHER}`], selectionMode: 'ALL' },
      },
      actions: {
        'signal-1': {
          actionId: 'aws:ec2:send-spot-instance-interruptions',
          parameters: { durationBeforeInterruption: 'PT2M' },
          targets: { SpotInstances: 'spot-1' },
        },
        'signal-2': {
          actionId: 'aws:ec2:send-spot-instance-interruptions',
          parameters: { durationBeforeInterruption: 'PT2M' },
          targets: { SpotInstances: 'spot-2' },
        },
      },
    })
    expect(simulator.leftovers().strict).toEqual([])
  })

  it.each(['commit-lose', 'truncated', 'empty'] as const)('is made once when the answer is lost (%s)', async (fault) => {
    const { simulator, aws } = await ready()
    simulator.setFaults([{ operation: 'CreateExperimentTemplate', nth: 1, fault }])
    const { id } = await aws.fis.createTemplate(template())
    expect(simulator.leftovers().leftovers.map((one) => one.id)).toEqual([id])
    expect(tokensOf(simulator)).toEqual(['template-token', 'template-token'])
  })

  it('is refused when the token has another body: something is wrong, and nothing is made', async () => {
    const { simulator, aws } = await ready()
    await aws.fis.createTemplate(template())
    await expectFault(aws.fis.createTemplate({ ...template(), description: 'another' }), 'conflict')
    expect(simulator.leftovers().leftovers).toHaveLength(1)
  })

  it.each(['commit-lose', 'empty'] as const)('is deleted, also when the answer is lost (%s)', async (fault) => {
    const { simulator, aws } = await ready()
    const { id } = await aws.fis.createTemplate(template())
    simulator.setFaults([{ operation: 'DeleteExperimentTemplate', nth: 1, fault }])
    await aws.fis.deleteTemplate(id)
    expect(simulator.leftovers().leftovers).toEqual([])
  })

  it('that is not there is deleted', async () => {
    const { aws } = await ready()
    await aws.fis.deleteTemplate('EXTnever')
  })

  it('that is not there is deleted, also where its tag alone would allow that', async () => {
    const { simulator, aws } = await ready()
    const { id } = await aws.fis.createTemplate(template())
    const Condition = { StringEquals: { 'aws:ResourceTag/nobody': 'has' } }
    const list = { Effect: 'Allow', Action: 'fis:List*', Resource: '*' }
    const policy = { Statement: [{ Effect: 'Allow', Action: 'fis:DeleteExperimentTemplate', Resource: '*', Condition }, list] }
    const key = simulator.journal()[0]?.accessKeyId ?? ''
    simulator.setSwitches({ callerPolicies: { [key]: [policy] } })
    await aws.fis.deleteTemplate('EXTnever')
    await expectFault(aws.fis.deleteTemplate(id), 'denied')
    simulator.setSwitches({ callerPolicies: { [key]: [{ Statement: policy.Statement.slice(0, 1) }] } })
    await expectFault(aws.fis.deleteTemplate('EXTnever'), 'denied')
  })

  it('is not taken for deleted on a 404 that FIS did not send', async () => {
    giveKeys()
    const { url } = await serve(() => ({ status: 404, body: '<html>not here</html>' }))
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    await expectFault(open().fis.deleteTemplate('EXT1'), 'unreachable')
  })

  it('is found on whatever page it is', async () => {
    const { simulator, aws } = await ready()
    simulator.seed({ templates: Array.from({ length: 230 }, (_, index) => ({ id: `EXT${index}`, tags: { n: String(index) } })) })
    const found = await aws.fis.listTemplates()
    expect(found).toHaveLength(230)
    expect(found).toContainEqual({ id: 'EXT229', tags: { n: '229' } })
    expect(simulator.journal()).toHaveLength(3)
    // The SDK writes the token of the last page into what it was asked with: the next list must not begin there.
    expect(await aws.fis.listTemplates()).toHaveLength(230)
    expect(await aws.fis.listExperiments()).toEqual([])
  })
})

describe('an experiment', () => {
  async function started() {
    const connected = await ready()
    const { id: templateId } = await connected.aws.fis.createTemplate(template())
    const snapshot = await connected.aws.fis.startExperiment({ templateId, token: 'start-token', tags: { n: '1' } })
    return { ...connected, templateId, snapshot }
  }

  it('is reported with its actions, and times as dates', async () => {
    const { simulator, aws, snapshot, templateId } = await started()
    expect(snapshot).toMatchObject({ id: expect.stringMatching(/^EXP/), status: 'initiating', startAt: expect.any(Date) })
    expect(snapshot.actions.map(({ name }) => name)).toEqual(['signal-1', 'signal-2'])
    await untilStatus(aws, snapshot.id, 'completed')
    const done = await aws.fis.readExperiment(snapshot.id)
    expect(done).toMatchObject({ status: 'completed', endAt: expect.any(Date) })
    for (const action of done.actions)
      expect(action).toMatchObject({ status: 'completed', startAt: expect.any(Date), endAt: expect.any(Date) })
    const tags = { n: '1' }
    expect(await aws.fis.listExperiments('read')).toEqual([
      { id: snapshot.id, templateId, status: 'completed', tags, createdAt: expect.any(Date) },
    ])
    expect(simulator.leftovers().strict).toEqual([])
  })

  it('is reported with what each action interrupts, and when', async () => {
    const { aws, snapshot } = await started()
    await untilStatus(aws, snapshot.id, 'completed')
    const { actions } = await aws.fis.readExperiment(snapshot.id)
    const interruption = { durationMs: 120_000, startAt: expect.any(Date) }
    expect(actions).toMatchObject([
      { ...interruption, instanceIds: [ID] },
      { ...interruption, instanceIds: [OTHER] },
    ])
  })

  it.each(['commit-lose', 'truncated', 'empty'] as const)('is started once when the answer is lost (%s)', async (fault) => {
    const { simulator, aws } = await ready()
    const { id: templateId } = await aws.fis.createTemplate(template())
    simulator.setFaults([{ operation: 'StartExperiment', nth: 1, fault }])
    const { id } = await aws.fis.startExperiment({ templateId, token: 'start-token', tags: {} })
    expect((await aws.fis.listExperiments()).map((one) => one.id)).toEqual([id])
    expect(tokensOf(simulator).slice(1)).toEqual(['start-token', 'start-token'])
  })

  it('tells `cancelled` and why it failed, which the client has no types for', async () => {
    const { simulator, aws, templateId } = await started()
    simulator.setSwitches({ safetyLever: 'engaged' })
    const cancelled = await aws.fis.startExperiment({ templateId, token: 'two', tags: {} })
    await untilStatus(aws, cancelled.id, 'cancelled')
    simulator.setSwitches({
      safetyLever: 'disengaged',
      failExperiment: { when: 'before-start', code: 'Odd', reason: 'Because.', lands: false },
    })
    const failed = await aws.fis.startExperiment({ templateId, token: 'three', tags: {} })
    await untilStatus(aws, failed.id, 'failed')
    expect(await aws.fis.readExperiment(failed.id)).toMatchObject({
      reason: 'Because.',
      error: { code: 'Odd', location: expect.any(String) },
    })
  })

  it('is stopped, once it is over, too, or not known at all', async () => {
    const { simulator, aws, snapshot } = await started()
    await aws.fis.stopExperiment(snapshot.id)
    await untilStatus(aws, snapshot.id, 'stopped')
    await aws.fis.stopExperiment(snapshot.id)
    await aws.fis.stopExperiment('EXPnever')
    expect(simulator.journal().filter(({ operation }) => operation === 'StopExperiment')).toHaveLength(3)
  })

  it('that is not known is missing', async () => {
    const { aws } = await ready()
    await expectFault(aws.fis.readExperiment('EXPnever'), 'missing')
  })

  it.each([
    ['nothing', {}],
    ['no state', { experiment: { id: 'EXP1' } }],
    ['no status', { experiment: { id: 'EXP1', state: {} } }],
    ['no id', { experiment: { state: { status: 'running' } } }],
  ])('that is answered with %s is asked for again', async (_, broken) => {
    giveKeys()
    const whole = { experiment: { id: 'EXP1', state: { status: 'running' } } }
    const { url, asked } = await serve((__, nth) => ({ body: JSON.stringify(nth === 1 ? broken : whole) }))
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    expect(await open().fis.readExperiment('EXP1')).toEqual({ id: 'EXP1', status: 'running', reason: '', actions: [] })
    expect(asked).toHaveLength(2)
  })
})

describe('the role', () => {
  it('of a template and of an experiment is reported; of what is gone, none', async () => {
    const { simulator, aws } = await ready()
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/r`
    simulator.seed({ templates: [{ id: 'EXT1', roleArn }], experiments: [{ id: 'EXP1', roleArn, state: 'running' }] })
    expect(await aws.fis.readTemplateRole('EXT1')).toBe(roleArn)
    expect(await aws.fis.readExperimentRole('EXP1')).toBe(roleArn)
    expect(await aws.fis.readTemplateRole('EXTgone')).toBeUndefined()
    expect(await aws.fis.readExperimentRole('EXPgone')).toBeUndefined()
    simulator.setFaults([{ fault: 'denied' }])
    await expectFault(aws.fis.readTemplateRole('EXT1'), 'denied')
    await expectFault(aws.fis.readExperimentRole('EXP1'), 'denied')
  })
})

describe('the catalogue', () => {
  it('has the action, or has it not', async () => {
    const { aws } = await ready()
    expect(await aws.fis.readAction('aws:ec2:send-spot-instance-interruptions')).toBe('offered')
    expect(await aws.fis.readAction('aws:ec2:no-such-action')).toBe('absent')
  })

  it.each([
    ['404 and a page', 404, '<html>'],
    ['501', 501, '{}'],
    ['an error of its own', 400, '{"__type":"UnknownOperationException","message":"no"}'],
  ])('is not known where the endpoint answers %s', async (_, status, body) => {
    giveKeys()
    const { url } = await serve(() => ({ status, body }))
    vi.stubEnv('AWS_ENDPOINT_URL', url)
    expect(await open().fis.readAction('aws:ec2:send-spot-instance-interruptions')).toBe('unknown')
  })

  it('that may not be read is no catalogue without the action', async () => {
    const { simulator, aws } = await ready()
    simulator.setFaults([{ fault: 'denied' }])
    await expectFault(aws.fis.readAction('aws:ec2:send-spot-instance-interruptions'), 'denied')
  })
})

it('the client drops `experimentOptions` of a start without a word: a dry run must not be built on its types alone', async () => {
  giveKeys()
  const { url, asked } = await serve(() => ({ body: '{}' }))
  const client = new FisClient({ region: REGION, endpoint: url })
  const options = { experimentOptions: { actionsMode: 'skip-all' } }
  await client.send(new StartExperimentCommand({ experimentTemplateId: 'EXT1', clientToken: 't', ...options }))
  client.destroy()
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ experimentTemplateId: 'EXT1', clientToken: 't' })
})

function tokensOf(simulator: Awaited<ReturnType<typeof connect>>['simulator']): readonly unknown[] {
  return simulator.journal().flatMap(({ params }) => {
    const token = (params as { clientToken?: string }).clientToken
    return token === undefined ? [] : [token]
  })
}

async function untilStatus({ fis }: Awaited<ReturnType<typeof connect>>['aws'], id: string, status: string): Promise<void> {
  await vi.waitFor(async () => expect((await fis.readExperiment(id)).status).toBe(status), { timeout: 5000, interval: 20 })
}
