import * as v from 'valibot'
import { textOf, wholeText } from '../query-schema.ts'

/** Members of the STS API, 2011-06-15. https://docs.aws.amazon.com/STS/latest/APIReference/ */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const word = (min: number, max: number) =>
  v.pipe(textOf(min, max), v.regex(/^[\w+=,.@-]*$/, 'Member must satisfy the pattern [\\w+=,.@-]*'))
const tagKey = v.pipe(textOf(1, 128), v.regex(tagText, 'The specified value is invalid'))

const shared = {
  RoleArn: textOf(20, 2048),
  RoleSessionName: word(2, 64),
  PolicyArns: v.optional(v.pipe(v.array(v.strictObject({ arn: textOf(20, 2048) })), v.maxLength(10))),
  Policy: v.optional(textOf(1, 2048)),
  DurationSeconds: v.optional(wholeText(900, 43200), '3600'),
}

export const assumeRole = v.strictObject({
  ...shared,
  Tags: v.optional(
    v.pipe(
      v.array(v.strictObject({ Key: tagKey, Value: v.pipe(textOf(0, 256), v.regex(tagText, 'The specified value is invalid')) })),
      v.maxLength(50),
    ),
  ),
  TransitiveTagKeys: v.optional(v.pipe(v.array(tagKey), v.maxLength(50))),
  ExternalId: v.optional(v.pipe(textOf(2, 1224), v.regex(/^[\w+=,.@:/-]*$/, 'The specified value is invalid'))),
  SourceIdentity: v.optional(word(2, 64)),
})

export const assumeWithWebIdentity = v.strictObject({
  ...shared,
  WebIdentityToken: textOf(4, 20_000),
  ProviderId: v.optional(textOf(4, 2048)),
})

export type AssumeInput = v.InferOutput<typeof assumeRole>
export type WebIdentityInput = v.InferOutput<typeof assumeWithWebIdentity>
