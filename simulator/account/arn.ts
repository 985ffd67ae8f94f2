/** Where things are: partitions and ARNs. */
export type Partition = 'aws' | 'aws-cn' | 'aws-us-gov'

export function partitionOf(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

export type Scope = { readonly region: string; readonly accountId: string }

export function fisArn(scope: Scope, resource: string): string {
  return `arn:${partitionOf(scope.region)}:fis:${scope.region}:${scope.accountId}:${resource}`
}

export function instanceArn(scope: Scope, id: string): string {
  return `arn:${partitionOf(scope.region)}:ec2:${scope.region}:${scope.accountId}:instance/${id}`
}

/** IAM is global: its ARNs have a partition and an account, no region. `path` begins and ends with a slash. */
export function roleArn(scope: Scope, path: string, name: string): string {
  return `arn:${partitionOf(scope.region)}:iam::${scope.accountId}:role${path}${name}`
}

export function callerArn(scope: Scope): string {
  return `arn:${partitionOf(scope.region)}:sts::${scope.accountId}:assumed-role/rehearsal/workflow`
}
