const PARTITIONS: readonly (readonly [string, string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
  ['eusc-', 'aws-eusc'],
]

/** The partition that a region belongs to, by its prefix (from botocore's partitions.json). */
export function partitionOf(region: string): string {
  return PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws'
}

/** The three parts that every ARN needs. */
export type Place = { readonly partition: string; readonly region: string; readonly account: string }

export function toInstanceArn(place: Place, id: string): string {
  return `arn:${place.partition}:ec2:${place.region}:${place.account}:instance/${id}`
}
