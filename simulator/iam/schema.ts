import * as v from 'valibot'

/** Members and limits of the IAM API, 2010-05-08, as the query protocol carries them: everything is text. */
export const roleName = v.pipe(v.string(), v.minLength(1), v.maxLength(64), v.regex(/^[\w+=,.@-]+$/, 'The specified value is invalid'))
export const policyName = v.pipe(v.string(), v.minLength(1), v.maxLength(128), v.regex(/^[\w+=,.@-]+$/, 'The specified value is invalid'))
export const document = v.pipe(v.string(), v.minLength(1), v.maxLength(131072))
export const policyArn = v.pipe(v.string(), v.minLength(20), v.maxLength(2048), v.regex(/^arn:/, 'The specified value is invalid'))
const whole = (min: number, max: number) =>
  v.pipe(v.string(), v.regex(/^\d{1,6}$/, 'Member must be a number'), v.transform(Number), v.minValue(min), v.maxValue(max))

const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

const tagKey = v.pipe(v.string(), v.minLength(1), v.maxLength(128), v.regex(tagText, 'The specified value is invalid'))

export const tags = v.pipe(
  v.array(
    v.strictObject({
      Key: tagKey,
      Value: v.pipe(v.string(), v.maxLength(256), v.regex(tagText, 'The specified value is invalid')),
    }),
  ),
  v.maxLength(50, 'Member must have length less than or equal to 50'),
)

const description = v.pipe(v.string(), v.maxLength(1000))
const path = v.pipe(v.string(), v.maxLength(512), v.regex(/^\/([\x21-\x7e]+\/)?$/, 'The specified value is invalid'))
const pathPrefix = v.pipe(v.string(), v.maxLength(512), v.regex(/^\/[\x21-\x7e]*$/, 'The specified value is invalid'))

export const paging = { Marker: v.optional(v.string()), MaxItems: v.optional(whole(1, 1000), '100') }

export const createRole = v.strictObject({
  RoleName: roleName,
  AssumeRolePolicyDocument: document,
  Path: v.optional(path, '/'),
  Description: v.optional(description),
  MaxSessionDuration: v.optional(whole(3600, 43200), '3600'),
  PermissionsBoundary: v.optional(policyArn),
  Tags: v.optional(tags, []),
})

export const named = v.strictObject({ RoleName: roleName })
export const namedPage = v.strictObject({ RoleName: roleName, ...paging })
export const listRoles = v.strictObject({ PathPrefix: v.optional(pathPrefix, '/'), ...paging })
export const listAttached = v.strictObject({ RoleName: roleName, PathPrefix: v.optional(pathPrefix, '/'), ...paging })
export const tagRole = v.strictObject({ RoleName: roleName, Tags: tags })
export const untagRole = v.strictObject({
  RoleName: roleName,
  TagKeys: v.pipe(v.array(tagKey), v.maxLength(50, 'Member must have length less than or equal to 50')),
})
export const trust = v.strictObject({ RoleName: roleName, PolicyDocument: document })
export const linked = v.strictObject({
  AWSServiceName: v.pipe(v.string(), v.regex(/^[\w+=,.@-]+$/, 'The specified value is invalid')),
  Description: v.optional(description),
  CustomSuffix: v.optional(v.string()),
})
export const attach = v.strictObject({ RoleName: roleName, PolicyArn: policyArn })
export const policy = v.strictObject({ RoleName: roleName, PolicyName: policyName })
export const putPolicy = v.strictObject({ RoleName: roleName, PolicyName: policyName, PolicyDocument: document })
