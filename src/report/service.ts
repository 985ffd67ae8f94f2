import { BACK_POLLS } from '../model/capacity/back.ts'
import { toWords } from '../model/duration.ts'
import { RECOVERY_CHECKS, RECOVERY_MS } from '../model/probes/recovery.ts'
import type { EventOf } from '../model/timeline/event.ts'
import { toStamp } from './timestamp.ts'

/** The log lines on the service: its probes before the start, each change, and what is waited for at the end. */

export function toProbeBaseline({ ok, why }: EventOf<'baseline'>) {
  return [{ text: ok ? '✓ Baseline: every probe was healthy three times in a row' : `✗ Baseline: ${why}` }]
}

export function toProbe({ name, healthy, sentAt, why }: EventOf<'probe'>, timezone: string) {
  const sent = `(sent at ${toClock(sentAt, timezone)})`
  return [{ text: healthy ? `✓ Probe ${name} is healthy again ${sent}` : `⚠ Probe ${name} failed ${sent}: ${why}`, indent: true }]
}

export function toRecovering({ names, capacities = [], forMs }: EventOf<'recovering'>) {
  const atMost = `Waiting at most ${toWords(forMs)} for`
  const probes = `${atMost} ${names.join(', ')} to recover: healthy for ${RECOVERY_MS / 1000} s and ${RECOVERY_CHECKS} checks in a row`
  const capacity = `${atMost} ${capacities.join(', ')} to be back: the level in ${BACK_POLLS} polls in a row`
  return [...(names.length === 0 ? [] : [{ text: probes }]), ...(capacities.length === 0 ? [] : [{ text: capacity }])]
}

function toClock(at: Date, timezone: string): string {
  return toStamp(at, timezone).slice('2025-08-23 '.length)
}
