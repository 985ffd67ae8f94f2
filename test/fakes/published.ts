/** The published policies of callers (examples/iam/policies), filled in as their readers do. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { partitionOf } from '../../src/model/arn.ts'
import type { WayId } from '../../src/model/plan/ways.ts'

const folder = resolve(import.meta.dirname, '../../examples/iam/policies')

export type Inputs = Readonly<Record<string, string>>
export type Policy = { readonly Version: string; readonly Statement: readonly { readonly Sid: string }[] }

/** The inputs that take permissions of their own. */
const ADDED: readonly (readonly [string, WayId])[] = [
  ['auto-scaling-group', 'targets'],
  ['capacity', 'capacity'],
  ['stop-alarms', 'alarms'],
  ['dry-run', 'dry-run'],
]

/** The ways in which an entry is used with these inputs. Post has the permissions of its main. */
export function findWays(entry: 'main' | 'post' | 'setup' | 'cleanup', inputs: Inputs): readonly WayId[] {
  const deletes = /^true$/i.test(inputs['delete-role'] ?? '')
  if (entry === 'setup') return ['setup']
  if (entry === 'cleanup') return deletes ? ['cleanup', 'cleanup-role'] : ['cleanup']
  const adds = ADDED.flatMap(([input, way]) => (inputs[input] && inputs[input] !== 'false' ? [way] : []))
  if (inputs['role-arn']) return ['given-role', ...adds]
  return [deletes ? 'own-role' : 'created-role', ...adds]
}

/** The policies of these ways for one account, region and experiment role. */
export function readPolicies(ways: readonly WayId[], inputs: Inputs, account = '123456789012'): Policy[] {
  const { 'role-arn': roleArn = '', 'role-name': roleName = 'FIS-SpotMinimalRole', region = 'us-east-1' } = inputs
  return ways.map((way) => {
    const text = readFileSync(join(folder, `${way}.json`), 'utf8')
    const given = roleArn === '' ? text : text.replaceAll('arn:aws:iam::123456789012:role/FIS-SpotMinimalRole"', `${roleArn}"`)
    const named = given.replaceAll('FIS-SpotMinimalRole', roleName).replaceAll('123456789012', account)
    return JSON.parse(named.replaceAll('"arn:aws:', `"arn:${partitionOf(region)}:`))
  })
}
