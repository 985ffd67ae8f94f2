import { joinSentences, toActionError } from '../model/errors.ts'
import { FIELDS } from '../model/inputs/main.ts'
import { fail, type StepResult } from '../model/verdict/result.ts'
import { VERSION } from '../model/version.ts'
import type { Listening } from '../runner/signals.ts'
import type { Sinks } from '../runner/sinks.ts'
import type { World } from '../world.ts'
import { LEAVE_MS, openRuntime, runEntry } from './lifecycle.ts'

/** Limit of all calls together: a clean-up of many leftovers must not spend the full patience of a call on each. */
const BUDGET_MS = 10 * 60_000

/** What an action of one step works with. `connect` makes the ports of AWS, and loads their code, on its first call. */
export type StepContext = {
  readonly sinks: Sinks
  readonly connect: (region: string) => Promise<Pick<World, 'endpoints' | 'sts' | 'ec2' | 'iam' | 'fis' | 'clock' | 'log' | 'cancel'>>
}

/** Runs an action that has one step and no post. A cancelled step ends at once. */
export function runAction(closedOutput: Listening['closedOutput'], act: (context: StepContext) => Promise<StepResult>): Promise<void> {
  const runtime = openRuntime({ leaveMs: LEAVE_MS, closedOutput, timezone: () => FIELDS.timezone.fallback })
  const { sinks, clock, log, signals } = runtime
  const connect: StepContext['connect'] = async (region) => {
    const { createAws } = await import('../aws/clients.ts')
    const limits = { signal: AbortSignal.any([signals.cancel, AbortSignal.timeout(BUDGET_MS)]), graceMs: LEAVE_MS }
    const observers = { observeDate: clock.observeDate, observeSecret: sinks.hide }
    const aws = createAws({ region, userAgent: ['spot-interrupt', VERSION], ...observers, limits })
    return { ...aws, clock, log, cancel: signals.cancel }
  }
  return runEntry(runtime, async () => {
    const { pass, text, hint } = await act({ sinks, connect }).catch(toFailure)
    log.record({ kind: pass ? 'passed' : 'failed', text })
    return pass ? '' : joinSentences(text, hint)
  })
}

function toFailure(thrown: unknown): StepResult {
  const { message, hint } = toActionError(thrown)
  return fail(message, hint)
}
