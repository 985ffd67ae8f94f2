import type { Model } from '../account/account.ts'
import type { Happening, Life } from '../account/instance.ts'

/** Why an instance is in the state it is in, as DescribeInstances tells it. */
const messages: Record<string, string> = {
  'Server.SpotInstanceTermination': 'Server.SpotInstanceTermination: Spot instance termination',
  'Server.SpotInstanceShutdown': 'Server.SpotInstanceShutdown: Spot instance shutdown',
  'Client.UserInitiatedShutdown': 'Client.UserInitiatedShutdown: User initiated shutdown',
}

export function toStateReason(model: Model, life: Life) {
  const code = codeOf(model, life.phases.at(-1))
  return code === undefined ? undefined : { code, message: messages[code] }
}

/** StateTransitionReason, an older text beside StateReason. */
export function toTransition(model: Model, life: Life): string | undefined {
  const last = life.phases.at(-1)
  const code = codeOf(model, last)
  if (last === undefined || code === undefined) return undefined
  if (code !== 'Client.UserInitiatedShutdown') return code
  return `User initiated (${new Date(last.at).toISOString().slice(0, 19).replace('T', ' ')} GMT)`
}

function codeOf(model: Model, last: Happening | undefined): string | undefined {
  if (!last || last.do === 'start') return undefined
  if (last.by === 'experiment' && model.switches.stateReason === 'none') return undefined
  const isSpot = last.by === 'experiment' || last.by === 'no-capacity' || last.by === 'by-price'
  if (!isSpot) return 'Client.UserInitiatedShutdown'
  return last.do === 'terminate' ? 'Server.SpotInstanceTermination' : 'Server.SpotInstanceShutdown'
}
