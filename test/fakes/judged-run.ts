/** A run with two probes, one of which was down: what the renderings of the report are held against. */
import type { Stamped, Timeline } from '../../src/model/timeline/event.ts'
import type { End } from '../../src/model/verdict/conclusion.ts'
import type { Report } from '../../src/report/report.ts'
import { reported } from './conclusion.ts'
import { probeRules } from './probe-rules.ts'
import { draw } from './samples.ts'
import { at, begun, experiment, experimentPolled, ID, instance, moment, planned, spot, targetPolled } from './timeline.ts'

export const PROBING = probeRules({
  minAvailability: 90,
  probes: [
    { name: 'web', shown: 'https://example.com/health' },
    { name: 'db', shown: 'tcp://db:5432' },
  ],
})

/** `web` is down from 122 s to 160 s; `db` never. */
const SAMPLES = [
  draw(`${'.'.repeat(71)}${'x'.repeat(19)}${'.'.repeat(33)}`, { from: -20 }),
  draw('.'.repeat(123), { from: -20, name: 'db' }),
]

export const JUDGED_RUN: Timeline = [
  at(-30, { kind: 'planned', plan: planned({ probeRules: PROBING }) }),
  at(-25, { kind: 'caller', account: '123456789012', arn: 'arn:aws:sts::123456789012:assumed-role/ci/job', source: 'the environment' }),
  at(-21, { kind: 'template', id: 'EXT1' }),
  at(-1, { kind: 'baseline', ok: true, why: '' }),
  ...begun(),
  targetPolled(1, { instance: instance(), spot: spot() }),
  experimentPolled(20, experiment({ status: 'completed', endAt: moment(20) })),
  at(123, { kind: 'probe', name: 'web', nth: 1, healthy: false, sentAt: moment(122), sentMs: 122_000, why: 'ECONNREFUSED' }),
  targetPolled(125, {
    instance: instance({ state: 'terminated', transition: 'Server.SpotInstanceTermination (2026-01-02 03:02:01 GMT)' }),
    spot: spot({ code: 'instance-terminated-by-experiment', updatedAt: moment(121) }),
  }),
  at(161, { kind: 'probe', name: 'web', nth: 2, healthy: true, sentAt: moment(160), sentMs: 160_000, why: '' }),
  at(225, { kind: 'probed', allSamples: SAMPLES, untilMs: 225_000, whole: true }),
  at(226, { kind: 'removed', resource: 'template', id: 'EXT1', how: 'deleted' }),
]

export function reportJudged(more: readonly Stamped[] = [], timeline: Timeline = JUDGED_RUN, end: End = 'landed'): Report {
  const result = {
    pass: false,
    text: `${ID} interrupted 2m 5s after the start. It did not survive.`,
    hint: 'Drain.',
    landing: `${ID} interrupted`,
  }
  return reported([...timeline, ...more], result, end)
}
