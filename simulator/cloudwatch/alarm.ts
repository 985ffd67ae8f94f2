import * as v from 'valibot'
import { type Alarm, type AlarmState, alarmAt } from '../account/alarm.ts'
import { alarmArn } from '../account/arn.ts'
import { type Context, type Handlers, operation, refuse, refuseMembers } from '../operation.ts'
import { paginate } from '../pagination.ts'
import { textOf } from '../query-schema.ts'

/** Members of the CloudWatch API, 2010-08-01. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/ */
const kinds = ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'] as const
const describeAlarms = v.strictObject({
  AlarmNames: v.optional(v.pipe(v.array(textOf(1, 255)), v.maxLength(100)), []),
  AlarmNamePrefix: v.optional(textOf(1, 255)),
  /** Without it only metric alarms are returned. */
  AlarmTypes: v.optional(v.array(v.picklist(kinds)), ['MetricAlarm']),
  ChildrenOfAlarmName: v.optional(textOf(1, 255)),
  ParentsOfAlarmName: v.optional(textOf(1, 255)),
  StateValue: v.optional(v.picklist(['OK', 'ALARM', 'INSUFFICIENT_DATA'])),
  ActionPrefix: v.optional(textOf(1, 1024)),
  MaxRecords: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 50),
  NextToken: v.optional(v.string()),
})

type Input = v.InferOutput<typeof describeAlarms>

/** CloudWatch: the operation that reads alarms. Its answer leaves out unknown names. */
export const alarmHandlers: Handlers = {
  DescribeAlarms: operation(describeAlarms, (context, input) => {
    checkSelection(context, input)
    const page = paginate(
      alarmsIn(context).filter((alarm) => isAsked(alarm, alarmAt(alarm, context.at).state, input)),
      {
        operation: 'DescribeAlarms',
        size: input.MaxRecords,
        token: input.NextToken,
        refuse: () => refuse('InvalidNextToken', 'The next token specified is invalid.'),
      },
    )
    const of = (kind: Alarm['kind']) => page.items.filter((alarm) => alarm.kind === kind)
    return {
      reply: {
        MetricAlarms: of('MetricAlarm').map((alarm) => toMetricAlarm(context, alarm)),
        CompositeAlarms: of('CompositeAlarm').map((alarm) => toCompositeAlarm(context, alarm)),
        LogAlarms: of('LogAlarm').map((alarm) => toCommon(context, alarm)),
        NextToken: page.next,
      },
    }
  }),
}

function checkSelection(context: Context, input: Input): void {
  if (input.AlarmNames.length > 0 && input.AlarmNamePrefix !== undefined) {
    refuse('ValidationError', 'AlarmNamePrefix and AlarmNames are mutually exclusive')
  }
  refuseMembers(context, input, ['ChildrenOfAlarmName', 'ParentsOfAlarmName', 'ActionPrefix'])
}

function alarmsIn({ account, call }: Context): readonly Alarm[] {
  return [...account.alarms.values()].filter(({ region }) => region === call.region)
}

function isAsked(alarm: Alarm, state: AlarmState, input: Input): boolean {
  return (
    input.AlarmTypes.includes(alarm.kind) &&
    (input.AlarmNames.length === 0 || input.AlarmNames.includes(alarm.name)) &&
    alarm.name.startsWith(input.AlarmNamePrefix ?? '') &&
    (input.StateValue === undefined || input.StateValue === state)
  )
}

function toCommon({ scope, at }: Context, alarm: Alarm) {
  const shown = alarmAt(alarm, at)
  return {
    AlarmName: alarm.name,
    AlarmArn: alarmArn(scope, alarm.name),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.changes[0].at),
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    StateValue: shown.state,
    StateReason: shown.reason,
    StateUpdatedTimestamp: new Date(Math.max(shown.at, alarm.updatedAt)),
    StateTransitionedTimestamp: new Date(shown.at),
  }
}

function toMetricAlarm(context: Context, alarm: Alarm) {
  return {
    ...toCommon(context, alarm),
    MetricName: 'HTTPCode_Target_5XX_Count',
    Namespace: 'AWS/ApplicationELB',
    Statistic: 'Sum',
    Dimensions: [],
    Period: alarm.period,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: alarm.treatMissingData,
    EvaluationState: alarm.evaluationState,
  }
}

function toCompositeAlarm(context: Context, alarm: Alarm) {
  return { ...toCommon(context, alarm), AlarmRule: alarm.rule }
}
