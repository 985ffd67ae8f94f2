import { AutoScalingClient, type AutoScalingGroup, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling'
import type { AutoScaling, Group } from '../world.ts'
import type { ClientConfig } from './config.ts'
import { call, promised } from './retry.ts'

/** Auto Scaling. It answers for a name that it does not know with an empty list, and its pages may be short. */
export function createAutoScaling(config: ClientConfig): AutoScaling {
  const client = new AutoScalingClient(config)
  const { region, limits = {}, setting } = config
  return {
    readGroup: (name) =>
      call({ action: 'autoscaling:DescribeAutoScalingGroups', region, patience: 'read', limits, setting }, async (options) => {
        for await (const page of paginateDescribeAutoScalingGroups({ client }, { AutoScalingGroupNames: [name] }, options)) {
          const group = promised(page.AutoScalingGroups, 'groups').find((one) => one.AutoScalingGroupName === name)
          if (group !== undefined) return toGroup(group)
        }
        return undefined
      }),
  }
}

function toGroup({ Instances = [] }: AutoScalingGroup): Group {
  return { members: Instances.map(({ InstanceId = '', LifecycleState = '' }) => ({ id: InstanceId, state: LifecycleState })) }
}
