import { minutes } from '../clock.ts'
import type { Account, Instance } from './account.ts'
import { interruption } from './catalogue.ts'
import { parseDuration } from './duration.ts'
import type { Action } from './template.ts'

/** What one action does to one instance. Without `endsAt` it is only a recommendation. */
export type ActionEffect = {
  readonly instanceId: string
  readonly startedAt: number
  readonly noticeAt?: number | undefined
  readonly endsAt?: number | undefined
  readonly recalledAt?: number | undefined
}

type Started = { readonly instance: Instance; readonly startedAt: number }

/** When an action sends the notice, and when it ends the instance; no times for an action that only recommends. */
export function interruptionTimes(
  account: Account,
  action: Action,
  { instance, startedAt }: Started,
): Pick<ActionEffect, 'noticeAt' | 'endsAt'> {
  if (action.actionId !== interruption) return {}
  const endsAt = startedAt + durationOf(action) + (account.switches.ends === 'later' ? minutes(2) : 0)
  // Hibernation begins at once, together with its notice.
  if (instance.behaviour === 'hibernate') return { noticeAt: startedAt, endsAt: startedAt }
  return { noticeAt: endsAt - minutes(2), endsAt }
}

/** `durationBeforeInterruption` of an action in milliseconds; 2 minutes where it cannot be read. */
export function durationOf(action: Action): number {
  return parseDuration(action.parameters?.durationBeforeInterruption ?? '') ?? minutes(2)
}
