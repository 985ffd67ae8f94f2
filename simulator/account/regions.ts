/**
 * Partitions and their regions. The simulator answers in all of them.
 * https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json
 */
type Partition = { readonly name: string; readonly pattern: RegExp; readonly suffix: string; readonly regions: readonly string[] }

const commercial: Partition = {
  name: 'aws',
  pattern: /^/,
  suffix: 'amazonaws.com',
  regions: [
    ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ca-central-1'],
    ...['eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'sa-east-1'],
    ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
  ],
}

/** Regions that an account must opt in to. https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html */
const optIn = [
  ...['af-south-1', 'ap-east-1', 'ap-east-2', 'ap-south-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6'],
  ...['ap-southeast-7', 'ca-west-1', 'eu-central-2', 'eu-south-1', 'eu-south-2', 'il-central-1', 'me-central-1', 'me-south-1'],
  'mx-central-1',
]

const others: readonly Partition[] = [
  { name: 'aws-cn', pattern: /^cn-/, suffix: 'amazonaws.com.cn', regions: ['cn-north-1', 'cn-northwest-1'] },
  { name: 'aws-us-gov', pattern: /^us-gov-/, suffix: 'amazonaws.com', regions: ['us-gov-east-1', 'us-gov-west-1'] },
  { name: 'aws-iso', pattern: /^us-iso-/, suffix: 'c2s.ic.gov', regions: ['us-iso-east-1', 'us-iso-west-1'] },
  { name: 'aws-iso-b', pattern: /^us-isob-/, suffix: 'sc2s.sgov.gov', regions: ['us-isob-east-1', 'us-isob-west-1'] },
  { name: 'aws-iso-e', pattern: /^eu-isoe-/, suffix: 'cloud.adc-e.uk', regions: ['eu-isoe-west-1'] },
  { name: 'aws-iso-f', pattern: /^us-isof-/, suffix: 'csp.hci.ic.gov', regions: ['us-isof-east-1', 'us-isof-south-1'] },
  { name: 'aws-eusc', pattern: /^eusc-/, suffix: 'amazonaws.eu', regions: ['eusc-de-east-1'] },
]

function findPartition(region: string): Partition {
  return others.find(({ pattern }) => pattern.test(region)) ?? commercial
}

/** Every region that no other partition names is in the partition `aws`. */
export function partitionOf(region: string): string {
  return findPartition(region).name
}

export type Region = { readonly name: string; readonly endpoint: string; readonly optInStatus: 'opt-in-not-required' | 'opted-in' }

/** The regions of the partition of `region`. */
export function regionsBeside(region: string): readonly Region[] {
  const { name: partition, regions, suffix } = findPartition(region)
  const names = partition === commercial.name ? [...regions, ...optIn].sort() : regions
  return names.map((name) => ({
    name,
    endpoint: `ec2.${name}.${suffix}`,
    optInStatus: optIn.includes(name) ? 'opted-in' : 'opt-in-not-required',
  }))
}
