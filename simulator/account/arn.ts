import { partitionOf } from './regions.ts'

/** ARNs. */

/** The region of a call, and the account of its caller. */
export type Scope = { readonly region: string; readonly accountId: string }

/** The ARN of something in FIS; `resource` is its type and id, such as `experiment/EXP1`. */
export function fisArn(scope: Scope, resource: string): string {
  return regionalArn(scope, 'fis', resource)
}

export function instanceArn(scope: Scope, id: string): string {
  return regionalArn(scope, 'ec2', `instance/${id}`)
}

/** The ARN of something in ECS; `resource` is its type and name, such as `cluster/default`. */
export function ecsArn(scope: Scope, resource: string): string {
  return regionalArn(scope, 'ecs', resource)
}

export function alarmArn(scope: Scope, name: string): string {
  return regionalArn(scope, 'cloudwatch', `alarm:${name}`)
}

/** The ARN of a group. AWS puts a UUID before the name; here it is all zeros. */
export function autoScalingArn(scope: Scope, name: string): string {
  return regionalArn(scope, 'autoscaling', `autoScalingGroup:00000000-0000-0000-0000-000000000000:autoScalingGroupName/${name}`)
}

/** The ARN of a target group. AWS ends it with 16 hex digits; here they are always the same. */
export function targetGroupArn(scope: Scope, name: string): string {
  return regionalArn(scope, 'elasticloadbalancing', `targetgroup/${name}/0123456789abcdef`)
}

function regionalArn(scope: Scope, service: string, resource: string): string {
  return `arn:${partitionOf(scope.region)}:${service}:${scope.region}:${scope.accountId}:${resource}`
}

/** IAM is global: its ARNs have a partition and an account, no region. `path` begins and ends with a slash. */
export function roleArn(scope: Scope, path: string, name: string): string {
  return `arn:${partitionOf(scope.region)}:iam::${scope.accountId}:role${path}${name}`
}

export function instanceProfileArn(scope: Scope, name: string): string {
  return `arn:${partitionOf(scope.region)}:iam::${scope.accountId}:instance-profile/${name}`
}

/** A session of a role. The path of the role is not part of it. */
export function sessionArn(scope: Scope, roleName: string, sessionName: string): string {
  return `arn:${partitionOf(scope.region)}:sts::${scope.accountId}:assumed-role/${roleName}/${sessionName}`
}
