import * as v from 'valibot'
import { flagText, wholeText } from '../query-schema.ts'

/** Members of the EC2 API, 2016-11-15, as the ec2 query protocol carries them: everything is text, lists are numbered. */
const ids = v.pipe(v.array(v.string()), v.minLength(1))
const filters = v.array(v.strictObject({ Name: v.string(), Value: v.pipe(v.array(v.string()), v.minLength(1)) }))
const tagList = v.array(
  v.strictObject({
    Key: v.pipe(v.string(), v.minLength(1), v.maxLength(127)),
    Value: v.optional(v.pipe(v.string(), v.maxLength(255)), ''),
  }),
)

const paging = { MaxResults: v.optional(wholeText(5, 1000)), NextToken: v.optional(v.string()) }

export const describeInstances = v.strictObject({
  InstanceId: v.optional(ids),
  Filter: v.optional(filters, []),
  ...paging,
  IncludeManagedResources: v.optional(flagText),
})

export const describeStatus = v.strictObject({
  InstanceId: v.optional(ids),
  Filter: v.optional(filters, []),
  ...paging,
  IncludeAllInstances: v.optional(flagText, 'false'),
  IncludeManagedResources: v.optional(flagText),
})

export const describeRegions = v.strictObject({
  RegionName: v.optional(ids),
  AllRegions: v.optional(flagText),
  Filter: v.optional(filters, []),
})

export const describeRequests = v.strictObject({ SpotInstanceRequestId: v.optional(ids), Filter: v.optional(filters, []), ...paging })

/** The resource types that a launch can tag in the simulator. */
const taggable = v.picklist(['instance', 'spot-instances-request'])

/** Members of AWS whose effect the simulator does not simulate. It refuses them instead of ignoring them. */
const unsimulated = v.optional(v.unknown())
export const unsimulatedMembers = [
  'BlockDeviceMapping',
  'CreditSpecification',
  'InstanceInitiatedShutdownBehavior',
  'LaunchTemplate',
  'NetworkInterface',
  'UserData',
] as const

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
export const runInstances = v.strictObject({
  ImageId: v.optional(v.string(), 'ami-0123456789abcdef0'),
  /** AWS adds instance types often, so only the form of the name is checked. */
  InstanceType: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, 'Invalid value for InstanceType')), 'm5.large'),
  MinCount: wholeText(1, 100),
  MaxCount: wholeText(1, 100),
  InstanceMarketOptions: v.optional(
    v.strictObject({
      MarketType: v.optional(v.picklist(['spot'])),
      SpotOptions: v.optional(
        v.strictObject({
          MaxPrice: v.optional(v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/, 'Invalid value for MaxPrice'))),
          SpotInstanceType: v.optional(v.picklist(['one-time', 'persistent']), 'one-time'),
          ValidUntil: v.optional(v.pipe(v.string(), v.isoTimestamp('Invalid value for ValidUntil'))),
          InstanceInterruptionBehavior: v.optional(v.picklist(['terminate', 'stop', 'hibernate']), 'terminate'),
        }),
      ),
    }),
  ),
  TagSpecification: v.optional(v.array(v.strictObject({ ResourceType: taggable, Tag: v.optional(tagList, []) })), []),
  Placement: v.optional(v.strictObject({ AvailabilityZone: v.optional(v.string()), Tenancy: v.optional(v.picklist(['default'])) })),
  ClientToken: v.optional(v.string()),
  DisableApiTermination: v.optional(flagText, 'false'),
  EbsOptimized: v.optional(flagText, 'false'),
  HibernationOptions: v.optional(v.strictObject({ Configured: v.optional(flagText, 'false') })),
  IamInstanceProfile: v.optional(v.strictObject({ Arn: v.optional(v.string()), Name: v.optional(v.string()) })),
  KeyName: v.optional(v.string()),
  MetadataOptions: v.optional(
    v.strictObject({
      HttpTokens: v.optional(v.picklist(['optional', 'required'])),
      HttpPutResponseHopLimit: v.optional(wholeText(1, 64)),
      HttpEndpoint: v.optional(v.picklist(['enabled', 'disabled'])),
    }),
  ),
  Monitoring: v.optional(v.strictObject({ Enabled: flagText })),
  SecurityGroup: v.optional(v.array(v.string()), []),
  SecurityGroupId: v.optional(v.array(v.string()), []),
  SubnetId: v.optional(v.pipe(v.string(), v.regex(/^subnet-[0-9a-f]{8,17}$/, 'Invalid value for SubnetId'))),
  ...(Object.fromEntries(unsimulatedMembers.map((name) => [name, unsimulated])) as Record<
    (typeof unsimulatedMembers)[number],
    typeof unsimulated
  >),
})

export const terminateInstances = v.strictObject({ InstanceId: ids, Force: v.optional(flagText), SkipOsShutdown: v.optional(flagText) })

export const stopInstances = v.strictObject({
  InstanceId: ids,
  Force: v.optional(flagText),
  Hibernate: v.optional(flagText, 'false'),
  SkipOsShutdown: v.optional(flagText),
})

export const startInstances = v.strictObject({ InstanceId: ids })

export const cancelRequests = v.strictObject({ SpotInstanceRequestId: ids })

export const createTags = v.strictObject({ ResourceId: ids, Tag: tagList })

export type Filter = v.InferOutput<typeof filters>[number]
export type RunInput = v.InferOutput<typeof runInstances>
