import type { EventKind, EventOf, Stamped } from '../model/timeline/event.ts'
import { NOTICE_MS } from '../model/timeline/schedule.ts'
import { isTerminal, readT0, readTransition, type TargetSnapshot } from '../model/timeline/snapshot.ts'
import { toTexts } from './log.ts'
import type { Report } from './report.ts'
import type { EventFile } from './schema.ts'

type Source = EventFile['source']

/** The source of each kind of event: FIS, EC2, a probe, a source of capacity, or this process itself. */
const SOURCES: Readonly<Record<EventKind, Source>> = {
  'phase-begun': 'runner',
  'phase-ended': 'runner',
  planned: 'runner',
  announced: 'runner',
  rehearsal: 'runner',
  caller: 'runner',
  alarm: 'runner',
  queued: 'runner',
  would: 'runner',
  permission: 'runner',
  selected: 'runner',
  reselected: 'runner',
  checked: 'runner',
  warned: 'runner',
  role: 'runner',
  template: 'fis',
  starting: 'runner',
  started: 'fis',
  repeated: 'runner',
  experiment: 'fis',
  target: 'ec2',
  waiting: 'runner',
  unread: 'runner',
  unanswered: 'runner',
  cancelled: 'runner',
  'capacity-baseline': 'fleet',
  capacity: 'fleet',
  reaction: 'fleet',
  'capacity-read': 'fleet',
  scaling: 'fleet',
  stopping: 'runner',
  recalled: 'runner',
  swept: 'runner',
  unswept: 'runner',
  found: 'runner',
  spared: 'runner',
  ended: 'runner',
  baseline: 'probe',
  probe: 'probe',
  breach: 'probe',
  observing: 'runner',
  recovering: 'runner',
  probed: 'runner',
  removed: 'runner',
  kept: 'runner',
  left: 'runner',
  commented: 'runner',
  passed: 'runner',
  failed: 'runner',
}

/**
 * Every event in the order in which it was seen, and the signals that FIS's rules derive from t0. Nobody saw those, so they have no
 * `seenAt`.
 */
export function toEvents(report: Report): readonly EventFile[] {
  return [...report.timeline.map(toEvent), ...toRuled(report)]
}

function toEvent(event: Stamped): EventFile {
  return {
    kind: event.kind,
    source: SOURCES[event.kind],
    seenAt: event.seenAt.toISOString(),
    saidAt: readSaidAt(event)?.toISOString() ?? null,
    sentAt: event.kind === 'probe' ? event.sentAt.toISOString() : null,
    computed: false,
    target: readTarget(event),
    probe: event.kind === 'probe' || event.kind === 'breach' ? event.name : null,
    text: toTexts(event).join(' '),
  }
}

/**
 * The recommendation at t0, and the due times of notice and interruption:
 * https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
function toRuled({ start, plan }: Report): readonly EventFile[] {
  if (start === undefined || plan === undefined) return []
  const t0 = start.at.getTime()
  const rule = (kind: string, ms: number, text: string): EventFile => {
    const none = { seenAt: null, sentAt: null, target: null, probe: null }
    return { kind, source: 'fis', saidAt: new Date(t0 + ms).toISOString(), computed: true, text, ...none }
  }
  const recommendation = rule('recommendation', 0, 'Rebalance recommendation, by the rule of FIS')
  if (plan.mode === 'rebalance') return [recommendation]
  return [
    recommendation,
    rule('notice-due', plan.durationMs - NOTICE_MS, 'Interruption notice due'),
    rule('interruption-due', plan.durationMs, 'Interruption due'),
  ]
}

function readTarget(event: Stamped): string | null {
  if (event.kind === 'target') return event.snapshot.id
  return event.kind === 'reaction' ? event.target : null
}

/** The time that AWS gives for an event. */
function readSaidAt(event: Stamped): Date | undefined {
  if (event.kind === 'scaling') return event.startAt
  if (event.kind === 'started' || event.kind === 'experiment') return readExperimentTime(event)
  return event.kind === 'target' ? readTargetTime(event.snapshot) : undefined
}

function readExperimentTime({ snapshot }: EventOf<'started'> | EventOf<'experiment'>): Date | undefined {
  return isTerminal(snapshot.status) ? snapshot.endAt : (readT0(snapshot) ?? snapshot.startAt)
}

function readTargetTime({ instance, spot }: TargetSnapshot): Date | undefined {
  const changed = readTransition(instance?.transition ?? '')
  if (changed !== undefined) return new Date(changed)
  return spot === undefined || spot.code === 'fulfilled' ? undefined : spot.updatedAt
}
