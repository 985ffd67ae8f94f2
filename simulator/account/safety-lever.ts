import type { Account, Lever } from './account.ts'

/** FIS's safety lever at a moment. https://docs.aws.amazon.com/fis/latest/userguide/safety-lever.html */
export function leverAt(account: Account, at: number): Lever['status'] {
  return account.levers.findLast((lever) => lever.at <= at)?.status ?? 'disengaged'
}
