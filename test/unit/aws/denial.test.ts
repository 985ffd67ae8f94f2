import { describe, expect, it } from 'vitest'
import { withStatement } from '../../../src/aws/denial.ts'
import { toFault } from '../../../src/aws/faults.ts'
import { ActionError } from '../../../src/model/errors.ts'

const ABOUT = { action: 'fis:StopExperiment', region: 'eu-west-1', patience: 'write' } as const
const USER = 'User: arn:aws:sts::123456789012:assumed-role/chaos/run is not authorized to perform:'
const ARN = 'arn:aws:fis:eu-west-1:123456789012:experiment/EXP1'

/** What the SDK throws for a call that AWS denies in these words. */
function refused(message: string): Error {
  return Object.assign(new Error(message), { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } })
}

const explain = async (message: string) => (await withStatement(toFault(refused(message), ABOUT), ABOUT)).hint
const statementOf = (hint: string) => JSON.parse(/\{.*\}/.exec(hint)?.[0] ?? 'null')

describe('withStatement', () => {
  it('names action and resource in AWS’s words, and the statement to add', async () => {
    const hint = await explain(`${USER} fis:StopExperiment on resource: ${ARN} because no identity-based policy allows the action`)
    expect(hint).toMatch(`Grant fis:StopExperiment on ${ARN} to the role of this job by the statement {`)
    expect(hint).toMatch(/\} \(docs\/permissions\.md\)\.$/)
    expect(statementOf(hint)).toEqual({
      Sid: 'StopExperiments',
      Effect: 'Allow',
      Action: ['fis:StopExperiment'],
      Resource: 'arn:aws:fis:eu-west-1:123456789012:experiment/*',
      Condition: { StringEquals: { 'aws:ResourceTag/ManagedBy': 'spot-interrupt' } },
    })
  })

  it.each([
    ['another action than the one called', `${USER} iam:PassRole on resource: arn:aws:iam::123456789012:role/r because`, 'PassRole'],
    ['a role by its name', `${USER} iam:GetRole on resource: role my-role because`, 'ReadSharedRole'],
    [
      'a policy by its kind',
      `${USER} iam:GetPolicy on resource: policy arn:aws:iam::aws:policy/ReadOnlyAccess because`,
      'ReadManagedPolicies',
    ],
    ['no resource', `You are not authorized to perform this operation. ${USER} ec2:DescribeInstances because no`, 'ReadInstances'],
    ['nothing but the refusal', 'Access denied', 'StopExperiments'],
  ])('finds the statement where AWS names %s', async (_, message, sid) => {
    expect(statementOf(await explain(message)).Sid).toBe(sid)
  })

  it.each([
    'with an explicit deny in a service control policy',
    'with an explicit deny in an identity-based policy',
    'because no permissions boundary allows the fis:StopExperiment action',
    'because no session policy allows the fis:StopExperiment action',
    'because no service control policy allows the fis:StopExperiment action',
    'because no resource control policy allows the fis:StopExperiment action',
  ])('offers no statement %s: a grant does not help', async (why) => {
    const hint = await explain(`${USER} fis:StopExperiment on resource: ${ARN} ${why}`)
    expect(hint).toContain('A grant does not help')
    expect(hint).not.toContain('Statement')
    expect(hint).not.toContain('"Sid"')
  })

  it('leaves alone what no way of use needs, and other faults', async () => {
    expect(await explain(`${USER} s3:ListAllMyBuckets because`)).toBe(
      'Grant s3:ListAllMyBuckets to the role of this job (docs/permissions.md).',
    )
    const other = new ActionError('quota', 'x', 'See (docs/permissions.md).')
    expect(await withStatement(other, ABOUT)).toBe(other)
  })

  it('keeps that AWS may have acted', async () => {
    const fault = toFault(refused(`${USER} fis:StopExperiment because`), ABOUT)
    const unsure = new ActionError(fault.fault, fault.message, fault.hint, fault.cause, true)
    expect(await withStatement(unsure, ABOUT)).toMatchObject({ unsure: true, cause: fault.cause, fault: 'denied' })
  })
})
