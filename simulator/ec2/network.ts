import { createHash } from 'node:crypto'
import type { Instance } from '../account/account.ts'
import type { ListedInstance } from './lookup.ts'

/** The network of an instance, only for display. There is one VPC, with one subnet for each zone. */
const VPC = 'vpc-0123456789abcdef0'
const DEFAULT_GROUP = { groupId: 'sg-0123456789abcdef0', groupName: 'default' }

export type Network = {
  readonly vpcId: string
  readonly subnetId: string
  readonly privateIpAddress: string
  readonly groupSet: readonly { readonly groupId: string; readonly groupName: string }[]
}

/** The network of an instance; undefined once it is terminated. */
export function networkOf(listed: ListedInstance): Network | undefined {
  if (listed.history.state === 'terminated') return undefined
  return { vpcId: VPC, subnetId: subnetOf(listed), privateIpAddress: addressOf(listed), groupSet: groupsOf(listed) }
}

/** The subnet of an instance: by default one for each zone. */
export function subnetOf({ subnetId, zone }: Pick<Instance, 'subnetId' | 'zone'>): string {
  return subnetId ?? `subnet-${hash(zone).toString('hex').slice(0, 17)}`
}

/** The security groups of an instance: by default the group `default`. */
export function groupsOf({ securityGroups }: Pick<Instance, 'securityGroups'>) {
  if (securityGroups === undefined || securityGroups.length === 0) return [DEFAULT_GROUP]
  return securityGroups.map((name) => (name.startsWith('sg-') ? { groupId: name, groupName: name } : { ...DEFAULT_GROUP, groupName: name }))
}

/** `ip-10-0-0-1.ec2.internal` in us-east-1, with the region's name elsewhere. */
export function privateNameOf(network: Network, region: string): string {
  const host = `ip-${network.privateIpAddress.replaceAll('.', '-')}`
  return region === 'us-east-1' ? `${host}.ec2.internal` : `${host}.${region}.compute.internal`
}

/** The private address of an instance, always the same for one id. */
export function addressOf({ id }: Pick<Instance, 'id'>): string {
  const [second = 0, third = 0, fourth = 0] = hash(id)
  return `10.${second}.${third}.${1 + (fourth % 254)}`
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
