import * as v from 'valibot'
import { flagText, textOf, wholeText } from '../query-schema.ts'

/** Members of the Auto Scaling API, 2011-01-01. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/ */
const groupName = textOf(1, 255)
const filters = v.array(v.strictObject({ Name: v.string(), Values: v.optional(v.array(v.string()), []) }))

const paging = { MaxRecords: v.optional(wholeText(1, 100), '50'), NextToken: v.optional(v.string()) }

export const describeGroups = v.strictObject({
  AutoScalingGroupNames: v.optional(v.pipe(v.array(groupName), v.maxLength(50)), []),
  IncludeInstances: v.optional(flagText, 'true'),
  IncludeManagedResources: v.optional(flagText),
  Filters: v.optional(filters, []),
  ...paging,
})

export const describeInstances = v.strictObject({
  InstanceIds: v.optional(v.pipe(v.array(textOf(1, 19)), v.maxLength(50)), []),
  IncludeManagedResources: v.optional(flagText),
  ...paging,
  MaxRecords: v.optional(wholeText(1, 50), '50'),
})

export const describeActivities = v.strictObject({
  ActivityIds: v.optional(v.pipe(v.array(v.string()), v.maxLength(50)), []),
  AutoScalingGroupName: v.optional(groupName),
  IncludeDeletedGroups: v.optional(flagText),
  IncludeManagedResources: v.optional(flagText),
  Filters: v.optional(filters, []),
  ...paging,
  MaxRecords: v.optional(wholeText(1, 100), '100'),
})

export const describeRefreshes = v.strictObject({
  AutoScalingGroupName: groupName,
  InstanceRefreshIds: v.optional(v.array(textOf(1, 255)), []),
  ...paging,
  MaxRecords: v.optional(wholeText(1, 100), '50'),
})

export const describeHooks = v.strictObject({
  AutoScalingGroupName: groupName,
  LifecycleHookNames: v.optional(v.pipe(v.array(v.pipe(textOf(1, 255), v.regex(/^[A-Za-z0-9\-_/]+$/))), v.maxLength(50)), []),
})

export type GroupFilter = v.InferOutput<typeof filters>[number]
