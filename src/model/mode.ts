/** The kind of signal that is sent: an interruption, or only a rebalance recommendation. */
export type Mode = 'interruption' | 'rebalance'

/**
 * The FIS action of each mode. The second is offered in few regions, if any:
 * https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
export const ACTION_ID: Readonly<Record<Mode, string>> = {
  interruption: 'aws:ec2:send-spot-instance-interruptions',
  rebalance: 'aws:ec2:send-spot-instance-rebalance-recommendations',
}
