import { type Account, type Instance, type SpotRequest, withEntry } from '../account/account.ts'
import { nextId } from '../account/ids.ts'
import type { Tags } from '../account/origin.ts'
import { findByToken, recordToken } from '../idempotency.ts'
import { type Context, type Handlers, type Outcome, operation, refuse, refuseMembers } from '../operation.ts'
import { toReservations } from './instance.ts'
import { withHistory } from './lookup.ts'
import { type RunInput, runInstances, unsimulatedMembers } from './schema.ts'

export const launchHandlers: Handlers = { RunInstances: operation(runInstances, launch) }

function launch(context: Context, input: RunInput): Outcome {
  if (input.MinCount > input.MaxCount) refuse('InvalidParameterCombination', 'MinCount must not be larger than MaxCount')
  const token = input.ClientToken ?? ''
  const earlier = token === '' ? undefined : findByToken(context, token, (id) => membersOf(context.account, id))
  if (earlier) return { reply: toReservation(context, earlier) }
  checkMembers(context, input)
  const spot = spotOptions(input)
  const drawn = nextId(context.account, 'r')
  let account = token === '' ? drawn.account : recordToken({ ...context, account: drawn.account }, token, drawn.id)
  for (let count = 0; count < input.MaxCount; count += 1) {
    account = addInstance({ ...context, account }, { input, spot, reservationId: drawn.id })
  }
  return { reply: toReservation({ ...context, account }, membersOf(account, drawn.id) ?? []), account }
}

/** Refuses a launch for reasons that the schema does not cover: rules of AWS, and limits of the simulator. */
function checkMembers(context: Context, input: RunInput): void {
  refuseMembers(context, input, unsimulatedMembers)
  const { region } = context.call
  const zone = input.Placement?.AvailabilityZone
  if (zone !== undefined && !isZoneOf(region, zone)) refuse('InvalidParameterValue', `Invalid availability zone: [${zone}]`)
  if (input.InstanceMarketOptions !== undefined && input.DisableApiTermination === 'true') {
    refuse('InvalidParameterCombination', 'Termination protection cannot be enabled for Spot Instances')
  }
}

/** Whether a zone is in a region; Local Zones such as `us-west-2-lax-1a` are too. */
function isZoneOf(region: string, zone: string): boolean {
  return zone.startsWith(region) && /^(-[a-z]{3}-\d)?[a-z]$/.test(zone.slice(region.length))
}

function membersOf(account: Account, reservationId: string): readonly Instance[] | undefined {
  const members = [...account.instances.values()].filter((instance) => instance.reservationId === reservationId)
  return members.length > 0 ? members : undefined
}

function toReservation(context: Context, members: readonly Instance[]) {
  const listed = members.map((instance) => withHistory(context, instance))
  return { ...toReservations(context, listed)[0] }
}

type SpotOptions = Pick<SpotRequest, 'kind' | 'behaviour' | 'maxPrice' | 'validUntil'>

function spotOptions(input: RunInput): SpotOptions | undefined {
  if (input.InstanceMarketOptions === undefined) return undefined
  const given = input.InstanceMarketOptions.SpotOptions
  const kind = given?.SpotInstanceType ?? 'one-time'
  const behaviour = given?.InstanceInterruptionBehavior ?? 'terminate'
  if (behaviour !== 'terminate' && kind === 'one-time') {
    refuse('InvalidParameterCombination', `Interruption behavior '${behaviour}' requires a persistent Spot request`)
  }
  if (given?.ValidUntil !== undefined && kind === 'one-time') {
    refuse('InvalidParameterCombination', 'ValidUntil is supported for persistent Spot requests only')
  }
  const validUntil = given?.ValidUntil === undefined ? undefined : Date.parse(given.ValidUntil)
  return { kind, behaviour, maxPrice: given?.MaxPrice, validUntil }
}

/** The values that all instances of one launch share. */
type Launch = { readonly input: RunInput; readonly spot: SpotOptions | undefined; readonly reservationId: string }

function addInstance(context: Context, launch: Launch): Account {
  const { input, spot, reservationId } = launch
  const drawn = nextId(context.account, 'i')
  const request = spot && toRequest({ ...context, account: drawn.account }, { ...launch, spot }, drawn.id)
  const instance: Instance = {
    ...machineOf(input),
    id: drawn.id,
    region: context.call.region,
    zone: input.Placement?.AvailabilityZone ?? `${context.call.region}a`,
    lifecycle: spot ? 'spot' : 'on-demand',
    behaviour: spot?.behaviour ?? 'terminate',
    requestId: request?.request.id,
    reservationId,
    launchedAt: context.at,
    state: 'pending',
    tags: tagsFor(input, 'instance'),
    changes: [],
    made: 'api',
    foreign: false,
  }
  const base = request ? withEntry(request.account, 'requests', [request.request.id, request.request]) : drawn.account
  return withEntry(base, 'instances', [instance.id, instance])
}

/** The members that the simulator only stores and shows again. */
function machineOf(input: RunInput) {
  const { IamInstanceProfile: profile } = input
  return {
    instanceType: input.InstanceType,
    imageId: input.ImageId,
    keyName: input.KeyName,
    instanceProfile: profile?.Arn ?? profile?.Name,
    subnetId: input.SubnetId,
    securityGroups: [...input.SecurityGroupId, ...input.SecurityGroup],
    ebsOptimized: input.EbsOptimized === 'true',
    monitoring: input.Monitoring?.Enabled === 'true',
    hibernation: input.HibernationOptions?.Configured === 'true',
    terminationProtection: input.DisableApiTermination === 'true',
    metadata: {
      tokens: input.MetadataOptions?.HttpTokens ?? 'required',
      endpoint: input.MetadataOptions?.HttpEndpoint ?? 'enabled',
      hopLimit: input.MetadataOptions?.HttpPutResponseHopLimit ?? 2,
    },
  } as const
}

type SpotLaunch = Launch & { readonly spot: SpotOptions }

function toRequest(context: Context, { input, spot }: SpotLaunch, instanceId: string): { account: Account; request: SpotRequest } {
  const { account, id } = nextId(context.account, 'sir')
  const request: SpotRequest = {
    ...spot,
    id,
    region: context.call.region,
    instanceId,
    createdAt: context.at,
    status: { code: 'fulfilled', state: 'active' },
    tags: tagsFor(input, 'spot-instances-request'),
    made: 'api',
    foreign: false,
  }
  return { account, request }
}

function tagsFor(input: RunInput, resourceType: string): Tags {
  const tags = input.TagSpecification.filter((one) => one.ResourceType === resourceType).flatMap((one) => one.Tag)
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
}
