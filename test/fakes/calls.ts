/**
 * The calls of each way of use, as the simulator decodes them, and calls that are nobody's business here. What the inputs of a way do not
 * exist for yet is written down by hand; the end-to-end tests hold the rest with real calls.
 */

import * as v from 'valibot'
import { type Account, emptyAccount } from '../../simulator/account/account.ts'
import { type Need, needsOf } from '../../simulator/account/authorization.ts'
import { applySeed } from '../../simulator/admin/seed.ts'
import { type SeedInput, seedSchema } from '../../simulator/admin/seed-schema.ts'
import { POLICY_NAME, SERVICE, SERVICE_ROLE_NAME } from '../../src/model/fis.ts'
import { ACTION_ID } from '../../src/model/mode.ts'
import { toNames } from '../../src/model/plan/grants.ts'
import type { WayId } from '../../src/model/plan/ways.ts'

export const ACCOUNT = '123456789012'
export const REGION = 'us-east-1'
export const ROLE = 'FIS-SpotMinimalRole'
export const OWN_ROLE = `${ROLE}-0a1b2c3d`
export const NAMES = toNames({ partition: 'aws', region: REGION, account: ACCOUNT }, ROLE)

const arnOf = (role: string) => `arn:aws:iam::${ACCOUNT}:role/${role}`
const OURS = { ManagedBy: 'spot-interrupt', 'spot-interrupt:run': 'octo/service/1/1' }
const SEED: SeedInput = {
  roles: [{ name: ROLE, tags: OURS }, { name: OWN_ROLE, tags: OURS }, { name: 'Admin' }],
  templates: [
    { id: 'EXTours', tags: OURS },
    { id: 'EXTtheirs', tags: { team: 'payments' } },
  ],
  experiments: [
    { id: 'EXPours', tags: OURS },
    { id: 'EXPtheirs', tags: { ManagedBy: 'terraform' } },
  ],
}
const account: Account = applySeed(emptyAccount('calls'), v.parse(seedSchema, SEED), 0)

export type Call = readonly [name: string, params?: object]

/** What a caller must be allowed for a call, `fis:GetAction`, in an account that has roles, templates and experiments, ours and others'. */
export function toNeeds([name, params = {}]: Call): readonly Need[] {
  if (name === 'iam:PassRole') return [toPassNeed(params as Passed)]
  const [service = '', operation = ''] = name.split(':')
  return needsOf(account, { service, operation, params, scope: { region: REGION, accountId: ACCOUNT } })
}

/** No call has this name: another service asks for it when a role is given to it. */
type Passed = { readonly role: string; readonly service: string }

function toPassNeed({ role, service }: Passed): Need {
  return { action: 'iam:PassRole', resource: arnOf(role), keys: { 'iam:PassedToService': service } }
}

const template = (roleArn: string, actionId: string = ACTION_ID.interruption): Call => [
  'fis:CreateExperimentTemplate',
  { roleArn, tags: OURS, actions: { interrupt0: { actionId } } },
]
const READ: readonly Call[] = [
  ['sts:GetCallerIdentity'],
  ['fis:GetAction', { id: ACTION_ID.interruption }],
  ['ec2:DescribeInstances'],
  ['ec2:DescribeSpotInstanceRequests'],
  ['fis:ListExperiments'],
  ['fis:GetExperiment', { id: 'EXPours' }],
]
const REMOVE: readonly Call[] = [
  ['fis:ListExperiments'],
  ['fis:ListExperimentTemplates'],
  ['fis:GetExperiment', { id: 'EXPours' }],
  ['fis:StopExperiment', { id: 'EXPours' }],
  ['fis:DeleteExperimentTemplate', { id: 'EXTours' }],
]
const run = (role: string): readonly Call[] => [
  ...READ,
  template(arnOf(role)),
  template(arnOf(role), ACTION_ID.rebalance),
  ['fis:StartExperiment', { experimentTemplateId: 'EXTours', tags: OURS }],
  ...REMOVE,
]
const readRole = (RoleName: string): readonly Call[] => [
  ['iam:GetRole', { RoleName }],
  ['iam:GetRolePolicy', { RoleName, PolicyName: POLICY_NAME }],
  ['iam:ListRolePolicies', { RoleName }],
  ['iam:ListAttachedRolePolicies', { RoleName }],
]
const toTags = Object.entries(OURS).map(([Key, Value]) => ({ Key, Value }))
const createRole = (RoleName: string): readonly Call[] => [
  ['iam:CreateRole', { RoleName, Tags: toTags }],
  ['iam:PutRolePolicy', { RoleName, PolicyName: POLICY_NAME }],
]
const USERS: readonly Call[] = [
  ['fis:GetExperiment', { id: 'EXPtheirs' }],
  ['fis:GetExperimentTemplate', { id: 'EXTtheirs' }],
]
const removeRole = (RoleName: string): readonly Call[] => [
  ['iam:GetRole', { RoleName }],
  ['iam:DeleteRolePolicy', { RoleName, PolicyName: POLICY_NAME }],
  ['iam:DeleteRole', { RoleName }],
]
const SHARED: readonly Call[] = [
  ...readRole(ROLE),
  ['iam:GetPolicy', { PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSFaultInjectionSimulatorEC2Access' }],
  ['iam:GetPolicyVersion', { PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/chaos` }],
  ...createRole(ROLE),
]
const GROUPS: Call = ['autoscaling:DescribeAutoScalingGroups']

export const CALLS: Readonly<Record<WayId, readonly Call[]>> = {
  'given-role': run(ROLE),
  'created-role': [...SHARED, ...run(ROLE)],
  'own-role': [...createRole(OWN_ROLE), ...run(OWN_ROLE), ...removeRole(OWN_ROLE), ['iam:ListRoles']],
  targets: [GROUPS],
  capacity: [
    GROUPS,
    ['autoscaling:DescribeScalingActivities'],
    ['autoscaling:DescribeInstanceRefreshes'],
    ['elasticloadbalancing:DescribeTargetGroups'],
    ['elasticloadbalancing:DescribeTargetHealth'],
    ['ecs:DescribeServices', { cluster: 'shop', services: ['web'] }],
    ['ecs:DescribeContainerInstances', { cluster: 'shop' }],
    ['ecs:ListTasks', { cluster: 'shop' }],
    ['ecs:DescribeTasks', { cluster: 'shop' }],
  ],
  alarms: [['cloudwatch:DescribeAlarms']],
  'dry-run': [
    ...READ,
    ['iam:GetRole', { RoleName: 'spot-interrupt' }],
    ['iam:SimulatePrincipalPolicy', { PolicySourceArn: NAMES.jobRole }],
  ],
  cleanup: REMOVE,
  'cleanup-role': [...readRole(ROLE), ...USERS, ...removeRole(ROLE), ...removeRole(OWN_ROLE), ['iam:ListRoles']],
  setup: [
    ['fis:GetAction', { id: ACTION_ID.interruption }],
    ['fis:GetAction', { id: ACTION_ID.rebalance }],
    ['iam:GetRole', { RoleName: SERVICE_ROLE_NAME }],
    ['iam:CreateServiceLinkedRole', { AWSServiceName: SERVICE }],
    ...SHARED,
  ],
  rehearsal: [],
}

/** No published policy allows any of these. */
export const FOREIGN: readonly Call[] = [
  ['fis:GetAction', { id: 'aws:ec2:terminate-instances' }],
  template(arnOf(ROLE), 'aws:ec2:terminate-instances'),
  template(arnOf('Admin')),
  ['fis:CreateExperimentTemplate', { roleArn: arnOf(ROLE), actions: { a: { actionId: ACTION_ID.interruption } } }],
  ['fis:CreateExperimentTemplate', { roleArn: arnOf(ROLE), tags: { ManagedBy: 'me' }, actions: {} }],
  ['fis:UpdateExperimentTemplate', { id: 'EXTours' }],
  ['fis:DeleteExperimentTemplate', { id: 'EXTtheirs' }],
  ['fis:StartExperiment', { experimentTemplateId: 'EXTtheirs', tags: OURS }],
  ['fis:StartExperiment', { experimentTemplateId: 'EXTours' }],
  ['fis:StopExperiment', { id: 'EXPtheirs' }],
  ['fis:TagResource', { resourceArn: `arn:aws:fis:${REGION}:${ACCOUNT}:experiment/EXPtheirs`, tags: { team: 'x' } }],
  ['fis:UntagResource', { resourceArn: `arn:aws:fis:${REGION}:${ACCOUNT}:experiment/EXPours` }],
  ['fis:UpdateSafetyLeverState', { id: 'default' }],
  ['ec2:TerminateInstances'],
  ['ec2:StopInstances'],
  ['ec2:SendSpotInstanceInterruptions'],
  ...[ROLE, OWN_ROLE].map((role): Call => ['iam:PassRole', { role, service: 'ec2.amazonaws.com' }]),
  ['iam:PassRole', { role: 'Admin', service: SERVICE }],
  ['iam:CreateServiceLinkedRole', { AWSServiceName: 'spot.amazonaws.com' }],
  ['iam:CreateRole', { RoleName: 'Backdoor', Tags: toTags }],
  ['iam:CreateRole', { RoleName: ROLE }],
  ['iam:PutRolePolicy', { RoleName: 'Admin' }],
  ['iam:AttachRolePolicy', { RoleName: ROLE, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
  ['iam:UpdateAssumeRolePolicy', { RoleName: ROLE }],
  ['iam:DeleteRole', { RoleName: 'Admin' }],
  ['iam:DeleteRolePermissionsBoundary', { RoleName: ROLE }],
  ['iam:GetRole', { RoleName: 'Admin' }],
  ['s3:ListAllMyBuckets'],
]
