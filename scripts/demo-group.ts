/**
 * The group of the demo's third scenario: three Spot instances behind a target group, with Capacity Rebalancing and a lifecycle hook for
 * draining.
 */
import type { SeedInput } from '../simulator/admin/seed-schema.ts'

export const GROUP = 'web'
const MEMBERS = ['i-0c3d4e5f607182930', 'i-0d4e5f60718293041', 'i-0e5f6071829304152']

export function groupSeed(region: string): SeedInput {
  const arn = `arn:aws:elasticloadbalancing:${region}:123456789012:targetgroup/${GROUP}/0123456789abcdef`
  return {
    instances: MEMBERS.map((id, index) => ({ id, region, zone: `${region}${'abc'[index]}` })),
    autoScalingGroups: [
      {
        name: GROUP,
        region,
        members: MEMBERS.map((id) => ({ id })),
        capacityRebalance: true,
        zones: ['a', 'b', 'c'].map((letter) => `${region}${letter}`),
        targetGroupArns: [arn],
        hooks: [{ name: 'drain', transition: 'terminating', completedAfterSeconds: 30 }],
      },
    ],
    targetGroups: [{ name: GROUP, region, arn, targets: MEMBERS.map((id) => ({ id })), deregistrationDelaySeconds: 30 }],
  }
}
