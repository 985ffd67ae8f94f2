import { type Instance, type Model, type Order, withEntry } from '../account/account.ts'
import { type Handlers, type Outcome, operation, refuse, type Scene, touched } from '../operation.ts'
import { toStateSet } from './instance.ts'
import { findInstances, type Seen, see } from './lookup.ts'
import { changeInstances, createTags } from './schema.ts'

export const changeHandlers: Handlers = {
  TerminateInstances: operation(changeInstances, (scene, { InstanceId }) => order(scene, InstanceId, 'terminate')),
  StopInstances: operation(changeInstances, (scene, { InstanceId }) => order(scene, InstanceId, 'stop')),
  StartInstances: operation(changeInstances, (scene, { InstanceId }) => order(scene, InstanceId, 'start')),
  CreateTags: operation(createTags, tagResources),
}

function order(scene: Scene, ids: readonly string[], what: Order['do']): Outcome {
  const found = findInstances(scene, ids)
  for (const seen of found) checkOrder(scene.model, seen, what)
  const model = found.reduce((books, { life, ...instance }) => withOrder(books, instance, { at: scene.at, do: what }), scene.model)
  const instancesSet = found.map((seen) => ({
    instanceId: seen.id,
    currentState: toStateSet(see({ model, at: scene.at }, model.instances.get(seen.id) ?? seen).life.state),
    previousState: toStateSet(seen.life.state),
  }))
  return { reply: { instancesSet }, model, touched: found.flatMap((seen) => touched('instance', seen.id, seen)) }
}

function withOrder(model: Model, instance: Instance, next: Order): Model {
  return withEntry(model, 'instances', instance.id, { ...instance, orders: [...instance.orders, next] })
}

/** Terminating is always allowed, twice too. A one-time Spot request cannot be stopped. */
function checkOrder(model: Model, seen: Seen, what: Order['do']): void {
  if (what === 'terminate') return
  const request = seen.requestId === undefined ? undefined : model.requests.get(seen.requestId)
  if (what === 'stop' && request?.kind === 'one-time') {
    const advice = 'You can only stop Spot Instances associated with persistent Spot Instance requests.'
    refuse(
      'UnsupportedOperation',
      `You can't stop the Spot Instance '${seen.id}' because it is associated with a one-time Spot Instance request. ${advice}`,
    )
  }
  const allowed = what === 'stop' ? ['pending', 'running', 'stopping', 'stopped'] : ['pending', 'running', 'stopped']
  if (allowed.includes(seen.life.state)) return
  const verb = what === 'stop' ? 'stopped' : 'started'
  refuse('IncorrectInstanceState', `The instance '${seen.id}' is not in a state from which it can be ${verb}.`)
}

function tagResources(scene: Scene, input: { ResourceId: string[]; Tag: { Key: string; Value: string }[] }): Outcome {
  if (input.Tag.some(({ Key }) => Key.toLowerCase().startsWith('aws:'))) {
    refuse('InvalidParameterValue', 'Tag keys starting with "aws:" are reserved for internal use')
  }
  const added = Object.fromEntries(input.Tag.map(({ Key, Value }) => [Key, Value]))
  const model = input.ResourceId.reduce((books, id) => tagOne({ ...scene, model: books }, id, added), scene.model)
  const resources = input.ResourceId.flatMap((id) => model.instances.get(id) ?? model.requests.get(id) ?? [])
  return { reply: { return: true }, model, touched: resources.flatMap((one) => touched('tags', one.id, one)) }
}

function tagOne(scene: Scene, id: string, added: Readonly<Record<string, string>>): Model {
  const request = scene.model.requests.get(id)
  if (request) return withEntry(scene.model, 'requests', id, { ...request, tags: checked({ ...request.tags, ...added }) })
  if (!id.startsWith('i-')) refuse('InvalidID', `The ID '${id}' is not valid`)
  return findInstances(scene, [id]).reduce((books, { life, ...instance }) => {
    return withEntry(books, 'instances', id, { ...instance, tags: checked({ ...instance.tags, ...added }) })
  }, scene.model)
}

function checked(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.keys(tags).length > 50)
    refuse('TagLimitExceeded', "You've reached the limit on the number of tags that you can assign to a resource.")
  return tags
}
