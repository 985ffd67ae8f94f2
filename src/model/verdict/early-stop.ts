import { joinSentences } from '../errors.ts'
import type { Planned } from '../timeline/planned.ts'
import type { ExperimentSnapshot } from '../timeline/snapshot.ts'
import type { TargetOutcome } from './outcome.ts'
import { fail, type StepResult } from './result.ts'
import { listTargets } from './wording.ts'

type Seen = { readonly plan: Planned; readonly experiment: ExperimentSnapshot; readonly outcomes: readonly TargetOutcome[] }

/** Whether a target is as a recommendation should leave it: it still runs, or it drained and `react-to` is `rebalance`. */
export function isSpared({ outcome }: Pick<TargetOutcome, 'outcome'>, { reactTo }: Planned): boolean {
  return outcome === 'running' || (outcome === 'drained' && reactTo === 'rebalance')
}

/** Judges an interruption that was stopped at once, as a replacement of a recommendation. AWS does not document that a stop recalls it. */
export function judgeEarlyStop({ plan, experiment, outcomes }: Seen): StepResult {
  const hit = outcomes.filter((one) => !isSpared(one, plan))
  if (experiment.status !== 'stopped')
    return fail(
      joinSentences(
        `Inconclusive: experiment ${experiment.id} ended ${experiment.status} before the early stop (experimental) took effect`,
        hit.length === 0 ? 'No target was interrupted' : `Not spared: ${listTargets(hit)}`,
      ),
      joinSentences(
        hit.length === 0 ? '' : 'Look at these instances',
        'Use mode: interruption with duration: PT15M and react-to: rebalance, or run it again',
      ),
    )
  if (hit.length > 0)
    return fail(
      `The early stop of experiment ${experiment.id} (experimental) did not spare ${listTargets(hit)}.`,
      'AWS does not promise that a stop recalls an interruption. Look at these instances.',
    )
  return {
    pass: true,
    text: `${experiment.id} stopped early (experimental): rebalance recommendation sent, and no target was interrupted within 18 minutes`,
    hint: '',
  }
}
