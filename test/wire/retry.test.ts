import { describe, expect, it } from 'vitest'
import type { InjectedFaultInput } from '../../simulator/admin/faults.ts'
import { ACCOUNT, connect, expectFault, REGION } from './wire.ts'

const ID = 'i-0123456789abcdef0'

type Aws = Awaited<ReturnType<typeof connect>>['aws']

/** A read of each service; client-fis is years older than the others, and all must behave alike. */
const READS: readonly (readonly [string, string, (aws: Aws) => Promise<unknown>, unknown])[] = [
  ['fis', 'GetExperiment', (aws) => aws.fis.readExperiment('EXP1'), expect.objectContaining({ id: 'EXP1', status: 'running' })],
  ['ec2', 'DescribeInstances', (aws) => aws.ec2.readInstances([ID]), [expect.objectContaining({ id: ID, state: 'running' })]],
  ['iam', 'GetRole', (aws) => aws.iam.readRole('some'), expect.objectContaining({ name: 'some' })],
  ['sts', 'GetCallerIdentity', (aws) => aws.sts.whoami(), expect.objectContaining({ account: ACCOUNT })],
]

/** An attempt's limit is real time: with the true one the patience of this faster time would be over after one attempt. */
const SHORT = { attemptMs: 500 }

type Case = { readonly fault: InjectedFaultInput['fault']; readonly times: number }

/** One read under a fault that hits the first `times` calls; what came of it, and how many calls were made. */
async function tryRead(read: (aws: Aws) => Promise<unknown>, { fault, times }: Case) {
  const { simulator, aws } = await connect(REGION, fault === 'hang' ? SHORT : {})
  simulator.seed({ instances: [{ id: ID, region: REGION }], roles: [{ name: 'some' }], experiments: [{ id: 'EXP1', state: 'running' }] })
  const nth = { from: 1, ...(Number.isFinite(times) ? { to: times } : {}) }
  simulator.setFaults([{ fault, nth }])
  return { asked: read(aws), calls: () => simulator.journal().length }
}

describe.each(READS)('a read of %s (%s)', (_, __, read, expected) => {
  it.each(['throttle', '5xx', 'html503', 'reset', 'truncated', 'empty'] as const)('is repeated after %s, twice', async (fault) => {
    const { asked, calls } = await tryRead(read, { fault, times: 2 })
    expect(await asked).toEqual(expected)
    expect(calls()).toBe(3)
  })

  it('is repeated where no answer came in time', async () => {
    const { asked, calls } = await tryRead(read, { fault: 'hang', times: 1 })
    expect(await asked).toEqual(expected)
    expect(calls()).toBe(2)
  })

  it.each([
    ['denied', 'denied', 'docs/permissions.md'],
    ['expired', 'expired', 'role-duration-seconds'],
  ] as const)('is not repeated when it is %s', async (fault, named, hint) => {
    const { asked, calls } = await tryRead(read, { fault, times: Number.POSITIVE_INFINITY })
    const error = await expectFault(asked, named)
    expect(error.hint).toContain(hint)
    expect(calls()).toBe(1)
  })
})

/** Of the four clients one is old, and the others are built alike. */
const OLD_AND_NEW = READS.filter(([service]) => service === 'fis' || service === 'ec2')

describe.each(OLD_AND_NEW)('a read of %s (%s) that never comes through', (_, __, read) => {
  it.each([
    ['throttle', 'throttled'],
    ['5xx', 'service'],
    ['html503', 'service'],
    ['reset', 'unreachable'],
    ['truncated', 'unreachable'],
    ['empty', 'unreachable'],
  ] as const)('gives up on %s for ever only after the patience for a read, as %s', async (fault, named) => {
    const { asked, calls } = await tryRead(read, { fault, times: Number.POSITIVE_INFINITY })
    await expectFault(asked, named)
    // Where the SDK alone makes three calls in a second, or one.
    expect(calls()).toBeGreaterThan(3)
  })

  it('throws a time-out where no answer comes, and gives up in the end', async () => {
    const { asked, calls } = await tryRead(read, { fault: 'hang', times: Number.POSITIVE_INFINITY })
    const error = await expectFault(asked, 'unreachable')
    expect(error.message).toContain('got no answer that can be read: TimeoutError: no complete answer within 0.5 s')
    expect(calls()).toBe(2)
  })
})

describe('a quota', () => {
  const role = { name: 'new', description: 'x', trust: '{"Statement":[]}', tags: {} }

  it('of IAM is not taken for throttling, as the SDK does', async () => {
    const { simulator, aws } = await connect()
    simulator.setFaults([{ operation: 'CreateRole', fault: 'quota' }])
    const error = await expectFault(aws.iam.createRole(role), 'quota')
    expect(error.hint).toContain('Service Quotas')
    expect(simulator.journal()).toHaveLength(1)
  })

  it('of FIS, with status 402, is not repeated', async () => {
    const { simulator, aws } = await connect()
    simulator.setFaults([{ operation: 'StartExperiment', fault: 'quota' }])
    await expectFault(aws.fis.startExperiment({ templateId: 'EXT1', token: 't', tags: {} }), 'quota')
    expect(simulator.journal()).toHaveLength(1)
  })
})

describe('patience', () => {
  it('is longest for what removes something', async () => {
    const { simulator, aws } = await connect()
    simulator.setFaults([{ fault: '5xx' }])
    const count = async (asked: Promise<unknown>) => {
      const before = simulator.journal().length
      await expectFault(asked, 'service')
      return simulator.journal().length - before
    }
    const read = await count(aws.fis.readExperiment('EXP1'))
    const cleanup = await count(aws.fis.deleteTemplate('EXT1'))
    expect(cleanup).toBeGreaterThan(read + 3)
  })
})
