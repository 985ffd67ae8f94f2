import { SERVICE, SERVICE_ROLE_NAME } from '../fis.ts'
import { REQUESTED, type Statement, TAGGED } from './statement.ts'

/** Part of the table in permissions.ts: the statements on roles and policies. "Own" is a role that one run creates and deletes. */
const SHARED_ROLE = 'arn:{partition}:iam::{account}:role/{roleName}'
const OWN_ROLES = 'arn:{partition}:iam::{account}:role/{ownRoleName}'
const SERVICE_ROLE = `arn:{partition}:iam::{account}:role/aws-service-role/${SERVICE}/${SERVICE_ROLE_NAME}`
const MANAGED_POLICIES = ['arn:{partition}:iam::aws:policy/*', 'arn:{partition}:iam::{account}:policy/*']
const READ_ROLE = ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies']
const REMOVE_ROLE = ['iam:DeleteRolePolicy', 'iam:DeleteRole']

const pass = (role: string): Statement => ({
  actions: ['iam:PassRole'],
  resources: [role],
  equals: { 'iam:PassedToService': SERVICE },
  purpose: 'give the experiment role to FIS, and to no other service',
  lost: 'the run fails: FIS gets no role',
})
const create = (role: string): Statement => ({
  actions: ['iam:CreateRole', 'iam:TagRole'],
  resources: [role],
  equals: REQUESTED,
  purpose: 'create the experiment role, with the tag of this action',
  lost: 'a missing role fails the run',
})
const write = (role: string): Statement => ({
  actions: ['iam:PutRolePolicy'],
  resources: [role],
  purpose: 'give the created role its one policy',
  lost: 'a created role, or one without its policy, fails the run',
})
const remove = (role: string): Statement => ({
  actions: REMOVE_ROLE,
  resources: [role],
  equals: TAGGED,
  purpose: 'delete a role that this action created',
  lost: 'the role stays; the step says how to delete it by hand',
})

export const ROLE_STATEMENTS = {
  CreateServiceRole: {
    actions: ['iam:CreateServiceLinkedRole'],
    resources: [SERVICE_ROLE],
    equals: { 'iam:AWSServiceName': SERVICE },
    purpose: 'let FIS create its own role at the first experiment of the account',
    lost: 'the first experiment of an account fails; later ones do not need it',
  },
  PassRole: pass('{experimentRole}'),
  PassOwnRole: pass(OWN_ROLES),
  ReadServiceRole: {
    actions: ['iam:GetRole'],
    // IAM knows the path of a role only once it exists.
    resources: [SERVICE_ROLE, `arn:{partition}:iam::{account}:role/${SERVICE_ROLE_NAME}`],
    purpose: 'see whether FIS has its own role',
    lost: 'setup fails',
  },
  ReadSharedRole: {
    actions: READ_ROLE,
    resources: [SHARED_ROLE],
    purpose: 'see whether the experiment role exists, and what it may do',
    lost: 'the run fails without `GetRole`; without the others it goes on, and says that nobody checked the role',
  },
  ReadManagedPolicies: {
    actions: ['iam:GetPolicy', 'iam:GetPolicyVersion'],
    resources: MANAGED_POLICIES,
    purpose: 'read the managed policies of a role that somebody else created',
    lost: 'the run goes on, and says that nobody checked the role',
  },
  CreateSharedRole: create(SHARED_ROLE),
  WriteSharedRole: write(SHARED_ROLE),
  RemoveSharedRole: remove(SHARED_ROLE),
  ReadOwnRole: {
    actions: ['iam:GetRole'],
    resources: [OWN_ROLES],
    purpose: 'find the role of this run before it is deleted',
    lost: 'the role stays; the step says how to delete it by hand',
  },
  CreateOwnRole: create(OWN_ROLES),
  WriteOwnRole: write(OWN_ROLES),
  RemoveOwnRole: remove(OWN_ROLES),
  ListRoles: {
    actions: ['iam:ListRoles'],
    resources: ['*'],
    purpose: 'find the roles that killed runs made for themselves',
    lost: 'they are not found; the step says so',
  },
  ReadOwnGrants: {
    actions: ['iam:GetRole', 'iam:SimulatePrincipalPolicy'],
    resources: ['{jobRole}'],
    purpose: 'check the permissions of the job without using them',
    lost: 'the dry run passes, and says that nobody checked the permissions',
  },
} as const satisfies Readonly<Record<string, Statement>>
