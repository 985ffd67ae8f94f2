import * as v from 'valibot'

/** Members of the Amazon ECS API, 2014-11-13. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ */
const cluster = v.optional(v.string(), 'default')
const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))
const paging = { nextToken: v.optional(v.string()), maxResults: v.optional(whole(1, 100), 100) }
const launchType = v.picklist(['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'])
const atMost = (count: number) => v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(count))

export const listClusters = v.strictObject(paging)

/** Without names, the cluster `default`. */
export const describeClusters = v.strictObject({
  clusters: v.optional(v.pipe(v.array(v.string()), v.maxLength(100)), ['default']),
  include: v.optional(v.array(v.picklist(['ATTACHMENTS', 'CONFIGURATIONS', 'SETTINGS', 'STATISTICS', 'TAGS'])), []),
})

export const describeServices = v.strictObject({
  cluster,
  services: atMost(10),
  include: v.optional(v.array(v.picklist(['TAGS'])), []),
})

export const listTasks = v.strictObject({
  cluster,
  containerInstance: v.optional(v.string()),
  family: v.optional(v.string()),
  startedBy: v.optional(v.string()),
  serviceName: v.optional(v.string()),
  desiredStatus: v.optional(v.picklist(['RUNNING', 'PENDING', 'STOPPED']), 'RUNNING'),
  launchType: v.optional(launchType),
  daemonName: v.optional(v.string()),
  ...paging,
})

export const describeTasks = v.strictObject({ cluster, tasks: atMost(100), include: v.optional(v.array(v.picklist(['TAGS'])), []) })

export const listContainerInstances = v.strictObject({
  cluster,
  filter: v.optional(v.string()),
  status: v.optional(v.picklist(['ACTIVE', 'DRAINING', 'REGISTERING', 'DEREGISTERING', 'REGISTRATION_FAILED'])),
  ...paging,
})

export const describeContainerInstances = v.strictObject({
  cluster,
  containerInstances: atMost(100),
  include: v.optional(v.array(v.picklist(['TAGS', 'CONTAINER_INSTANCE_HEALTH'])), []),
})
