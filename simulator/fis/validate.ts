import { type CatalogueAction, findAction, interruption, wait } from '../account/catalogue.ts'
import { parseDuration, parseWait } from '../account/duration.ts'
import type { Action, Target } from '../account/template.ts'
import { type Context, refuse, refuseUnknown } from '../operation.ts'
import type { TemplateInput } from './schema.ts'

const actionQuota = 20
const parallelQuota = 10
const spotQuota = 5

/** Checks the rules of FIS for a template that its schema does not cover. */
export function checkTemplate(context: Context, input: TemplateInput): void {
  for (const [name, target] of Object.entries(input.targets)) checkTarget(name, target)
  for (const [name, action] of Object.entries(input.actions)) checkAction(context, input, [name, action])
  for (const { source, value } of input.stopConditions) {
    if ((source === 'none') !== (value === undefined)) invalid(`Stop condition ${source} ${value ? 'takes no' : 'requires a'} value.`)
  }
  checkQuotas(context, input)
}

function checkTarget(name: string, target: Target): void {
  const byArn = target.resourceArns !== undefined && target.resourceArns.length > 0
  const byTag = target.resourceTags !== undefined && Object.keys(target.resourceTags).length > 0
  if (byArn && byTag) invalid(`You cannot specify both resource ARNs and resource tags for target ${name}.`)
  if (!byArn && !byTag) invalid(`You must specify either resource ARNs or resource tags for target ${name}.`)
  const malformed = target.resourceArns?.find((arn) => !arn.startsWith('arn:'))
  if (malformed !== undefined) invalid(`Target ${name} has an invalid resource ARN: ${malformed}`)
}

type NamedAction = readonly [name: string, action: Action]

function checkAction(context: Context, input: TemplateInput, [name, action]: NamedAction): void {
  checkOrder(input, name, action)
  const known = findAction(action.actionId, context.call.region, context.account.switches)
  if (known) checkSlots(input, [name, action], known)
  else if (context.account.switches.unknownAction === 'refused') invalid(`Action ${name} has an unknown actionId: ${action.actionId}`)
}

function checkSlots(input: TemplateInput, [name, action]: NamedAction, known: CatalogueAction): void {
  if (!known.runs) {
    refuseUnknown('ValidationException', `The simulator lists ${known.id} but cannot run it.`, { what: 'member', name: known.id })
  }
  const slots = action.targets ?? {}
  const stray = Object.keys(slots).find((slot) => !Object.hasOwn(known.targets, slot))
  if (stray !== undefined) invalid(`Unexpected target "${stray}" found in action "${name}".`)
  for (const [slot, resourceType] of Object.entries(known.targets)) {
    const targetName = slots[slot]
    if (targetName === undefined) invalid(`Action ${name} requires the target ${slot}.`)
    const target = input.targets[targetName]
    if (!target) invalid(`Action ${name} refers to the target ${targetName}, which is not defined.`)
    if (target.resourceType !== resourceType) invalid(`Target ${targetName} must have the resource type ${resourceType}.`)
  }
  checkParameters(name, action, known)
}

function checkParameters(name: string, action: Action, known: CatalogueAction): void {
  const given = action.parameters ?? {}
  const missing = Object.entries(known.parameters).find(([parameter, { required }]) => required && !Object.hasOwn(given, parameter))
  if (missing) invalid(`Action ${name} requires the parameter ${missing[0]}.`)
  const stray = Object.keys(given).find((parameter) => !Object.hasOwn(known.parameters, parameter))
  if (stray !== undefined) invalid(`Action ${name} does not support the parameter ${stray}.`)
  if (known.id === wait && parseWait(given.duration ?? '') === undefined) {
    invalid(`Action ${name}: duration must be from PT1M to PT12H, not ${given.duration}.`)
  }
  const duration = given.durationBeforeInterruption
  if (known.id === interruption && duration !== undefined && parseDuration(duration) === undefined) {
    invalid(`Action ${name}: durationBeforeInterruption must be from PT2M to PT15M, not ${duration}.`)
  }
}

/** `startAfter` must name other actions, without a circle. */
function checkOrder(input: TemplateInput, name: string, action: Action): void {
  const seen = new Set<string>()
  const queue = [...(action.startAfter ?? [])]
  for (let other = queue.pop(); other !== undefined; other = queue.pop()) {
    const next = input.actions[other]
    if (!next) invalid(`Action ${name} starts after ${other}, which is not defined.`)
    if (other === name) invalid(`Action ${name} starts after itself.`)
    if (seen.has(other)) continue
    seen.add(other)
    queue.push(...(next.startAfter ?? []))
  }
}

function checkQuotas(context: Context, input: TemplateInput): void {
  const actions = Object.values(input.actions)
  if (actions.length === 0) invalid('An experiment template must have at least one action.')
  if (actions.length > actionQuota) exceeded(`You have exceeded the limit of ${actionQuota} actions per experiment template.`)
  const parallel = actions.filter((action) => (action.startAfter ?? []).length === 0).length
  if (parallel > parallelQuota) exceeded(`You have exceeded the limit of ${parallelQuota} parallel actions per experiment.`)
  const arns = Object.values(input.targets).reduce((sum, target) => sum + (target.resourceArns?.length ?? 0), 0)
  if (context.account.switches.arnQuota === 'five' && arns > spotQuota)
    exceeded(`You have exceeded the limit of ${spotQuota} target SpotInstances.`)
}

function exceeded(message: string): never {
  refuse('ServiceQuotaExceededException', message, 402)
}

function invalid(message: string): never {
  refuse('ValidationException', message)
}
