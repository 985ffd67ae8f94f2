import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Elb, TargetGroup } from '../world/capacity.ts'
import type { Send } from './call.ts'
import type { ClientConfig } from './config.ts'
import { call, promised } from './retry.ts'
import { parseChangesOnly } from './unchanged.ts'

/** Elastic Load Balancing. The health of targets comes in one answer, without pages; an unknown target group is an error. */
export function createElb(config: ClientConfig): Elb {
  const client = parseChangesOnly(new ElasticLoadBalancingV2Client(config))
  const { region, limits = {}, setting } = config
  const ask = <T>(operation: string, send: Send<T>) =>
    call({ action: `elasticloadbalancing:${operation}`, region, patience: 'read', limits, setting }, send)
  return {
    readTargetGroup: (arn) =>
      ask('DescribeTargetGroups', async (options) => {
        const found: TargetGroup[] = []
        for await (const { TargetGroups } of paginateDescribeTargetGroups({ client }, { TargetGroupArns: [arn] }, options))
          found.push(...promised(TargetGroups, 'target groups').map(({ TargetType = 'instance' }) => ({ type: TargetType })))
        return promised(found[0], 'the target group')
      }),
    readTargets: (arn) =>
      ask('DescribeTargetHealth', async (options) => {
        const { TargetHealthDescriptions } = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }), options)
        return promised(TargetHealthDescriptions, 'targets').map(({ Target, TargetHealth }) => ({
          id: Target?.Id ?? '',
          port: Target?.Port ?? 0,
          state: TargetHealth?.State ?? '',
        }))
      }),
  }
}
