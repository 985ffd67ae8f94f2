import * as v from 'valibot'

/** Members of the EC2 API, 2016-11-15, as the ec2 query protocol carries them: everything is text, lists are numbered. */
const flag = v.picklist(['true', 'false'])
const whole = (min: number, max: number) =>
  v.pipe(v.string(), v.regex(/^\d{1,6}$/, 'Value must be a number'), v.transform(Number), v.minValue(min), v.maxValue(max))

const ids = v.pipe(v.array(v.string()), v.minLength(1))
const filters = v.array(v.strictObject({ Name: v.string(), Value: v.pipe(v.array(v.string()), v.minLength(1)) }))
const tagList = v.array(
  v.strictObject({
    Key: v.pipe(v.string(), v.minLength(1), v.maxLength(127)),
    Value: v.optional(v.pipe(v.string(), v.maxLength(255)), ''),
  }),
)

export const describeInstances = v.strictObject({
  InstanceId: v.optional(ids),
  Filter: v.optional(filters, []),
  MaxResults: v.optional(whole(5, 1000)),
  NextToken: v.optional(v.string()),
  IncludeManagedResources: v.optional(flag),
})

export const describeRequests = v.strictObject({
  SpotInstanceRequestId: v.optional(ids),
  Filter: v.optional(filters, []),
  MaxResults: v.optional(whole(5, 1000)),
  NextToken: v.optional(v.string()),
})

/** Members that shape the machine itself are taken and have no effect here: nothing boots. */
const ignored = v.optional(v.unknown())

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
const taggable = v.picklist(['instance', 'volume', 'network-interface', 'spot-instances-request', 'elastic-gpu'])

export const runInstances = v.strictObject({
  ImageId: v.optional(v.string(), 'ami-0123456789abcdef0'),
  /** Types come faster than models: the form is checked, not the name. */
  InstanceType: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, 'Invalid value for InstanceType')), 'm5.large'),
  MinCount: whole(1, 100),
  MaxCount: whole(1, 100),
  InstanceMarketOptions: v.optional(
    v.strictObject({
      MarketType: v.optional(v.picklist(['spot'])),
      SpotOptions: v.optional(
        v.strictObject({
          MaxPrice: v.optional(v.string()),
          SpotInstanceType: v.optional(v.picklist(['one-time', 'persistent']), 'one-time'),
          ValidUntil: v.optional(v.string()),
          InstanceInterruptionBehavior: v.optional(v.picklist(['terminate', 'stop', 'hibernate']), 'terminate'),
        }),
      ),
    }),
  ),
  TagSpecification: v.optional(v.array(v.strictObject({ ResourceType: taggable, Tag: v.optional(tagList, []) })), []),
  Placement: v.optional(v.looseObject({ AvailabilityZone: v.optional(v.string()) })),
  ClientToken: v.optional(v.string()),
  BlockDeviceMapping: ignored,
  CreditSpecification: ignored,
  DisableApiTermination: ignored,
  EbsOptimized: ignored,
  HibernationOptions: ignored,
  IamInstanceProfile: ignored,
  InstanceInitiatedShutdownBehavior: ignored,
  KeyName: ignored,
  MetadataOptions: ignored,
  Monitoring: ignored,
  NetworkInterface: ignored,
  SecurityGroup: ignored,
  SecurityGroupId: ignored,
  SubnetId: ignored,
  UserData: ignored,
})

export const changeInstances = v.strictObject({
  InstanceId: ids,
  Force: v.optional(flag),
  Hibernate: v.optional(flag),
  SkipOsShutdown: v.optional(flag),
})

export const cancelRequests = v.strictObject({ SpotInstanceRequestId: ids })

export const createTags = v.strictObject({ ResourceId: ids, Tag: tagList })

export type Filter = v.InferOutput<typeof filters>[number]
export type RunInput = v.InferOutput<typeof runInstances>
