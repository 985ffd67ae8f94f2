import { type Account, type Instance, type SpotRequest, type Tags, withEntry } from '../account/account.ts'
import { nextId } from '../account/ids.ts'
import { findByToken, recordToken } from '../idempotency.ts'
import { type Context, type Handlers, type Outcome, operation, refuse } from '../operation.ts'
import { toReservations } from './instance.ts'
import { withHistory } from './lookup.ts'
import { type RunInput, runInstances } from './schema.ts'

export const launchHandlers: Handlers = { RunInstances: operation(runInstances, launch) }

function launch(context: Context, input: RunInput): Outcome {
  if (input.MinCount > input.MaxCount) refuse('InvalidParameterCombination', 'MinCount must not be larger than MaxCount')
  const token = input.ClientToken ?? ''
  const earlier = token === '' ? undefined : findByToken(context, token, (id) => membersOf(context.account, id))
  if (earlier) return { reply: toReservation(context, earlier) }
  const spot = spotOptions(input)
  const drawn = nextId(context.account, 'r')
  let account = token === '' ? drawn.account : recordToken({ ...context, account: drawn.account }, token, drawn.id)
  for (let count = 0; count < input.MaxCount; count += 1) {
    account = addInstance({ ...context, account }, { input, spot, reservationId: drawn.id })
  }
  return { reply: toReservation({ ...context, account }, membersOf(account, drawn.id) ?? []), account }
}

function membersOf(account: Account, reservationId: string): readonly Instance[] | undefined {
  const members = [...account.instances.values()].filter((instance) => instance.reservationId === reservationId)
  return members.length > 0 ? members : undefined
}

function toReservation(context: Context, members: readonly Instance[]) {
  return {
    ...toReservations(
      context,
      members.map((instance) => withHistory(context, instance)),
    )[0],
  }
}

type SpotOptions = { readonly kind: SpotRequest['kind']; readonly behaviour: SpotRequest['behaviour'] }

function spotOptions(input: RunInput): SpotOptions | undefined {
  if (input.InstanceMarketOptions === undefined) return undefined
  const given = input.InstanceMarketOptions.SpotOptions
  const kind = given?.SpotInstanceType ?? 'one-time'
  const behaviour = given?.InstanceInterruptionBehavior ?? 'terminate'
  if (behaviour !== 'terminate' && kind === 'one-time') {
    refuse('InvalidParameterCombination', `Interruption behavior '${behaviour}' requires a persistent Spot request`)
  }
  return { kind, behaviour }
}

/** What all instances of one launch share. */
type Launch = { readonly input: RunInput; readonly spot: SpotOptions | undefined; readonly reservationId: string }

function addInstance(context: Context, launch: Launch): Account {
  const { input, spot, reservationId } = launch
  const drawn = nextId(context.account, 'i')
  const request = spot && toRequest({ ...context, account: drawn.account }, { ...launch, spot }, drawn.id)
  const instance: Instance = {
    id: drawn.id,
    region: context.call.region,
    zone: input.Placement?.AvailabilityZone ?? `${context.call.region}a`,
    lifecycle: spot ? 'spot' : 'on-demand',
    behaviour: spot?.behaviour ?? 'terminate',
    requestId: request?.request.id,
    reservationId,
    instanceType: input.InstanceType,
    imageId: input.ImageId,
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
