import { toWords } from '../model/duration.ts'
import type { EventOf } from '../model/timeline/event.ts'
import { isTerminal } from '../model/timeline/snapshot.ts'

/** Log lines for polls of AWS. */
type Line = { readonly text: string; readonly indent?: boolean }

/** `Poll #1 (10s elapsed) - running (Experiment is running.)`, and one more line once the experiment is over. */
export function toPollLines({ poll, snapshot, sinceMs, more }: EventOf<'experiment'>): readonly Line[] {
  const line = {
    text: `Poll #${poll} (${toWords(sinceMs)} elapsed) - ${snapshot.status}${snapshot.reason === '' ? '' : ` (${snapshot.reason})`}`,
    indent: true,
  }
  if (!isTerminal(snapshot.status)) return [line]
  const mark = snapshot.status === 'completed' ? '✓' : '✗'
  return [line, { text: `${mark} FIS: ${snapshot.status} after ${toWords(sinceMs)}${more ? '; waiting for EC2' : ''}` }]
}

/** `Waiting for EC2 (1m 12s elapsed): 0 of 1 ended, interruption due in 48s` */
export function toWaiting({ ended, of, sinceMs, dueInMs }: EventOf<'waiting'>): readonly Line[] {
  const due = dueInMs > 0 ? `interruption due in ${toWords(dueInMs)}` : `interruption was due ${toWords(-dueInMs)} ago`
  return [{ text: `Waiting for EC2 (${toWords(sinceMs)} elapsed): ${ended} of ${of} ended, ${due}`, indent: true }]
}

/** `EC2: i-0123456789abcdef0 terminated (Server.SpotInstanceTermination)` */
export function toTarget({ id, instance, spot }: EventOf<'target'>['snapshot']): string {
  if (instance === undefined) return `EC2: ${id} not returned by DescribeInstances`
  const notes = [instance.reasonCode, spot === undefined ? '' : `Spot request ${spot.code}`].filter((note) => note !== '')
  return `EC2: ${id} ${instance.state}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`
}

/** A change of a stop alarm. */
export function toAlarm(arn: string, state: string): string {
  if (state === 'ALARM')
    return `✗ Stop alarm ${arn} is in ALARM: FIS stops the experiment if it still runs; that does not recall an interruption`
  return `${state === 'OK' ? '✓' : '⚠'} Stop alarm ${arn}: ${state}`
}
