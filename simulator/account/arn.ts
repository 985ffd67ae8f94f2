/** Where things are: partitions and ARNs. */
export type Partition = 'aws' | 'aws-cn' | 'aws-us-gov'

export function partitionOf(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

export type Place = { readonly region: string; readonly account: string }

export function fisArn(place: Place, resource: string): string {
  return `arn:${partitionOf(place.region)}:fis:${place.region}:${place.account}:${resource}`
}

export function instanceArn(place: Place, id: string): string {
  return `arn:${partitionOf(place.region)}:ec2:${place.region}:${place.account}:instance/${id}`
}

/** IAM is global: its ARNs have a partition and an account, no region. `path` begins and ends with a slash. */
export function roleArn(place: Place, path: string, name: string): string {
  return `arn:${partitionOf(place.region)}:iam::${place.account}:role${path}${name}`
}

export function callerArn(place: Place): string {
  return `arn:${partitionOf(place.region)}:sts::${place.account}:assumed-role/rehearsal/workflow`
}
