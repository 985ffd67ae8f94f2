import { parseAlarmArn } from '../inputs/alarms.ts'
import type { AlarmSnapshot } from '../timeline/snapshot.ts'

export type AlarmReading = { readonly stopAlarms: readonly string[]; readonly alarms: readonly AlarmSnapshot[]; readonly account: string }

/**
 * Why these stop alarms forbid the run, one sentence for each reason. It compares whole ARNs, because an alarm of another account may have
 * the same name.
 */
export function findAlarmProblems({ stopAlarms, alarms, account }: AlarmReading): readonly string[] {
  return stopAlarms.flatMap((arn) => {
    const owner = parseAlarmArn(arn)?.account
    if (owner !== account) return [`The stop alarm ${arn} is not in account ${account}, where the run is.`]
    const alarm = alarms.find((one) => one.arn === arn)
    if (alarm === undefined)
      return [
        `The stop alarm ${arn} cannot be found: check its ARN, and that the caller may read it (composite alarms need cloudwatch:DescribeAlarms on all resources).`,
      ]
    return alarm.state === 'ALARM' ? [`The stop alarm ${arn} is in ALARM already, which would stop the experiment at once.`] : []
  })
}

/** Warns of alarms without data, which cannot stop the experiment. */
export function findAlarmWarnings({ stopAlarms, alarms }: Pick<AlarmReading, 'stopAlarms' | 'alarms'>): readonly string[] {
  const blind = alarms.filter(({ arn, state }) => stopAlarms.includes(arn) && state !== 'OK' && state !== 'ALARM')
  return blind.map(({ arn, state }) => `The stop alarm ${arn} is ${state}: it stops nothing until it has data.`)
}
