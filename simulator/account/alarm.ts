/** A CloudWatch alarm. All its states are known in advance, unless somebody seeds it again. */
export type Alarm = {
  readonly name: string
  readonly region: string
  readonly kind: 'MetricAlarm' | 'CompositeAlarm' | 'LogAlarm'
  /** Its past and future states, in order of time. The first one also holds for all time before it. */
  readonly changes: readonly [AlarmChange, ...AlarmChange[]]
  readonly updatedAt: number
  readonly period: number
  readonly evaluationPeriods: number
  readonly datapointsToAlarm: number
  readonly treatMissingData: string
  readonly evaluationState?: string | undefined
  /** Of a composite alarm. */
  readonly rule: string
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'
export type AlarmChange = { readonly at: number; readonly state: AlarmState; readonly reason: string }

/** The state of an alarm at a moment, and since when. */
export function alarmAt({ changes }: Alarm, at: number): AlarmChange {
  return changes.findLast((change) => change.at <= at) ?? changes[0]
}
