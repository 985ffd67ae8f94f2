/**
 * An Auto Scaling group of two small Spot instances, made and removed with the AWS CLI, which every runner of GitHub has. Each part can be
 * repeated: it reuses what an earlier run has created, and a missing resource counts as removed.
 */
import { execFileSync } from 'node:child_process'

export type Aws = (...given: readonly string[]) => string
type Group = { readonly Instances?: readonly { readonly InstanceId: string; readonly LifecycleState: string }[] }
type Subnet = { readonly SubnetId: string }

const WANTED = 2
const POLL_MS = 5000
const LAUNCH_MS = 600_000
const REMOVE_MS = 600_000
/** The newest Amazon Linux for ARM. */
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-default-arm64'
/** Small types, several of them, so that one without Spot capacity is no failure. */
const TYPES = ['t4g.nano', 't4g.micro', 't4g.small', 'c6g.medium', 'c7g.medium']

/** Runs the AWS CLI. Returns its output; throws with its error message. */
export function openCli(region: string): Aws {
  return (...given) =>
    execFileSync('aws', [...given, '--region', region, '--output', 'json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Creates the group with `tags` on every resource, and waits until its instances are in service. Returns their ids. */
export async function launchGroup(aws: Aws, name: string, tags: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const subnets: { readonly Subnets: readonly Subnet[] } = parse(
    aws('ec2', 'describe-subnets', '--filters', 'Name=default-for-az,Values=true'),
  )
  if (subnets.Subnets.length === 0) throw new Error('This account has no default subnet in the region: create a default VPC.')
  if (readGroup(aws, name) === undefined) {
    if (!hasTemplate(aws, name)) {
      aws('ec2', 'create-launch-template', '--launch-template-name', name, '--launch-template-data', toTemplate(tags))
    }
    aws(
      ...['autoscaling', 'create-auto-scaling-group', '--auto-scaling-group-name', name],
      ...['--min-size', '0', '--max-size', String(WANTED), '--desired-capacity', String(WANTED)],
      ...['--vpc-zone-identifier', subnets.Subnets.map(({ SubnetId }) => SubnetId).join(',')],
      ...['--mixed-instances-policy', toPolicy(name)],
      ...['--tags', ...Object.entries(tags).map(([Key, Value]) => JSON.stringify({ Key, Value, PropagateAtLaunch: true }))],
    )
  }
  return until(LAUNCH_MS, `the instances of ${name} to be in service`, () => {
    const ids = membersOf(aws, name)
    return ids.length >= WANTED ? ids : undefined
  })
}

/** The members of a group that are in service. */
export function membersOf(aws: Aws, name: string): readonly string[] {
  const members = readGroup(aws, name)?.Instances ?? []
  return members.filter(({ LifecycleState }) => LifecycleState === 'InService').map(({ InstanceId }) => InstanceId)
}

/** Removes the group with its instances, then its launch template. */
export async function removeGroup(aws: Aws, name: string): Promise<void> {
  if (readGroup(aws, name) !== undefined) {
    aws('autoscaling', 'delete-auto-scaling-group', '--auto-scaling-group-name', name, '--force-delete')
  }
  await until(REMOVE_MS, `the group ${name} to be gone`, () => (readGroup(aws, name) === undefined ? true : undefined))
  if (hasTemplate(aws, name)) aws('ec2', 'delete-launch-template', '--launch-template-name', name)
}

function hasTemplate(aws: Aws, name: string): boolean {
  const { LaunchTemplates }: { readonly LaunchTemplates: readonly unknown[] } = parse(
    aws('ec2', 'describe-launch-templates', '--filters', `Name=launch-template-name,Values=${name}`),
  )
  return LaunchTemplates.length > 0
}

function readGroup(aws: Aws, name: string): Group | undefined {
  const { AutoScalingGroups }: { readonly AutoScalingGroups: readonly Group[] } = parse(
    aws('autoscaling', 'describe-auto-scaling-groups', '--auto-scaling-group-names', name),
  )
  return AutoScalingGroups[0]
}

function toTemplate(tags: Readonly<Record<string, string>>): string {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  return JSON.stringify({
    ImageId: IMAGE,
    InstanceType: TYPES[0],
    MetadataOptions: { HttpTokens: 'required' },
    TagSpecifications: [{ ResourceType: 'instance', Tags }],
  })
}

function toPolicy(name: string): string {
  return JSON.stringify({
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateName: name, Version: '$Latest' },
      Overrides: TYPES.map((InstanceType) => ({ InstanceType })),
    },
    InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 0, SpotAllocationStrategy: 'price-capacity-optimized' },
  })
}

async function until<T>(limitMs: number, what: string, read: () => T | undefined): Promise<T> {
  const endMs = Date.now() + limitMs
  for (;;) {
    const found = read()
    if (found !== undefined) return found
    if (Date.now() > endMs) throw new Error(`waited ${limitMs / 1000} s for ${what}`)
    await new Promise((done) => setTimeout(done, POLL_MS))
  }
}

function parse<T>(text: string): T {
  return JSON.parse(text)
}
