import type { Model, Origin } from '../account/account.ts'
import { lifeAt } from '../account/instance.ts'
import { tell } from '../account/timeline.ts'
import { isOver } from '../fis/response.ts'
import type { ForeignTouch, Mark } from './journal.ts'

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
  readonly strict: readonly Mark[]
}

/** What the callers, or a seed that was said to be theirs, made and did not take away. */
export function leftoversOf(model: Model, at: number): readonly Leftover[] {
  const templates = [...model.templates.values()]
    .filter(isTheirs)
    .map(({ id, region, tags }) => ({ kind: 'template' as const, id, region, tags }))
  const experiments = [...model.experiments.values()]
    .filter((experiment) => isTheirs(experiment) && !isOver(model, experiment, at))
    .map(({ id, region, tags }) => ({ kind: 'experiment' as const, id, region, tags }))
  const roles = [...model.roles.values()].filter(isTheirs).map(({ name, tags }) => ({ kind: 'role' as const, id: name, tags }))
  return [...templates, ...experiments, ...roles]
}

export function interruptedIn(model: Model, at: number): readonly Interrupted[] {
  return [...model.instances.values()].flatMap((instance) =>
    lifeAt(instance, tell(model).happenings(instance.id), at)
      .phases.filter((phase) => phase.by === 'experiment')
      .map((phase) => ({ id: instance.id, region: instance.region, at: new Date(phase.at).toISOString(), how: phase.do })),
  )
}

/** AWS makes service-linked roles for its own use: nobody's leftovers. */
function isTheirs(origin: Origin): boolean {
  return origin.made !== 'aws' && !origin.foreign
}
