import * as v from 'valibot'
import { describe, ms, time } from './schema-types.ts'

export const capacity = v.strictObject({
  name: v.string(),
  source: describe(v.string(), 'where it is counted, such as `asg:web`'),
  unit: describe(v.picklist(['members', 'units']), '`units` of weight in a weighted Auto Scaling group'),
  level: describe(v.number(), 'what served before the run, the targets included'),
  lowest: describe(v.number(), 'the lowest count from the start on, without the targets'),
  latest: describe(v.number(), 'the last count, without the targets'),
  affected: describe(v.nullable(v.boolean()), 'whether a target belongs to it; null where members cannot be traced to instances'),
  back: describe(v.nullable(v.boolean()), 'whether it was back in time; null where that is not known'),
  backAssumed: describe(v.boolean(), 'true if no poll showed the count fall, and the members cannot be traced to instances'),
  replacementMs: describe(v.nullable(ms), 'from the moment when the last target left; null where it was not back'),
  lost: describe(v.array(v.string()), 'its members that were a target, or ran on one'),
  replacements: v.array(v.strictObject({ id: v.string(), seenAt: describe(time, 'first seen serving') })),
  desired: describe(
    v.nullable(v.strictObject({ before: v.number(), lowest: v.number(), highest: v.number() })),
    'the size that was asked for, before the run and since',
  ),
})

export const reaction = v.strictObject({
  id: v.string(),
  reacted: describe(v.nullable(v.boolean()), 'null where no source shows it'),
  reactedAt: describe(v.nullable(time), 'the first sign that something drains the target'),
  reactionMs: describe(v.nullable(ms), 'from the signal to that sign'),
  inTime: describe(v.nullable(v.boolean()), 'whether that was within react-within; null where it is not judged, or not known'),
  by: describe(v.array(v.strictObject({ who: v.string(), seenAt: time })), 'who shows a sign, the first one first'),
})

export const scaling = v.strictObject({
  group: v.string(),
  description: v.string(),
  cause: v.string(),
  status: v.string(),
  startedAt: time,
  endedAt: v.nullable(time),
})
