import { type Place, toInstanceArn } from '../arn.ts'
import { toIso } from '../duration.ts'
import { ACTION_ID, type Mode } from '../mode.ts'
import { plural } from '../plural.ts'
import type { Tags } from '../tags.ts'

/**
 * FIS accepts at most five ARNs in one target:
 * https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplateTargetInput.html
 */
export const BATCH_SIZE = 5
const MAX_DESCRIPTION = 512

export type Batch = { readonly target: string; readonly action: string; readonly ids: readonly string[] }

/** FIS targets of at most five instances each, with one action for each, in the order given. */
export function toBatches(ids: readonly string[]): readonly Batch[] {
  const count = Math.ceil(ids.length / BATCH_SIZE)
  return Array.from({ length: count }, (_, index) => ({
    target: `spot-${index + 1}`,
    action: `signal-${index + 1}`,
    ids: ids.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  }))
}

/** The content of an experiment template. Each batch is one target of at most five ARNs with one action of its own. */
export type TemplateContent = {
  readonly description: string
  readonly actionId: string
  readonly parameters: Readonly<Record<string, string>>
  readonly batches: readonly { readonly target: string; readonly action: string; readonly arns: readonly string[] }[]
  readonly tags: Tags
  /** ARNs of the alarms that stop the experiment. */
  readonly stopAlarms?: readonly string[]
}

/** The content of the experiment template, without the role and the token. */
export function toTemplateContent(of: {
  mode: Mode
  durationMs: number
  instanceIds: readonly string[]
  place: Place
  run: string
  tags: Tags
  stopAlarms?: readonly string[]
}): TemplateContent {
  return {
    description: describe(of.mode, of.instanceIds.length, of.run),
    actionId: ACTION_ID[of.mode],
    parameters: of.mode === 'interruption' ? { durationBeforeInterruption: toIso(of.durationMs) } : {},
    batches: toBatches(of.instanceIds).map(({ target, action, ids }) => ({
      target,
      action,
      arns: ids.map((id) => toInstanceArn(of.place, id)),
    })),
    tags: of.tags,
    stopAlarms: of.stopAlarms ?? [],
  }
}

/** The description. It has the number of targets, not their ids, so its length is limited. */
function describe(mode: Mode, count: number, run: string): string {
  const what = mode === 'interruption' ? 'Spot interruption' : 'Rebalance recommendation'
  return `${what} of ${plural(count, 'instance')} by spot-interrupt, run ${run}`.slice(0, MAX_DESCRIPTION)
}
