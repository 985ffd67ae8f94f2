/** Runs that end in different ways, as reports: what the summary is drawn from in tests and pictures. */

import type { Event, Stamped, Timeline } from '../../src/model/timeline/event.ts'
import { conclude, type RunEnd } from '../../src/model/verdict/conclusion.ts'
import { type Report, toReport } from '../../src/report/report.ts'
import { probeRules } from './probe-rules.ts'
import { draw } from './samples.ts'
import { action, at, begun, experiment, experimentPolled, instance, moment, planned, spot, targetPolled } from './timeline.ts'

export const STORIES = ['survived', 'not-survived', 'inconclusive', 'refused', 'rehearsal', 'twelve'] as const
export type StoryName = (typeof STORIES)[number]

const TARGET = 'i-0a1b2c3d4e5f60718'
const EXPERIMENT = 'EXP8aDKYD1qtZB3lbf'
const TEMPLATE = 'EXTLwskpojQfZ8ELlI'
const ROLE = {
  kind: 'role',
  origin: 'reused',
  name: 'FIS-SpotMinimalRole',
  arn: 'arn:aws:iam::123456789012:role/FIS-SpotMinimalRole',
} as const
const PROBES = [
  { name: 'web', shown: 'https://shop.example.com/health' },
  { name: 'checkout-api', shown: 'https://api.example.com/v1/ready' },
]

/** A sign a beat of two seconds: 10 before the start, 60 until the interruption, 90 after it. */
const WELL = '.'.repeat(160)
const BRIEFLY_DOWN = `${'.'.repeat(71)}${'x'.repeat(5)}${'.'.repeat(84)}`
const LONG_DOWN = `${'.'.repeat(70)}${'x'.repeat(34)}${'.'.repeat(56)}`
const UNKNOWN = `${'.'.repeat(70)}${'u'.repeat(40)}${'.'.repeat(50)}`

export function toStory(name: StoryName): Report {
  return STORY[name]()
}

const STORY: Readonly<Record<StoryName, () => Report>> = {
  survived: () => conclusionOf(toRun({ samples: [BRIEFLY_DOWN, WELL] }), { ending: 'landed' }),
  'not-survived': () => conclusionOf(toRun({ samples: [LONG_DOWN, BRIEFLY_DOWN] }), { ending: 'landed' }),
  inconclusive: () => conclusionOf(toRun({ samples: [UNKNOWN, WELL] }), { ending: 'landed' }),
  refused: () =>
    conclusionOf([at(-30, { kind: 'planned', plan: toPlan([TARGET]) })], {
      fault: {
        fault: 'refused',
        message: `Preflight refused: ${TARGET} is not a Spot instance (it has no Spot request).`,
        hint: 'Choose a running Spot instance. Nothing was created.',
      },
    }),
  rehearsal: () =>
    conclusionOf([at(-31, { kind: 'rehearsal', at: 'http://127.0.0.1:4566' }), ...toRun({ samples: [BRIEFLY_DOWN, WELL] })], {
      ending: 'landed',
    }),
  twelve: () => conclusionOf(toRun({ samples: [BRIEFLY_DOWN, WELL], ids: toIds(12), running: 1 }), { ending: 'timed-out' }),
}

function conclusionOf(timeline: Timeline, end: RunEnd): Report {
  return toReport(timeline, conclude(timeline, end))
}

function toIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `i-0${(0xa1b2c3d4e5f6 + index * 0x1357).toString(16)}${(index + 16).toString(16)}07`)
}

function toPlan(instanceIds: readonly string[]) {
  return planned({ instanceIds, timeoutMs: 420_000, probeRules: probeRules({ probes: PROBES }) })
}

type Run = { readonly samples: readonly string[]; readonly ids?: readonly string[]; readonly running?: number }

/** A run in which all targets but the last `running` are interrupted. */
function toRun({ samples, ids = [TARGET], running = 0 }: Run): Timeline {
  const actions = Array.from({ length: Math.ceil(ids.length / 5) }, (_, index) => action({ name: `signal-${index + 1}` }))
  const done = actions.map((one) => ({ ...one, status: 'completed' }))
  const completed = experiment({ id: EXPERIMENT, status: 'completed', reason: 'Experiment completed.', endAt: moment(22), actions: done })
  return [
    at(-30, { kind: 'planned', plan: toPlan(ids) }),
    at(-25, { kind: 'caller', account: '123456789012', arn: 'arn:aws:sts::123456789012:assumed-role/ci/job', source: 'the environment' }),
    at(-22, ROLE),
    at(-21, { kind: 'template', id: TEMPLATE }),
    ...begun(experiment({ id: EXPERIMENT, actions })),
    ...ids.map((id) => targetPolled(1, { instance: instance({ id }), spot: spot({ instanceId: id }) }, id)),
    experimentPolled(22, completed),
    ...ids.slice(0, ids.length - running).map((id, index) => toGone(id, 121 + (index % 5))),
    ...ids.slice(ids.length - running).map((id) => targetPolled(298, { instance: instance({ id }), spot: spot({ instanceId: id }) }, id)),
    at(299, { kind: 'ended', ending: running === 0 ? 'landed' : 'timed-out' } satisfies Event),
    at(299, { kind: 'probed', allSamples: toSamples(samples), untilMs: 299_000, whole: true }),
    at(301, { kind: 'removed', resource: 'template', id: TEMPLATE, how: 'deleted' }),
  ]
}

function toSamples(samples: readonly string[]) {
  return samples.map((signs, index) => draw(signs, { from: -20, name: PROBES[index]?.name ?? '', tookMs: 24 + 9 * index }))
}

function toGone(id: string, seconds: number): Stamped {
  const transition = `Server.SpotInstanceTermination (${moment(seconds).toISOString().slice(0, 19).replace('T', ' ')} GMT)`
  const ended = spot({ instanceId: id, code: 'instance-terminated-by-experiment', updatedAt: moment(seconds) })
  return targetPolled(seconds + 4, { instance: instance({ id, state: 'terminated', transition }), spot: ended }, id)
}
