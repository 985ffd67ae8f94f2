import { describe, expect, it } from 'vitest'
import { type Facts, findProblems, findWarnings } from '../../../../src/model/plan/preflight.ts'
import { ACCOUNT, ID, instance, moment, OTHER_ID, spot } from '../../../fakes/timeline.ts'

function facts(changes: Partial<Facts> = {}): Facts {
  const known = { instances: [instance()], requests: [spot()], caller: { account: ACCOUNT }, action: 'offered', ownId: undefined } as const
  return { mode: 'interruption', region: 'eu-west-1', instanceIds: [ID], roleArn: null, ...known, ...changes }
}

const STOPS = spot({ behaviour: 'stop' })

describe('findProblems', () => {
  it.each([
    ['a running Spot instance', {}],
    ['a request that was cancelled', { requests: [spot({ code: 'request-canceled-and-instance-running' })] }],
    ['an instance that stops', { requests: [STOPS] }],
    ['an instance without a Spot request', { requests: [] }],
    ['an instance that something else operates', { instances: [instance({ operator: 'ecs.amazonaws.com' })] }],
    ['another runner', { ownId: OTHER_ID }],
    ['a role of the same account', { roleArn: `arn:aws:iam::${ACCOUNT}:role/r` }],
    ['an endpoint without a catalogue', { action: 'unknown' as const }],
    ['a region that offers the recommendation', { mode: 'rebalance' as const }],
  ])('lets %s pass', (_, changes: Partial<Facts>) => {
    expect(findProblems(facts(changes))).toEqual([])
  })

  it.each([
    ['an instance nobody knows', { instances: [] }, `${ID} is not known in eu-west-1`],
    ['another account’s', { instances: [instance({ owner: '999999999999' })] }, 'belongs to account 999999999999'],
    ['an on-demand instance', { instances: [instance({ lifecycle: '' })] }, 'not a Spot instance (on-demand)'],
    ['a capacity block', { instances: [instance({ lifecycle: 'capacity-block' })] }, 'not a Spot instance (capacity-block)'],
    ['a stopped instance', { instances: [instance({ state: 'stopped' })] }, 'is stopped, not running: start it, or choose a running one'],
    ['a terminated instance', { instances: [instance({ state: 'terminated' })] }, `${ID} is already terminated; choose a running one.`],
    [
      'an instance on its way out',
      { instances: [instance({ state: 'shutting-down' })] },
      `${ID} is shutting down, not running; choose a running one.`,
    ],
    [
      'an instance that is stopping',
      { instances: [instance({ state: 'stopping' })] },
      `${ID} is stopping, not running; choose a running one.`,
    ],
    ['an instance that starts', { instances: [instance({ state: 'pending' })] }, `${ID} is still starting, not running: wait until it is.`],
    ['a state that nobody knows', { instances: [instance({ state: 'dreaming' })] }, `${ID} is dreaming, not running`],
    [
      'a terminated instance whose request tells the same',
      { instances: [instance({ state: 'terminated' })], requests: [spot({ code: 'instance-terminated-by-experiment' })] },
      `${ID} is already terminated; choose a running one.`,
    ],
    [
      'a target of another experiment',
      { pending: [{ instanceId: ID, experimentId: 'EXP9', run: 'o/r/1/1', until: moment(3600) }] },
      `${ID} is about to be interrupted by experiment EXP9 of run o/r/1/1, at the latest at 04:00:00 UTC: wait until then`,
    ],
    ['a request that failed', { requests: [spot({ code: 'bad-parameters' })] }, 'is bad-parameters, not fulfilled'],
    ['a node of EKS Auto Mode', { instances: [instance({ operator: 'eks.amazonaws.com' })] }, 'EKS Auto Mode'],
    ['the runner itself', { ownId: ID }, 'this job runs on'],
    ['hibernation', { requests: [spot({ behaviour: 'hibernate' })] }, 'hibernates'],
    [
      'a request that is being interrupted',
      { requests: [spot({ code: 'marked-for-termination' })] },
      'is marked-for-termination, not fulfilled: it is being interrupted already; choose another one.',
    ],
    ['a role of another account', { roleArn: 'arn:aws:iam::999999999999:role/r' }, 'role-arn is a role of account 999999999999'],
    [
      'a region without the action',
      { action: 'absent' as const },
      'FIS does not offer aws:ec2:send-spot-instance-interruptions in eu-west-1',
    ],
  ])('refuses %s', (_, changes: Partial<Facts>, sentence) => {
    const found = findProblems(facts(changes))
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(sentence)
  })

  it.each(['absent', 'unknown'] as const)('tells the way on where the catalogue says %s of the recommendation', (action) => {
    const [sentence = ''] = findProblems(facts({ mode: 'rebalance', action }))
    expect(sentence).toContain('aws:ec2:send-spot-instance-rebalance-recommendations')
    expect(sentence).toContain('eu-west-1')
    expect(sentence.match(/eu-west-1/g)).toHaveLength(1)
    expect(sentence).toContain('`mode: interruption` with `duration: PT15M` and `react-to: rebalance`')
  })

  it('has one sentence for each target, whatever is wrong with it', () => {
    const bad = instance({ id: OTHER_ID, state: 'stopped', lifecycle: '' })
    const found = findProblems(facts({ instanceIds: [ID, OTHER_ID], instances: [bad] }))
    expect(found).toEqual([expect.stringContaining(`${ID} is not known`), expect.stringContaining(`${OTHER_ID} is not a Spot instance`)])
  })

  it('holds the request of each instance against that instance only', () => {
    const both = { instanceIds: [ID, OTHER_ID], instances: [instance(), instance({ id: OTHER_ID })] }
    const found = findProblems(facts({ ...both, requests: [spot(), spot({ instanceId: OTHER_ID, behaviour: 'hibernate' })] }))
    expect(found).toEqual([expect.stringContaining(`${OTHER_ID} hibernates`)])
  })
})

describe('findWarnings', () => {
  it('has none for an instance that terminates', () => {
    expect(findWarnings(facts())).toEqual([])
  })

  it('tells how to start or to remove an instance that will be stopped', () => {
    const [warning = ''] = findWarnings(facts({ requests: [STOPS] }))
    expect(warning).toContain(`aws ec2 start-instances --instance-ids ${ID}`)
    expect(warning).toContain(`aws ec2 cancel-spot-instance-requests --spot-instance-request-ids ${STOPS.requestId}`)
    expect(warning).toContain(`aws ec2 terminate-instances --instance-ids ${ID}`)
  })

  it('says that experiments of other runs cannot be read', () => {
    expect(findWarnings(facts({ unread: 'AWS refused fis:ListExperiments.' }))).toEqual([
      expect.stringMatching(/one of them may be about to interrupt the same targets: AWS refused fis:ListExperiments/),
    ])
  })

  it('warns of a run that may take longer than 50 minutes, where nobody knows when the credentials end', () => {
    const minutes = (count: number) => findWarnings(facts({ needsMs: count * 60_000, now: moment(0) }))
    expect(minutes(50)).toEqual([])
    expect(minutes(51)).toEqual([expect.stringContaining('The run may take 51m 0s')])
  })

  it('holds the run against the end of the credentials where that is known', () => {
    const caller = { account: ACCOUNT, expiresAt: moment(3000) }
    const needs = (seconds: number) => findWarnings(facts({ caller, needsMs: seconds * 1000, now: moment(0) }))
    expect(needs(3000)).toEqual([])
    expect(needs(3001)).toEqual([expect.stringContaining('The credentials end in 50m 0s, but the run may take 50m 1s')])
    expect(findWarnings(facts({ caller: { ...caller, expiresAt: moment(36_000) }, needsMs: 7_200_000, now: moment(0) }))).toEqual([])
  })

  it('says that it could not ask the catalogue', () => {
    expect(findWarnings(facts({ action: 'unknown' }))).toEqual([expect.stringContaining('eu-west-1')])
  })
})
