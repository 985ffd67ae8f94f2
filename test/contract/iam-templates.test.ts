import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, type ScalarTag } from 'yaml'
import { OPT_IN, renderFiles, TEMPLATE_WAYS, toJobBoundary, toWayPolicy } from '../../scripts/permissions.ts'
import { toNames } from '../../src/model/plan/grants.ts'
import { toPolicy, toTrust } from '../../src/model/plan/policy.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const published = renderFiles()

describe('what is published of the permissions (npm run docs)', () => {
  it.each(Object.keys(published))('%s is up to date', (path) => {
    expect(read(path)).toBe(published[path])
  })

  it.each(['examples/iam/policies', 'examples/iam/terraform/policies'])('%s has no other file', (folder) => {
    const known = Object.keys(published).filter((path) => path.startsWith(`${folder}/`))
    expect(readdirSync(join(root, folder)).map((name) => `${folder}/${name}`)).toEqual(known.toSorted())
  })
})

/** A stack in a partition that is not the usual one. */
const PLACE = { partition: 'aws-us-gov', region: '*', account: '210987654321' }
const NAMES = toNames(PLACE, 'experiment', { jobRole: `arn:aws-us-gov:iam::${PLACE.account}:role/job` })
const PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::Partition': PLACE.partition,
  'AWS::AccountId': PLACE.account,
  ExperimentRoleName: 'experiment',
  JobRoleName: 'job',
  OptInTagKey: OPT_IN.key,
  OptInTagValue: OPT_IN.value,
  Audience: 'sts.amazonaws.com',
  Repository: 'octo/service',
  Environment: 'chaos',
}
const refer = (name: string) => PARAMETERS[name] ?? name
/** CloudFormation's functions, for a stack with an opt-in tag. Conditions of resources are left aside. */
const FUNCTIONS = [
  { tag: '!Ref', resolve: refer },
  { tag: '!Sub', resolve: (text: string) => text.replace(/\$\{([^}]+)\}/g, (_, name: string) => refer(name)) },
  { tag: '!GetAtt', resolve: (text: string) => text },
] satisfies ScalarTag[]
const LISTS = ['!Equals', '!Not', '!If'].map((tag) => ({ tag, collection: 'seq' as const }))

type Resource = {
  readonly Type: string
  readonly Condition?: string
  readonly Properties: {
    readonly PolicyDocument?: { readonly Version: string; readonly Statement: readonly object[] }
    readonly AssumeRolePolicyDocument?: { readonly Statement: readonly object[] }
    readonly PermissionsBoundary?: string
  }
}
type Parameter = { readonly AllowedPattern?: string; readonly Default?: string }
type Stack = { readonly Parameters: Readonly<Record<string, Parameter>>; readonly Resources: Readonly<Record<string, Resource>> }
const stack: Stack = parse(read('examples/iam/cloudformation.yml'), {
  customTags: [...FUNCTIONS, ...LISTS],
})
const documentOf = (name: string) => JSON.parse(JSON.stringify(stack.Resources[name]?.Properties.PolicyDocument))
/** One resource is the same as a list of one. */
const toLists = (document: { readonly Statement: readonly { readonly Resource: unknown }[] }) => ({
  ...document,
  Statement: document.Statement.map((one) => ({ ...one, Resource: [one.Resource].flat() })),
})

describe('examples/iam/cloudformation.yml', () => {
  it.each([
    ['RunPolicy', 'given-role', undefined],
    ['TargetsPolicy', 'targets', 'HasTargets'],
    ['CapacityPolicy', 'capacity', 'HasCapacity'],
    ['AlarmsPolicy', 'alarms', 'HasAlarms'],
    ['DryRunPolicy', 'dry-run', 'HasDryRun'],
  ] as const)('gives the job by %s what the table says of the way %s', (name, way, condition) => {
    expect(toLists(documentOf(name))).toEqual(toLists(toWayPolicy(way, NAMES)))
    expect(stack.Resources[name]?.Condition).toBe(condition)
  })

  it('has a policy for each way that the templates offer', () => {
    const policies = Object.values(stack.Resources).filter(({ Type }) => Type === 'AWS::IAM::RolePolicy')
    expect(policies).toHaveLength(TEMPLATE_WAYS.length + 1)
  })

  it('bounds the role of the job by all of them together, within the size of a managed policy', () => {
    expect(toLists(documentOf('JobBoundary'))).toEqual(toLists(toJobBoundary(NAMES)))
    expect(stack.Resources.JobRole?.Properties.PermissionsBoundary).toBe('JobBoundary')
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: 6,144 characters, white space not counted.
    expect(JSON.stringify(documentOf('JobBoundary')).length).toBeLessThan(6144 - 5 * 64)
  })

  it('gives the experiment role what the action would give it, on instances with the opt-in tag only', () => {
    const [condition, withTag, without] = documentOf('ExperimentPolicy')
    expect(condition).toBe('HasOptIn')
    expect(JSON.parse(withTag)).toEqual(JSON.parse(toPolicy(PLACE, OPT_IN)))
    expect(without).toEqual(JSON.parse(toPolicy(PLACE)))
    expect(documentOf('ExperimentBoundary')).toEqual(JSON.parse(toPolicy(PLACE)))
    const { AssumeRolePolicyDocument: trust, PermissionsBoundary } = stack.Resources.ExperimentRole?.Properties ?? {}
    expect(trust).toEqual(JSON.parse(toTrust(PLACE)))
    expect(PermissionsBoundary).toBe('ExperimentBoundary')
  })

  it.each([
    ['OptInTagKey', 'team:chaos/opt-in', true],
    ['OptInTagKey', 'a": {}, "b', false],
    ['OptInTagKey', 'a\\', false],
    ['OptInTagKey', 'k'.repeat(129), false],
    ['OptInTagValue', '', true],
    ['OptInTagValue', 'x"}', false],
    ['OptInTagValue', 'x\n', false],
  ] as const)('takes for %s nothing that could change the JSON text of the policy: %j', (name, value, allowed) => {
    const { AllowedPattern = '', Default = '' } = stack.Parameters[name] ?? {}
    expect(new RegExp(AllowedPattern).test(value)).toBe(allowed)
    expect({ OptInTagKey: OPT_IN.key, OptInTagValue: OPT_IN.value }[name]).toBe(Default)
  })

  it('trusts tokens of one repository and environment only, word for word', () => {
    expect(stack.Resources.JobRole?.Properties.AssumeRolePolicyDocument?.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws-us-gov:iam::${PLACE.account}:oidc-provider/token.actions.githubusercontent.com` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': 'repo:octo/service:environment:chaos',
          },
        },
      },
    ])
  })
})
