import * as v from 'valibot'

const text = v.optional(v.string())

/** The settings that the rehearse action sends, as one JSON text on standard input. */
export const settingsSchema = v.strictObject({
  speed: v.number(),
  region: v.string(),
  /** How many running Spot instances there are. */
  instances: v.pipe(v.number(), v.integer(), v.minValue(0)),
  tags: v.record(v.string(), v.string()),
  /** The Auto Scaling group that the instances belong to; null for none. */
  autoScalingGroup: v.nullable(v.string()),
  /** The experiment role that exists at the beginning and can be assumed; null for none. */
  role: v.nullable(v.string()),
  /** YAML or JSON; null for none. */
  scenario: v.nullable(v.string()),
  /** The workflow run that the served OIDC token names. */
  run: v.strictObject({ repository: text, ref: text, event: text, sha: text, runId: text, actor: text }),
  /** The process that the rehearsal serves, and ends with; null if this process cannot see it. */
  parent: v.nullable(v.pipe(v.number(), v.integer())),
})

export type Settings = Readonly<v.InferOutput<typeof settingsSchema>>

/** The id of the first instance, in hexadecimal. The others follow it in sequence, so that a workflow and a scenario can name them. */
const FIRST = 0x0123456789abcdef0n

/** The ids of the instances of a rehearsal: `i-0123456789abcdef0`, `i-0123456789abcdef1`, … */
export function toInstanceIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `i-${(FIRST + BigInt(at)).toString(16).padStart(17, '0')}`)
}
