import { seconds } from '../clock.ts'
import type { Account } from './account.ts'
import { type Alarm, alarmAt } from './alarm.ts'
import { alarmArn } from './arn.ts'
import type { Experiment } from './template.ts'

/**
 * When the first alarm of the stop conditions stops an experiment; undefined if none does. FIS watches from the start of the experiment on.
 * https://docs.aws.amazon.com/fis/latest/userguide/stop-conditions.html
 */
export function alarmStopOf(account: Account, experiment: Experiment): number | undefined {
  const alarms = [...account.alarms.values()].filter((alarm) => isStopCondition(alarm, experiment))
  const moments = alarms.flatMap((alarm) => firstAlarm(account, alarm, experiment.createdAt) ?? [])
  return moments.length === 0 ? undefined : Math.min(...moments) + seconds(account.switches.alarmStopSeconds)
}

function isStopCondition({ region, name }: Alarm, { accountId, stopConditions }: Experiment): boolean {
  const arn = alarmArn({ region, accountId }, name)
  return stopConditions.some(({ value }) => value === arn)
}

function firstAlarm({ switches }: Account, alarm: Alarm, from: number): number | undefined {
  if (switches.alarmAtStart === 'stops' && alarmAt(alarm, from).state === 'ALARM') return from
  return alarm.changes.find(({ at, state }) => at > from && state === 'ALARM')?.at
}
