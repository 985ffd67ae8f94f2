import * as v from 'valibot'

/** https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md */
export const PREDICATE_TYPE = 'https://in-toto.io/attestation/test-result/v0.1'

const describe = <T extends v.GenericSchema>(schema: T, text: string) => v.pipe(schema, v.description(text))
const text = v.pipe(v.string(), v.minLength(1))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const figure = v.nullable(v.number())

const annotations = v.strictObject({
  version: describe(v.string(), 'of the action'),
  verdict: v.picklist(['survived', 'not-survived', 'inconclusive', 'not-judged']),
  reasons: describe(v.array(text), 'why the result is FAILED; empty for PASSED'),
  endedAt: describe(v.pipe(v.string(), v.isoTimestamp()), 'the end of the run, by the clock of AWS where AWS answered'),
  mode: v.nullable(v.picklist(['interruption', 'rebalance'])),
  region: v.nullable(v.string()),
  durationSeconds: describe(v.nullable(count), 'from the start to the interruption'),
  targets: describe(count, 'how many instances were to be interrupted'),
  landed: describe(count, 'how many of them the interruption reached'),
  probes: describe(v.array(v.string()), 'their names'),
  capacities: describe(v.array(v.string()), 'their names'),
  minAvailability: describe(figure, 'per cent; the limits are null where nothing was judged'),
  maxOutageSeconds: figure,
  recoverySeconds: describe(figure, 'the longest recovery that is allowed, of probes and capacities'),
  reactWithinSeconds: figure,
  availability: describe(figure, 'per cent, of the lowest probe; the figures are null where they are not known'),
  longestOutageSeconds: figure,
  recoveredAfterSeconds: figure,
  replacedAfterSeconds: describe(figure, 'until the slowest capacity was back'),
  reactedAfterSeconds: figure,
})

/** docs/predicate.schema.json is made from this. It is stricter than in-toto's own type, and adds no member to it. */
export const predicateSchema = v.strictObject({
  result: describe(v.picklist(['PASSED', 'FAILED']), 'PASSED only for the verdict `survived` of a step that passed'),
  configuration: describe(
    v.pipe(
      v.tupleWithRest(
        [v.strictObject({ name: v.literal('spot-interrupt'), uri: text, annotations })],
        v.strictObject({ name: text, uri: text, downloadLocation: text, digest: v.strictObject({ gitCommit: text }) }),
      ),
      v.minLength(1),
    ),
    'first what was judged, then the workflow that did it, where it is known',
  ),
  url: describe(v.optional(text), 'of the run; absent outside of GitHub'),
  passedTests: v.array(text),
  warnedTests: describe(v.pipe(v.array(text), v.maxLength(0)), 'always empty: for in-toto a warned test has passed'),
  failedTests: describe(v.array(text), 'also those whose result is not known; empty for PASSED'),
})

export type PredicateFile = v.InferOutput<typeof predicateSchema>
