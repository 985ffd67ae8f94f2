import type { Tags } from '../tags.ts'
import { type Capacity, withGroups } from './source.ts'

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html */
const GROUP_TAG = 'aws:autoscaling:groupName'
/** Managed node groups of EKS have Capacity Rebalancing on: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html */
const NODE_GROUP_TAG = 'eks:nodegroup-name'

type Tagged = { readonly tags: Tags }

/** The Auto Scaling groups that these instances belong to, each once. */
export function findOwnGroups(instances: readonly Tagged[]): readonly string[] {
  return [...new Set(instances.flatMap(({ tags }) => tags[GROUP_TAG] ?? []))]
}

/** The EKS node groups that these instances belong to, each once. */
export function findNodeGroups(instances: readonly Tagged[]): readonly string[] {
  return [...new Set(instances.flatMap(({ tags }) => tags[NODE_GROUP_TAG] ?? []))]
}

/** The capacities, with `asg:auto` replaced by the groups of these instances. It is dropped if they are in no group. */
export function resolveOwnGroups(capacities: readonly Capacity[], instances: readonly Tagged[]): readonly Capacity[] {
  const groups = findOwnGroups(instances)
  return capacities.flatMap((capacity) => (capacity.source.by === 'own-asg' ? withGroups(capacity, groups) : [capacity]))
}
