/** Fixed names: of FIS, of its actions, and of the resources that this action creates in IAM. */

export const POLICY_NAME = 'FISSpotInterruptionsMinimal'
export const SERVICE = 'fis.amazonaws.com'
export const SERVICE_ROLE_NAME = 'AWSServiceRoleForFIS'

/** The shortest time to an interruption that FIS accepts, and the default of `duration`. */
export const SHORTEST_DURATION_MS = 2 * 60_000

/** The longest time to an interruption that FIS accepts. */
export const LONGEST_DURATION_MS = 15 * 60_000

export type Mode = 'interruption' | 'rebalance'

/** https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html; the second is offered in few regions, if any. */
export const ACTION_ID: Readonly<Record<Mode, string>> = {
  interruption: 'aws:ec2:send-spot-instance-interruptions',
  rebalance: 'aws:ec2:send-spot-instance-rebalance-recommendations',
}
