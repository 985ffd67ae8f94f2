import { type Account, type Instance, type StateChange, withEntry } from '../account/account.ts'
import { timelineOf } from '../account/timeline.ts'
import { type Context, type Handlers, type Outcome, operation, refuse, touched } from '../operation.ts'
import { toStateSet } from './instance.ts'
import { findInstances, type ListedInstance, withHistory } from './lookup.ts'
import { createTags, startInstances, stopInstances, terminateInstances } from './schema.ts'

export const changeHandlers: Handlers = {
  TerminateInstances: operation(terminateInstances, (context, { InstanceId }) => changeState(context, InstanceId, 'terminate')),
  StopInstances: operation(stopInstances, (context, { InstanceId, Hibernate }) => {
    if (Hibernate === 'true') checkHibernation(findInstances(context, InstanceId))
    return changeState(context, InstanceId, 'stop')
  }),
  StartInstances: operation(startInstances, (context, { InstanceId }) => changeState(context, InstanceId, 'start')),
  CreateTags: operation(createTags, tagResources),
}

function changeState(context: Context, ids: readonly string[], what: StateChange['do']): Outcome {
  const found = findInstances(context, ids)
  for (const listed of found) checkChange(context, listed, what)
  const account = found.reduce(
    (account, { history, ownerId, ...instance }) => withChange(account, instance, { at: context.at, do: what }),
    context.account,
  )
  const instancesSet = found.map((listed) => ({
    instanceId: listed.id,
    currentState: toStateSet(withHistory({ ...context, account }, account.instances.get(listed.id) ?? listed).history.state),
    previousState: toStateSet(listed.history.state),
  }))
  return { reply: { instancesSet }, account, touched: found.flatMap((listed) => touched('instance', listed.id, listed)) }
}

function withChange(account: Account, instance: Instance, next: StateChange): Account {
  return withEntry(account, 'instances', [instance.id, { ...instance, changes: [...instance.changes, next] }])
}

function checkHibernation(listed: readonly ListedInstance[]): void {
  const unable = listed.find(({ hibernation }) => hibernation !== true)
  if (unable === undefined) return
  refuse('UnsupportedHibernationConfiguration', `The instance '${unable.id}' is not configured for hibernation.`)
}

/**
 * Refuses a change that EC2 does not allow. An instance may be terminated again, unless it is protected; an instance of a one-time Spot
 * request cannot be stopped.
 */
function checkChange(context: Context, listed: ListedInstance, what: StateChange['do']): void {
  if (what === 'terminate') {
    checkProtection(listed)
    return
  }
  const request = listed.requestId === undefined ? undefined : timelineOf(context.account, context.at).requests.get(listed.requestId)
  if (what === 'stop' && request?.kind === 'one-time') {
    const advice = 'You can only stop Spot Instances associated with persistent Spot Instance requests.'
    refuse(
      'UnsupportedOperation',
      `You can't stop the Spot Instance '${listed.id}' because it is associated with a one-time Spot Instance request. ${advice}`,
    )
  }
  const allowed = what === 'stop' ? ['pending', 'running', 'stopping', 'stopped'] : ['pending', 'running', 'stopped']
  if (allowed.includes(listed.history.state)) return
  const verb = what === 'stop' ? 'stopped' : 'started'
  refuse('IncorrectInstanceState', `The instance '${listed.id}' is not in a state from which it can be ${verb}.`)
}

function checkProtection({ id, terminationProtection }: ListedInstance): void {
  if (terminationProtection !== true) return
  const advice = "Modify its 'disableApiTermination' instance attribute and try again."
  refuse('OperationNotPermitted', `The instance '${id}' may not be terminated. ${advice}`)
}

function tagResources(context: Context, input: { ResourceId: string[]; Tag: { Key: string; Value: string }[] }): Outcome {
  if (input.Tag.some(({ Key }) => Key.toLowerCase().startsWith('aws:'))) {
    refuse('InvalidParameterValue', 'Tag keys starting with "aws:" are reserved for internal use')
  }
  const added = Object.fromEntries(input.Tag.map(({ Key, Value }) => [Key, Value]))
  const account = input.ResourceId.reduce((account, id) => tagOne({ ...context, account }, id, added), context.account)
  const { instances, requests } = timelineOf(context.account, context.at)
  const resources = input.ResourceId.flatMap((id) => instances.get(id) ?? requests.get(id) ?? [])
  return { reply: { return: true }, account, touched: resources.flatMap((one) => touched('tags', one.id, one)) }
}

function tagOne(context: Context, id: string, added: Readonly<Record<string, string>>): Account {
  const request = timelineOf(context.account, context.at).requests.get(id)
  if (request) return withEntry(context.account, 'requests', [id, { ...request, tags: checked({ ...request.tags, ...added }) }])
  if (!id.startsWith('i-')) refuse('InvalidID', `The ID '${id}' is not valid`)
  return findInstances(context, [id]).reduce((account, { history, ownerId, ...instance }) => {
    return withEntry(account, 'instances', [id, { ...instance, tags: checked({ ...instance.tags, ...added }) }])
  }, context.account)
}

function checked(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.keys(tags).length > 50)
    refuse('TagLimitExceeded', "You've reached the limit on the number of tags that you can assign to a resource.")
  return tags
}
