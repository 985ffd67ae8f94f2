import type { Place } from '../arn.ts'
import { SERVICE } from '../fis.ts'

/** The trust of the experiment role: FIS, for experiments of this account only (any region, for IAM is global).
 *  https://docs.aws.amazon.com/fis/latest/userguide/getting-started-iam-service-role.html */
export function toTrust(place: Pick<Place, 'partition' | 'account'>): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: SERVICE },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': place.account },
          ArnLike: { 'aws:SourceArn': `arn:${place.partition}:fis:*:${place.account}:experiment/*` },
        },
      },
    ],
  })
}

/** All that the experiment role may do. https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html */
export function toPolicy(place: Pick<Place, 'partition' | 'account'>): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'ec2:SendSpotInstanceInterruptions',
        Resource: `arn:${place.partition}:ec2:*:${place.account}:instance/*`,
      },
      { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
    ],
  })
}

/**
 * What a workflow needs that runs the main action with this role as `role-arn`: of IAM only to hand over the role. FIS checks some calls
 * on two kinds of resources. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsfaultinjectionservice.html
 */
export function toCallerPolicy({ partition, account, region }: Place, roleArn: string): string {
  const fis = (kind: string) => `arn:${partition}:fis:${region}:${account}:${kind}/*`
  const allow = (Action: readonly string[], Resource: string, rest: object = {}) => ({ Effect: 'Allow', Action, Resource, ...rest })
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      allow(['fis:CreateExperimentTemplate', 'fis:GetAction'], fis('action')),
      allow(
        ['fis:CreateExperimentTemplate', 'fis:DeleteExperimentTemplate', 'fis:StartExperiment', 'fis:TagResource'],
        fis('experiment-template'),
      ),
      allow(['fis:StartExperiment', 'fis:GetExperiment', 'fis:StopExperiment', 'fis:TagResource'], fis('experiment')),
      allow(['fis:ListExperimentTemplates', 'fis:ListExperiments'], '*'),
      allow(['iam:PassRole'], roleArn, { Condition: { StringEquals: { 'iam:PassedToService': SERVICE } } }),
      allow(['ec2:DescribeInstances', 'ec2:DescribeSpotInstanceRequests'], '*'),
    ],
  })
}

/** Whether a policy document may allow sending interruptions, on some resource and under some condition. A document that cannot be read allows nothing. */
export function allowsInterruptions(document: string): boolean {
  return readStatements(document).some((one) => one.Effect === 'Allow' && concernsInterruptions(one))
}

/**
 * Whether a role with all of these policies may send interruptions. Resources and conditions are left to AWS: only a role that certainly
 * cannot is refused, because no policy allows it or one denies it always and everywhere.
 */
export function mayInterrupt(documents: readonly string[]): boolean {
  return documents.some(allowsInterruptions) && !documents.some(deniesInterruptions)
}

function deniesInterruptions(document: string): boolean {
  return readStatements(document).some(
    (one) => one.Effect === 'Deny' && concernsInterruptions(one) && one.Condition === undefined && toList(one.Resource).includes('*'),
  )
}

function concernsInterruptions({ Action, NotAction }: Statement): boolean {
  const named = (actions: unknown) => toList(actions).some((action) => matches(action, 'ec2:SendSpotInstanceInterruptions'))
  return NotAction === undefined ? named(Action) : !named(NotAction)
}

/** Whether a trust policy lets FIS assume the role. */
export function trustsFis(document: string): boolean {
  return readStatements(document).some((one) => {
    const principal = one.Principal
    const services = typeof principal === 'object' && principal !== null && 'Service' in principal ? toList(principal.Service) : []
    return one.Effect === 'Allow' && services.includes(SERVICE)
  })
}

type Statement = { readonly [element in 'Effect' | 'Action' | 'NotAction' | 'Resource' | 'Condition' | 'Principal']?: unknown }

function readStatements(document: string): readonly Statement[] {
  try {
    const parsed: unknown = JSON.parse(document)
    const found = typeof parsed === 'object' && parsed !== null && 'Statement' in parsed ? parsed.Statement : []
    return (Array.isArray(found) ? found : [found]).filter((one): one is Statement => typeof one === 'object' && one !== null)
  } catch {
    return []
  }
}

function toList(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string')
}

/** IAM's wildcards, which ignore case in actions. */
function matches(pattern: string, action: string): boolean {
  const shape = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${shape}$`, 'i').test(action)
}
