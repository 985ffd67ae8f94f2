import type { Account } from '../account/account.ts'
import type { History, InstanceEvent } from '../account/instance.ts'

/** Why an instance is in its state, as DescribeInstances shows it. */
const messages: Record<string, string> = {
  'Server.SpotInstanceTermination': 'Server.SpotInstanceTermination: Spot instance termination',
  'Server.SpotInstanceShutdown': 'Server.SpotInstanceShutdown: Spot instance shutdown',
  'Client.UserInitiatedShutdown': 'Client.UserInitiatedShutdown: User initiated shutdown',
}

/**
 * StateReason of an instance after its last event; undefined while it runs. The switch `stateReason` decides what it is after an
 * experiment.
 */
export function toStateReason(account: Account, history: History) {
  const code = codeOf(account, history.events.at(-1))
  return code === undefined ? undefined : { code, message: messages[code] }
}

/** StateTransitionReason, an older text beside StateReason. */
export function toTransition(account: Account, history: History): string | undefined {
  const last = history.events.at(-1)
  const code = codeOf(account, last)
  if (last === undefined || code === undefined) return undefined
  if (code !== 'Client.UserInitiatedShutdown') return code
  return `User initiated (${new Date(last.at).toISOString().slice(0, 19).replace('T', ' ')} GMT)`
}

function codeOf(account: Account, last: InstanceEvent | undefined): string | undefined {
  if (!last || last.do === 'start') return undefined
  if (last.by === 'experiment' && account.switches.stateReason === 'none') return undefined
  const isSpot = last.by === 'experiment' || last.by === 'no-capacity' || last.by === 'by-price'
  if (!isSpot) return 'Client.UserInitiatedShutdown'
  return last.do === 'terminate' ? 'Server.SpotInstanceTermination' : 'Server.SpotInstanceShutdown'
}
