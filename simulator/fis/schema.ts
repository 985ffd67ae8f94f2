import * as v from 'valibot'

/** Members and limits of the FIS API, 2020-12-01. https://docs.aws.amazon.com/fis/latest/APIReference/ */
const text = (max: number, min = 1) =>
  v.pipe(
    v.string(),
    v.minLength(min, `Member must have length greater than or equal to ${min}`),
    v.maxLength(max, `Member must have length less than or equal to ${max}`),
  )

const word = (max: number, min = 1) => v.pipe(text(max, min), v.regex(/^\S+$/, 'Member must satisfy regular expression pattern: [\\S]+'))

const name = word(64)

export const tagsSchema = v.pipe(
  v.record(text(128), text(256, 0)),
  v.check((tags) => Object.keys(tags).length <= 50, 'Member must have length less than or equal to 50'),
  v.check((tags) => !Object.keys(tags).some((key) => key.toLowerCase().startsWith('aws:')), 'Tag keys must not begin with aws:'),
)

const targetSchema = v.strictObject({
  resourceType: word(128),
  resourceArns: v.optional(v.pipe(v.array(word(2048, 20)), v.maxLength(5, 'Member must have length less than or equal to 5'))),
  resourceTags: v.optional(v.record(text(128), text(256, 0))),
  filters: v.optional(v.array(v.strictObject({ path: word(256), values: v.array(word(128)) }))),
  selectionMode: v.pipe(word(64), v.regex(/^(ALL|COUNT\(\d+\)|PERCENT\(\d+\))$/, 'Member must be ALL, COUNT(n) or PERCENT(n)')),
  parameters: v.optional(v.record(name, text(1024))),
})

const actionSchema = v.strictObject({
  actionId: word(128),
  description: v.optional(text(512)),
  parameters: v.optional(v.record(name, word(1024))),
  targets: v.optional(v.record(name, name)),
  startAfter: v.optional(v.array(name)),
})

const stopCondition = v.strictObject({
  source: v.picklist(['none', 'aws:cloudwatch:alarm'], 'Member must be none or aws:cloudwatch:alarm'),
  value: v.optional(text(2048, 20)),
})

export const templateSchema = v.strictObject({
  clientToken: word(1024),
  description: text(512),
  stopConditions: v.pipe(v.array(stopCondition), v.minLength(1, 'Member must have length greater than or equal to 1'), v.maxLength(5)),
  targets: v.optional(v.record(name, targetSchema), {}),
  actions: v.record(name, actionSchema),
  roleArn: v.pipe(word(2048, 20), v.regex(/^arn:[\w-]+:iam::\d{12}:role\/\S+$/, 'Member must be the ARN of an IAM role')),
  tags: v.optional(tagsSchema, {}),
  logConfiguration: v.optional(
    v.strictObject({
      cloudWatchLogsConfiguration: v.optional(v.strictObject({ logGroupArn: word(2048, 20) })),
      s3Configuration: v.optional(v.strictObject({ bucketName: word(63, 3), prefix: v.optional(text(700)) })),
      logSchemaVersion: v.pipe(v.number(), v.integer()),
    }),
  ),
  experimentOptions: v.optional(
    v.strictObject({
      accountTargeting: v.optional(v.picklist(['single-account', 'multi-account'])),
      emptyTargetResolutionMode: v.optional(v.picklist(['fail', 'skip'])),
    }),
    {},
  ),
  experimentReportConfiguration: v.optional(
    v.strictObject({
      outputs: v.optional(v.strictObject({ s3Configuration: v.strictObject({ bucketName: word(63, 3), prefix: v.optional(word(256)) }) })),
      dataSources: v.optional(
        v.strictObject({ cloudWatchDashboards: v.optional(v.array(v.strictObject({ dashboardIdentifier: word(512) }))) }),
      ),
      preExperimentDuration: v.optional(word(32)),
      postExperimentDuration: v.optional(word(32)),
    }),
  ),
})

export const startSchema = v.strictObject({
  clientToken: word(1024),
  experimentTemplateId: name,
  experimentOptions: v.optional(v.strictObject({ actionsMode: v.optional(v.picklist(['run-all', 'skip-all']), 'run-all') }), {}),
  tags: v.optional(tagsSchema, {}),
})

export const idSchema = v.strictObject({ id: name })
export const actionIdSchema = v.strictObject({ id: word(128) })

/** Query parameters arrive as text. */
const maxResults = v.pipe(
  v.string(),
  v.regex(/^\d{1,4}$/, 'Member must be a number'),
  v.transform(Number),
  v.minValue(1, 'Member must have value greater than or equal to 1'),
  v.maxValue(100, 'Member must have value less than or equal to 100'),
)
/** AWS does not document the default size of a page. A small one reveals callers that read only the first page. */
const paging = { maxResults: v.optional(maxResults, '25'), nextToken: v.optional(word(1024)) }

export const listSchema = v.strictObject(paging)
export const listExperimentsSchema = v.strictObject({ ...paging, experimentTemplateId: v.optional(name) })
export const resolvedSchema = v.strictObject({ ...paging, experimentId: name, targetName: v.optional(name) })

export const tagSchema = v.strictObject({ resourceArn: word(2048, 20), tags: tagsSchema })
export const tagKeysSchema = v.strictObject({ resourceArn: word(2048, 20), tagKeys: v.optional(v.array(text(128)), []) })
export const arnSchema = v.strictObject({ resourceArn: word(2048, 20) })

export type TemplateInput = v.InferOutput<typeof templateSchema>
