import * as v from 'valibot'
import { type Context, type Handlers, operation, refuse } from '../operation.ts'
import { encodeDocument } from './response.ts'
import { policyArn } from './schema.ts'

const VERSION = 'v1'

/**
 * Managed policies of AWS, by the end of their ARN, with those of their permissions that matter here. Their full texts are in
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/.
 */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  '/service-role/AWSFaultInjectionSimulatorEC2Access': [
    'ec2:RebootInstances',
    'ec2:StopInstances',
    'ec2:StartInstances',
    'ec2:TerminateInstances',
    'ec2:SendSpotInstanceInterruptions',
    'ec2:DescribeInstances',
  ],
  '/AdministratorAccess': ['*'],
  '/AmazonEC2FullAccess': ['ec2:*'],
  '/AmazonEC2ReadOnlyAccess': ['ec2:Describe*'],
  '/ReadOnlyAccess': ['ec2:Describe*', 'fis:Get*', 'fis:List*', 'iam:Get*', 'iam:List*'],
}

const named = v.strictObject({ PolicyArn: policyArn })
const versioned = v.strictObject({ PolicyArn: policyArn, VersionId: v.pipe(v.string(), v.regex(/^v[1-9]\d*$/)) })

export const managedHandlers: Handlers = {
  GetPolicy: operation(named, (context, { PolicyArn }) => {
    const { name, path } = find(PolicyArn)
    const dates = { CreateDate: new Date(0), UpdateDate: new Date(0) }
    const attached = [...context.account.roles.values()].filter(({ attached }) => attached.includes(PolicyArn)).length
    const policy = {
      PolicyName: name,
      Arn: PolicyArn,
      Path: path,
      DefaultVersionId: VERSION,
      AttachmentCount: attached,
      IsAttachable: true,
    }
    return { reply: { Policy: { ...policy, ...dates } } }
  }),
  GetPolicyVersion: operation(versioned, (_: Context, { PolicyArn, VersionId }) => {
    const { actions } = find(PolicyArn)
    if (VersionId !== VERSION) refuse('NoSuchEntity', `Policy ${PolicyArn} version ${VersionId} does not exist.`, 404)
    const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] })
    const version = { Document: encodeDocument(document), VersionId, IsDefaultVersion: true, CreateDate: new Date(0) }
    return { reply: { PolicyVersion: version } }
  }),
}

function find(arn: string): { readonly name: string; readonly path: string; readonly actions: readonly string[] } {
  const key = /^arn:[a-z-]+:iam::aws:policy(\/.+)$/.exec(arn)?.[1] ?? ''
  const actions = Object.hasOwn(ACTIONS, key) ? ACTIONS[key] : undefined
  if (actions === undefined) refuse('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404)
  const at = key.lastIndexOf('/')
  return { name: key.slice(at + 1), path: key.slice(0, at + 1), actions }
}
