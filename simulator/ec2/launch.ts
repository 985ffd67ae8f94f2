import { type Instance, type Model, type SpotRequest, type Tags, withEntry } from '../account/account.ts'
import { nextIdent } from '../account/ids.ts'
import { recall, remember } from '../idempotency.ts'
import { type Handlers, type Outcome, operation, refuse, type Scene } from '../operation.ts'
import { toReservations } from './instance.ts'
import { see } from './lookup.ts'
import { type RunInput, runInstances } from './schema.ts'

export const launchHandlers: Handlers = { RunInstances: operation(runInstances, launch) }

function launch(scene: Scene, input: RunInput): Outcome {
  if (input.MinCount > input.MaxCount) refuse('InvalidParameterCombination', 'MinCount must not be larger than MaxCount')
  const token = input.ClientToken ?? ''
  const earlier = token === '' ? undefined : recall(scene, token, (id) => membersOf(scene.model, id))
  if (earlier) return { reply: show(scene, earlier) }
  const spot = spotOptions(input)
  const drawn = nextIdent(scene.model, 'r')
  let model = token === '' ? drawn.model : remember(scene, drawn.model, token, drawn.id)
  for (let count = 0; count < input.MaxCount; count += 1) model = addInstance({ ...scene, model }, input, spot, drawn.id)
  return { reply: show({ ...scene, model }, membersOf(model, drawn.id) ?? []), model }
}

function membersOf(model: Model, reservationId: string): readonly Instance[] | undefined {
  const members = [...model.instances.values()].filter((instance) => instance.reservationId === reservationId)
  return members.length > 0 ? members : undefined
}

function show(scene: Scene, members: readonly Instance[]) {
  return {
    ...toReservations(
      scene,
      members.map((instance) => see(scene, instance)),
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

function addInstance(scene: Scene, input: RunInput, spot: SpotOptions | undefined, reservationId: string): Model {
  const drawn = nextIdent(scene.model, 'i')
  const request = spot && toRequest({ ...scene, model: drawn.model }, input, spot, drawn.id)
  const instance: Instance = {
    id: drawn.id,
    region: scene.call.region,
    zone: input.Placement?.AvailabilityZone ?? `${scene.call.region}a`,
    owner: scene.place.account,
    lifecycle: spot ? 'spot' : 'on-demand',
    behaviour: spot?.behaviour ?? 'terminate',
    requestId: request?.request.id,
    reservationId,
    instanceType: input.InstanceType,
    imageId: input.ImageId,
    launchedAt: scene.at,
    state: 'pending',
    tags: tagsFor(input, 'instance'),
    orders: [],
    made: 'api',
    foreign: false,
  }
  const base = request ? withEntry(request.model, 'requests', request.request.id, request.request) : drawn.model
  return withEntry(base, 'instances', instance.id, instance)
}

function toRequest(scene: Scene, input: RunInput, spot: SpotOptions, instanceId: string): { model: Model; request: SpotRequest } {
  const { model, id } = nextIdent(scene.model, 'sir')
  const request: SpotRequest = {
    ...spot,
    id,
    region: scene.call.region,
    instanceId,
    createdAt: scene.at,
    status: { code: 'fulfilled', state: 'active' },
    tags: tagsFor(input, 'spot-instances-request'),
    made: 'api',
    foreign: false,
  }
  return { model, request }
}

function tagsFor(input: RunInput, resourceType: string): Tags {
  const tags = input.TagSpecification.filter((one) => one.ResourceType === resourceType).flatMap((one) => one.Tag)
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
}
