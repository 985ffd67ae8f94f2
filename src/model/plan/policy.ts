import type { Place } from '../arn.ts'
import { SERVICE } from '../fis.ts'

/**
 * The trust policy of the experiment role: FIS may assume it for experiments of this account, in any region because IAM is global.
 * https://docs.aws.amazon.com/fis/latest/userguide/getting-started-iam-service-role.html
 */
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

/** A tag that an instance must have before the experiment role may interrupt it. */
export type OptInTag = { readonly key: string; readonly value: string }

/**
 * The only permission of the experiment role: to interrupt the Spot instances of the account; with `optIn`, only those with that tag.
 * https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html. EC2 supports a condition on a tag of the instance:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export function toPolicy(place: Pick<Place, 'partition' | 'account'>, optIn?: OptInTag): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'ec2:SendSpotInstanceInterruptions',
        Resource: `arn:${place.partition}:ec2:*:${place.account}:instance/*`,
        ...(optIn === undefined ? {} : { Condition: { StringEquals: { [`ec2:ResourceTag/${optIn.key}`]: optIn.value } } }),
      },
      { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
    ],
  })
}

/** Whether a policy may allow interruptions, on any resource and under any condition. An unreadable document allows nothing. */
export function allowsInterruptions(document: string): boolean {
  return readStatements(document).some((one) => one.Effect === 'Allow' && concernsInterruptions(one))
}

/**
 * Whether a role with all these policies may send interruptions. It ignores resources and conditions. So it refuses a role only if that
 * certainly cannot: no policy allows interruptions, or one always denies them.
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

/** Whether an action matches a pattern with IAM's wildcards, which ignore case. */
function matches(pattern: string, action: string): boolean {
  const shape = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${shape}$`, 'i').test(action)
}
