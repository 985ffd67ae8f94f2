import { describe, expect, it } from 'vitest'
import { grants } from '../../simulator/account/policy.ts'
import { findNeeds, toDocument, toStatement } from '../../src/model/plan/grants.ts'
import { STATEMENTS, type StatementId } from '../../src/model/plan/permissions.ts'
import { WAYS, type WayId } from '../../src/model/plan/ways.ts'
import { ACCOUNT, CALLS, FOREIGN, NAMES, REGION, toNeeds } from '../fakes/calls.ts'

const ways = Object.keys(WAYS) as WayId[]
const needsOf = (way: WayId) => CALLS[way].flatMap(toNeeds)
const policyOf = (ids: readonly StatementId[]) => JSON.stringify(toDocument(ids, NAMES))
/** Where the same action on the same kind of resource is in two statements, the hint names the narrower one, or the first. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'ReadRoleUsers fis:GetExperiment': 'ReadExperiments',
  'ReadOwnGrants iam:GetRole': 'ReadSharedRole',
}
/** What a way that comes on top of another one is used with. */
const whole = (way: WayId): readonly WayId[] => (way === 'cleanup-role' ? ['cleanup', way] : [way])

describe.each(ways)('the policy of the way %s', (way) => {
  const ids = findNeeds(...whole(way))
  const needs = whole(way).flatMap(needsOf)

  it('allows every call of that way', () => {
    expect(needs.filter((need) => !grants([policyOf(ids)], need))).toEqual([])
  })

  it.each(WAYS[way].needs.map((id) => [id] as const))('lacks a call without %s, and the hint names the statement', (id) => {
    const rest = [policyOf(ids.filter((other) => other !== id))]
    const denied = needs.filter((need) => !grants(rest, need))
    expect(denied).not.toEqual([])
    for (const { action, resource, keys } of denied) {
      const hint = toStatement({ action, resource, region: REGION, account: ACCOUNT }) ?? '{}'
      const named = OTHERWISE[`${id} ${action}`]
      expect(JSON.parse(hint).Sid).toBe(named ?? id)
      // The tags of an experiment are not in AWS's text: the step that reads those of others names its statement itself.
      if (named !== 'ReadExperiments')
        expect(grants([JSON.stringify({ Statement: JSON.parse(hint) })], { action, resource, keys })).toBe(true)
    }
  })

  it('denies every call that is not for this action', () => {
    const allowed = FOREIGN.filter((call) => toNeeds(call).every((need) => grants([policyOf(ids)], need)))
    expect(allowed).toEqual([])
  })
})

describe('the table', () => {
  it('has no statement that no way needs', () => {
    const needed = new Set<string>(Object.values(WAYS).flatMap(({ needs }) => needs))
    expect(Object.keys(STATEMENTS).filter((id) => !needed.has(id))).toEqual([])
  })

  it('fits all ways together into the inline policies of one role', () => {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: 10,240 characters, white space not counted.
    expect(policyOf(findNeeds(...ways)).length).toBeLessThan(10_240)
  })

  it.each(['aws-cn', 'aws-us-gov'])('makes policies for the partition %s', (partition) => {
    const text = JSON.stringify(toDocument(findNeeds(...ways), { ...NAMES, partition, experimentRole: '*', jobRole: '*' }))
    expect(text).not.toContain('arn:aws:')
    expect(text).not.toMatch(/\{\w+\}/)
  })
})
