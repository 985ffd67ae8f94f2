/** Fixed names and limits: of FIS, and of the resources that this action creates in IAM. */

export const POLICY_NAME = 'FISSpotInterruptionsMinimal'
export const SERVICE = 'fis.amazonaws.com'
export const SERVICE_ROLE_NAME = 'AWSServiceRoleForFIS'

/** The shortest time to an interruption that FIS accepts, and the default of `duration`. */
export const SHORTEST_DURATION_MS = 2 * 60_000

/** The longest time to an interruption that FIS accepts. */
export const LONGEST_DURATION_MS = 15 * 60_000
