import * as v from 'valibot'
import { capacitySeed } from './capacity-schema.ts'

/**
 * The resources that are in the account before the first call. A seeded resource is `foreign` by default: it belongs to somebody else. With
 * `foreign: false`, it counts as a leftover of the callers until they delete it.
 */
const tags = v.optional(v.record(v.string(), v.string()), {})
const region = v.optional(v.string(), 'us-east-1')
const foreign = v.optional(v.boolean(), true)
const ago = v.optional(v.number(), 3600)
const behaviour = v.picklist(['terminate', 'stop', 'hibernate'])

const instance = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^i-([0-9a-f]{8}|[0-9a-f]{17})$/, 'an instance id is i- and 8 or 17 hex digits')),
  region,
  /** The first zone of the region, if not given. */
  zone: v.optional(v.string()),
  /** The account that owns it; by default the account of the caller. */
  owner: v.optional(v.string()),
  lifecycle: v.optional(v.picklist(['spot', 'on-demand', 'scheduled', 'capacity-block', 'interruptible-capacity-reservation']), 'spot'),
  state: v.optional(v.picklist(['pending', 'running', 'shutting-down', 'terminated', 'stopping', 'stopped']), 'running'),
  /** What an interruption does to it. */
  behaviour: v.optional(behaviour, 'terminate'),
  instanceType: v.optional(v.string(), 'm5.large'),
  launchedSecondsAgo: ago,
  /** What manages it, such as EKS Auto Mode. */
  operator: v.optional(v.strictObject({ managed: v.boolean(), principal: v.optional(v.string()) })),
  /** The Spot request; `false` for none. By default it is fulfilled: one-time if `behaviour` is `terminate`, else persistent. */
  request: v.optional(
    v.union([
      v.literal(false),
      v.strictObject({
        id: v.optional(v.string()),
        kind: v.optional(v.picklist(['one-time', 'persistent'])),
        code: v.optional(v.string(), 'fulfilled'),
        state: v.optional(v.picklist(['open', 'active', 'closed', 'cancelled', 'failed', 'disabled']), 'active'),
        /** The instance that the request names, if it is another one: a persistent request may have launched it. */
        instanceId: v.optional(v.string()),
      }),
    ]),
    {},
  ),
  tags,
  /** `true`: it belongs to somebody else. `false`: it counts as left behind by the job until the job deletes it. */
  foreign,
})

const role = v.strictObject({
  name: v.string(),
  path: v.optional(v.string(), '/'),
  /** The trust policy: a document, or `fis` for one that lets FIS in, or `none` for one that does not. */
  trust: v.optional(v.union([v.picklist(['fis', 'none']), v.record(v.string(), v.unknown())]), 'fis'),
  /** Its inline policies: documents by their names. */
  policies: v.optional(v.record(v.string(), v.record(v.string(), v.unknown())), {}),
  /** ARNs of managed policies. */
  attached: v.optional(v.array(v.string()), []),
  createdSecondsAgo: ago,
  usableInSeconds: v.optional(v.number(), 0),
  description: v.optional(v.string()),
  tags,
  /** `true`: it belongs to somebody else. `false`: it counts as left behind by the job until the job deletes it. */
  foreign,
})

const target = v.strictObject({
  resourceType: v.optional(v.string(), 'aws:ec2:spot-instance'),
  resourceArns: v.optional(v.array(v.string())),
  resourceTags: v.optional(v.record(v.string(), v.string())),
  selectionMode: v.optional(v.string(), 'ALL'),
})

const action = v.strictObject({
  actionId: v.string(),
  parameters: v.optional(v.record(v.string(), v.string())),
  targets: v.optional(v.record(v.string(), v.string())),
})

const content = {
  region,
  targets: v.optional(v.record(v.string(), target), {}),
  actions: v.optional(v.record(v.string(), action), {}),
  roleArn: v.optional(v.string()),
  createdSecondsAgo: ago,
  tags,
  /** `true`: it belongs to somebody else. `false`: it counts as left behind by the job until the job deletes it. */
  foreign,
}

const template = v.strictObject({ id: v.string(), description: v.optional(v.string(), 'seeded'), ...content })

const experiment = v.strictObject({
  id: v.string(),
  templateId: v.optional(v.string(), 'EXTseeded'),
  /** The experiment stays in this state until it is stopped. By default, it goes through all its states. */
  state: v.optional(v.picklist(['pending', 'initiating', 'running', 'stopping', 'completed', 'stopped', 'failed', 'cancelled'])),
  ...content,
})

export const seedSchema = v.strictObject({
  instances: v.optional(v.array(instance), []),
  roles: v.optional(v.array(role), []),
  templates: v.optional(v.array(template), []),
  experiments: v.optional(v.array(experiment), []),
  ...capacitySeed,
})

export type SeedInput = Readonly<v.InferInput<typeof seedSchema>>
export type Seed = v.InferOutput<typeof seedSchema>
