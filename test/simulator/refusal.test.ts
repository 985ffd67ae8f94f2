import { describe, expect, it } from 'vitest'
import { interruptAction, openReadySimulator, openSimulator, rebalance, spotArn, spotId, templateBody } from './fixture.ts'

const target = templateBody().targets.spot

describe('a template that is refused, or just passes', () => {
  it.each([
    ['no description', { description: undefined }, /description/],
    ['an empty description', { description: '' }, /description/],
    ['a long description', { description: 'x'.repeat(513) }, /512/],
    ['no stop conditions', { stopConditions: undefined }, /stopConditions/],
    ['empty stop conditions', { stopConditions: [] }, /stopConditions/],
    ['an alarm without its ARN', { stopConditions: [{ source: 'aws:cloudwatch:alarm' }] }, /requires a value/],
    ['none with a value', { stopConditions: [{ source: 'none', value: 'x'.repeat(20) }] }, /takes no value/],
    ['no token', { clientToken: undefined }, /clientToken/],
    ['no role', { roleArn: undefined }, /roleArn/],
    ['a role name for an ARN', { roleArn: 'FIS-SpotMinimalRole-long-enough' }, /role/],
    ['no actions', { actions: {} }, /at least one action/],
    ['an action name with a space', { actions: { 'an action': interruptAction('PT2M') } }, /\[\\S\]\+/],
    ['a long action name', { actions: { ['a'.repeat(65)]: interruptAction('PT2M') } }, /64/],
    ['too many ARNs', { targets: { spot: { ...target, resourceArns: Array(6).fill(spotArn(spotId)) } } }, /less than or equal to 5/],
    [
      'ARNs and tags',
      { targets: { spot: { ...target, resourceTags: { a: 'b' } } } },
      /^You cannot specify both resource ARNs and resource tags for target spot\.$/,
    ],
    ['neither ARNs nor tags', { targets: { spot: { ...target, resourceArns: [] } } }, /either/],
    ['what is no ARN', { targets: { spot: { ...target, resourceArns: ['instance/i-0123456789abcdef0'] } } }, /invalid resource ARN/],
    ['another resource type', { targets: { spot: { ...target, resourceType: 'aws:ec2:instance' } } }, /resource type/],
    ['an unknown selection', { targets: { spot: { ...target, selectionMode: 'SOME' } } }, /ALL/],
    [
      'another slot',
      { actions: { a: { ...interruptAction('PT2M'), targets: { Instances: 'spot' } } } },
      /^Unexpected target "Instances" found in action "a"\.$/,
    ],
    ['a slot too many', { actions: { a: { ...interruptAction('PT2M'), targets: { SpotInstances: 'spot', More: 'spot' } } } }, /More/],
    ['a target that is not there', { actions: { a: interruptAction('PT2M', 'other') } }, /not defined/],
    ['no duration', { actions: { a: { ...interruptAction('PT2M'), parameters: {} } } }, /requires the parameter/],
    [
      'a parameter too many',
      { actions: { a: { ...interruptAction('PT2M'), parameters: { durationBeforeInterruption: 'PT2M', x: 'y' } } } },
      /x/,
    ],
    ['an unknown action', { actions: { a: { ...interruptAction('PT2M'), actionId: 'aws:ec2:nothing' } } }, /unknown actionId/],
    ['an action after one that is not there', { actions: { a: { ...interruptAction('PT2M'), startAfter: ['b'] } } }, /not defined/],
    [
      'an action after itself',
      { actions: { a: { ...interruptAction('PT2M'), startAfter: ['b'] }, b: { ...interruptAction('PT2M'), startAfter: ['a'] } } },
      /itself/,
    ],
    ['tags of AWS', { tags: { 'aws:x': 'y' } }, /aws:/],
    ['too many tags', { tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v'])) }, /50/],
  ])('refuses %s', async (_, changes, message) => {
    const simulator = await openReadySimulator()
    const answer = await simulator.rest('POST', '/experimentTemplates', templateBody(changes))
    expect(answer).toMatchObject({ status: 400, type: 'ValidationException', body: { message: expect.stringMatching(message) } })
    expect(simulator.leftovers()).toMatchObject({ leftovers: [], strict: [] })
  })

  it.each(['PT1M', 'PT16M', 'PT901S', 'PT119S', 'PT0M', 'PT2M30S', 'PT1H', '2m', 'PT2.5M'])('refuses the duration %s', async (lead) => {
    const simulator = await openReadySimulator()
    const answer = await simulator.rest('POST', '/experimentTemplates', templateBody({ actions: { a: interruptAction(lead) } }))
    expect(answer).toMatchObject({ status: 400, type: 'ValidationException' })
  })

  it.each(['PT2M', 'PT15M', 'PT120S', 'PT135S', 'PT900S'])('takes the duration %s', async (lead) => {
    const simulator = await openReadySimulator()
    const answer = await simulator.rest('POST', '/experimentTemplates', templateBody({ actions: { a: interruptAction(lead) } }))
    expect(answer.status).toBe(200)
  })

  it('marks a member that FIS does not know', async () => {
    const simulator = await openReadySimulator()
    const answer = await simulator.rest('POST', '/experimentTemplates', templateBody({ targets: { spot: { ...target, colour: 'red' } } }))
    expect(answer).toMatchObject({ status: 400, type: 'ValidationException' })
    expect(simulator.leftovers().strict).toMatchObject([
      { operation: 'CreateExperimentTemplate', what: 'member', name: 'targets.spot.colour' },
    ])
  })

  it('marks an action that is listed but cannot be run here', async () => {
    const simulator = await openReadySimulator()
    const actions = { a: { actionId: 'aws:ec2:terminate-instances', targets: { Instances: 'spot' } } }
    expect((await simulator.rest('POST', '/experimentTemplates', templateBody({ actions }))).status).toBe(400)
    expect(simulator.leftovers().strict).toMatchObject([{ name: 'aws:ec2:terminate-instances' }])
  })

  it.each([
    ['actions', 21, { startAfter: ['a0'] }, /20 actions/],
    ['parallel actions', 11, {}, /10 parallel/],
  ])('has a quota for %s', async (_, count, extra, message) => {
    const simulator = await openReadySimulator()
    const entries = Array.from({ length: count }, (_item, index) => [
      `a${index}`,
      { ...interruptAction('PT2M'), ...(index > 0 ? extra : {}) },
    ])
    const answer = await simulator.rest('POST', '/experimentTemplates', templateBody({ actions: Object.fromEntries(entries) }))
    expect(answer).toMatchObject({ status: 402, type: 'ServiceQuotaExceededException', body: { message: expect.stringMatching(message) } })
  })

  it('has a quota for templates', async () => {
    const templates = Array.from({ length: 500 }, (_, index) => ({ id: `EXT${index}` }))
    const simulator = await openReadySimulator({ templates })
    expect(await simulator.rest('POST', '/experimentTemplates', templateBody())).toMatchObject({ status: 402 })
  })

  it('counts ARNs against the quota of Spot targets only if the switch says so', async () => {
    const targets = { spot: target, more: { ...target, resourceArns: Array(5).fill(spotArn(spotId)) } }
    const actions = { a: interruptAction('PT2M'), b: interruptAction('PT2M', 'more') }
    const simulator = await openReadySimulator()
    expect((await simulator.rest('POST', '/experimentTemplates', templateBody({ targets, actions }))).status).toBe(200)
    simulator.setSwitches({ arnQuota: 'five' })
    const answer = await simulator.rest('POST', '/experimentTemplates', templateBody({ targets, actions, clientToken: 'second' }))
    expect(answer).toMatchObject({ status: 402, type: 'ServiceQuotaExceededException' })
  })

  it('takes an unknown action if the switch says so', async () => {
    const simulator = await openReadySimulator()
    simulator.setSwitches({ unknownAction: 'accepted' })
    const actions = { a: { actionId: rebalance, targets: { SpotInstances: 'spot' } } }
    expect((await simulator.rest('POST', '/experimentTemplates', templateBody({ actions }), { region: 'us-west-1' })).status).toBe(200)
  })
})

describe('a request that cannot be read', () => {
  it('is refused in the words of FIS, and marked', async () => {
    const simulator = await openSimulator()
    expect(await simulator.rest('POST', '/experimentTemplates', '{')).toMatchObject({ status: 400, type: 'SerializationException' })
    expect(await simulator.rest('POST', '/experimentTemplates', '[]')).toMatchObject({ status: 400, type: 'SerializationException' })
    expect(await simulator.rest('PATCH', '/experiments/EXP1')).toMatchObject({ status: 400, type: 'UnknownOperationException' })
    expect(simulator.leftovers().strict).toHaveLength(3)
  })
})
