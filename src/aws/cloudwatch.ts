import { AlarmType, CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch'
import type { AlarmSnapshot } from '../model/timeline/snapshot.ts'
import type { CloudWatch } from '../world.ts'
import type { ClientConfig } from './config.ts'
import { call } from './retry.ts'

/** The port of CloudWatch. DescribeAlarms returns only metric alarms unless `AlarmTypes` names more. It leaves out names that it does not know. */
export function createCloudWatch(config: ClientConfig): CloudWatch {
  const client = new CloudWatchClient(config)
  const { region, limits = {}, setting } = config
  return {
    readAlarms: (names) =>
      call({ action: 'cloudwatch:DescribeAlarms', region, patience: 'read', limits, setting }, async (options) => {
        const found: AlarmSnapshot[] = []
        const asked = { AlarmNames: [...names], AlarmTypes: [AlarmType.MetricAlarm, AlarmType.CompositeAlarm] }
        for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms({ client }, asked, options))
          found.push(
            ...[...MetricAlarms, ...CompositeAlarms].map(({ AlarmArn = '', StateValue = '' }) => ({ arn: AlarmArn, state: StateValue })),
          )
        return found
      }),
  }
}
