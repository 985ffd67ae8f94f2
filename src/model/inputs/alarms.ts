import type { Problem } from './field.ts'

/** FIS accepts at most five stop conditions: https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplate.html */
const MAX_ALARMS = 5
/** The name is all that follows `:alarm:`, blanks and commas included. */
const ARN = /^arn:aws[a-z-]*:cloudwatch:([a-z0-9-]+):(\d{12}):alarm:(\P{Cc}{1,255})$/u

/** The parts of an alarm's ARN; undefined if it is not the ARN of an alarm. */
export function parseAlarmArn(arn: string): { readonly region: string; readonly account: string; readonly name: string } | undefined {
  const [, region = '', account = '', name = ''] = ARN.exec(arn) ?? []
  return name === '' ? undefined : { region, account, name }
}

/** Parses ARNs of alarms, one a line. Removes duplicates. */
export function parseAlarms(text: string): readonly string[] | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const arns = [...new Set(lines.filter((line) => line !== ''))]
  return arns.length <= MAX_ALARMS && arns.every((arn) => parseAlarmArn(arn) !== undefined) ? arns : undefined
}

/** Alarms of another region, because FIS needs its stop conditions in its own region. */
export function findStrayAlarms(parsed: { readonly 'stop-alarms'?: readonly string[]; readonly region?: string }): readonly Problem[] {
  const { 'stop-alarms': arns = [], region } = parsed
  const stray = region === undefined ? [] : arns.filter((arn) => parseAlarmArn(arn)?.region !== region)
  return stray.map((given) => ({ input: 'stop-alarms', given, allowed: `alarms of the region ${region}` }))
}
