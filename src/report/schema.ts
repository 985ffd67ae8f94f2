import * as v from 'valibot'
import { capacity, reaction, scaling } from './schema-capacity.ts'
import { describe, ms, time } from './schema-types.ts'

/** Increase it when a member is renamed, removed or changes its meaning, but not when one is added. */
const SCHEMA_VERSION = 1

const event = v.strictObject({
  kind: v.string(),
  source: describe(v.picklist(['fis', 'ec2', 'probe', 'fleet', 'runner']), 'who told it'),
  seenAt: describe(v.nullable(time), 'when it was seen, by the clock of the runner; null for what was computed'),
  saidAt: describe(v.nullable(time), 'when it happened by the clock of AWS, where AWS says so'),
  sentAt: describe(v.nullable(time), 'for an answer of a probe: when it was asked for'),
  computed: describe(v.boolean(), 'true for what follows from t0 by the rules of FIS, and was not seen'),
  target: v.nullable(v.string()),
  probe: v.nullable(v.string()),
  text: v.string(),
})

const target = v.strictObject({
  id: v.string(),
  outcome: v.picklist(['interrupted', 'drained', 'ended-early', 'running', 'unknown']),
  evidence: v.string(),
  landed: describe(v.boolean(), 'whether it counts as reached by the interruption'),
  state: describe(v.string(), 'the last state that EC2 showed'),
  behaviour: describe(v.string(), 'what an interruption does to it: terminate or stop; empty where not known'),
  t0: describe(v.nullable(time), 'the start of the FIS action that targets it'),
  leftAt: describe(v.nullable(time), 'when it left, by the clock of AWS: shutting down or stopping, or terminated or stopped'),
  endedAt: describe(v.nullable(time), 'first seen terminated or stopped, by the clock of AWS'),
})

const count = v.pipe(v.number(), v.integer())

const latency = describe(
  v.nullable(v.strictObject({ count: v.pipe(v.number(), v.integer()), p50Ms: v.number(), p95Ms: v.number(), p99Ms: v.number() })),
  'of the healthy answers',
)

const probe = v.strictObject({
  name: v.string(),
  address: describe(v.string(), 'scheme, host and path'),
  healthy: describe(count, 'healthy checks in the time that availability counts'),
  failed: count,
  unknown: describe(count, 'checks without a known answer: it came from a cache, or the runner was paused'),
  due: describe(count, 'checks that should have been sent in that time'),
  availability: describe(v.nullable(v.number()), 'per cent of the healthy and failed checks that are healthy, unrounded'),
  longestOutageMs: ms,
  longestPossibleOutageMs: describe(ms, 'milliseconds; the longest outage that the checks do not rule out'),
  outages: v.array(v.strictObject({ fromAt: time, toAt: time, lastedMs: ms, open: v.boolean() })),
  recovered: describe(v.nullable(v.boolean()), 'null where that is not known'),
  recoveryMs: v.nullable(ms),
  latency: v.strictObject({ before: latency, during: latency, after: latency }),
  strip: describe(
    v.array(v.strictObject({ fromAt: time, healthy: count, failed: count, unknown: count, slowestMs: v.nullable(v.number()) })),
    'all checks, from the first probe to the end of the judged time, in equal stretches of it',
  ),
})

const judged = v.strictObject({
  fromAt: describe(time, 'availability counts from here'),
  untilAt: time,
  intervalMs: ms,
  timeoutMs: ms,
  minAvailability: v.number(),
  maxOutageMs: ms,
  observeMs: ms,
  recoveryMs: ms,
})

/** The report as a file: the same facts as the summary, for machines. docs/report.schema.json is made from this. */
export const reportSchema = v.strictObject({
  schemaVersion: v.literal(SCHEMA_VERSION),
  generator: v.strictObject({ name: v.literal('spot-interrupt'), version: v.string() }),
  run: v.strictObject({ id: describe(v.string(), '<owner/repo>/<run id>/<attempt>'), invocation: v.string() }),
  passed: v.boolean(),
  verdict: v.picklist(['survived', 'not-survived', 'inconclusive', 'not-judged']),
  text: v.string(),
  hint: v.string(),
  reasons: describe(v.array(v.string()), 'of the verdict'),
  interrupted: describe(v.nullable(v.picklist(['true', 'false', 'unknown'])), 'null in mode rebalance'),
  rehearsal: describe(v.boolean(), 'true when the calls went to a simulated AWS: then nothing real was interrupted'),
  region: v.nullable(v.string()),
  account: v.nullable(v.string()),
  mode: v.nullable(v.picklist(['interruption', 'rebalance'])),
  durationMs: v.nullable(ms),
  experiment: v.nullable(
    v.strictObject({
      id: v.string(),
      state: v.string(),
      reason: v.string(),
      startedAt: v.nullable(time),
      endedAt: v.nullable(time),
      t0: describe(v.nullable(time), 'the earliest start of an action'),
    }),
  ),
  elapsedSeconds: v.nullable(v.pipe(v.number(), v.integer())),
  interruptionSeconds: describe(v.nullable(v.pipe(v.number(), v.integer())), 'from t0 until the last target left; null when one did not'),
  targets: v.array(target),
  judged: describe(v.nullable(judged), 'the time and the limits that the probes were judged by; null where they were not'),
  availability: describe(v.nullable(v.number()), 'of the lowest probe, per cent, unrounded'),
  longestOutageMs: v.nullable(ms),
  recoveryMs: v.nullable(ms),
  probes: v.array(probe),
  capacities: describe(v.array(capacity), 'empty without capacities, and where the run ended before they were polled'),
  replacementMs: describe(v.nullable(ms), 'until the slowest capacity was back'),
  reacted: describe(v.nullable(v.boolean()), 'whether something reacted to the signal to every target; null where that is not known'),
  reactions: describe(v.array(reaction), 'one for each target; empty before a start'),
  scaling: describe(v.array(scaling), 'what the Auto Scaling groups of the capacities did in the run, in their own words'),
  resources: v.array(
    v.strictObject({
      kind: v.picklist(['role', 'template', 'experiment']),
      id: v.string(),
      fate: describe(
        v.picklist(['deleted', 'stopped', 'ended', 'gone', 'kept', 'left']),
        '`left`: could not be removed by the main step; the post step tries again',
      ),
    }),
  ),
  dryRun: describe(
    v.nullable(
      v.strictObject({
        would: v.array(v.string()),
        permissions: v.array(
          v.strictObject({
            action: v.string(),
            resource: v.string(),
            answer: v.picklist(['allowed', 'denied', 'unknown']),
            statement: describe(v.string(), 'the statement that grants it, as JSON'),
          }),
        ),
      }),
    ),
    'what a run would do; null for a run that did it',
  ),
  warnings: v.array(v.string()),
  events: v.array(event),
})

export type ReportFile = v.InferOutput<typeof reportSchema>
export type EventFile = v.InferOutput<typeof event>
export type ProbeFile = v.InferOutput<typeof probe>
export type CapacityFile = v.InferOutput<typeof capacity>
export type ReactionFile = v.InferOutput<typeof reaction>
