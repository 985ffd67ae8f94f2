import type { Account } from '../account/account.ts'
import type { Origin } from '../account/origin.ts'
import { historyOf, instancesAt } from '../account/timeline.ts'
import { isOver } from '../fis/response.ts'
import type { ForeignTouch, Violation } from './journal.ts'

export type Leftover = {
  readonly kind: 'template' | 'experiment' | 'role'
  readonly id: string
  readonly region?: string
  readonly tags: Readonly<Record<string, string>>
}
export type Interrupted = { readonly id: string; readonly region: string; readonly at: string; readonly how: string }

export type Leftovers = {
  readonly leftovers: readonly Leftover[]
  readonly interrupted: readonly Interrupted[]
  readonly foreignTouched: readonly ForeignTouch[]
  readonly strict: readonly Violation[]
}

/** Resources that callers created (or that a seed gave as theirs) and did not delete. */
export function leftoversOf(account: Account, at: number): readonly Leftover[] {
  const templates = [...account.templates.values()]
    .filter(isTheirs)
    .map(({ id, region, tags }) => ({ kind: 'template' as const, id, region, tags }))
  const experiments = [...account.experiments.values()]
    .filter((experiment) => isTheirs(experiment) && !isOver(account, experiment, at))
    .map(({ id, region, tags }) => ({ kind: 'experiment' as const, id, region, tags }))
  const roles = [...account.roles.values()].filter(isTheirs).map(({ name, tags }) => ({ kind: 'role' as const, id: name, tags }))
  return [...templates, ...experiments, ...roles]
}

/** Every stop and termination that an experiment has caused by `at`. */
export function interruptedIn(account: Account, at: number): readonly Interrupted[] {
  return instancesAt(account, at).flatMap((instance) =>
    historyOf(account, instance, at)
      .events.filter((event) => event.by === 'experiment')
      .map((event) => ({ id: instance.id, region: instance.region, at: new Date(event.at).toISOString(), how: event.do })),
  )
}

/** Whether a resource belongs to the callers. Service-linked roles belong to AWS. */
function isTheirs(origin: Origin): boolean {
  return origin.made !== 'aws' && !origin.foreign
}
