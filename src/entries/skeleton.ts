import { setFailed } from '@actions/core'
import { joinSentences, toActionError } from '../model/errors.ts'
import { FIELDS } from '../model/inputs/main.ts'
import { fail, type StepResult } from '../model/verdict/result.ts'
import { VERSION } from '../model/version.ts'
import { toLines } from '../report/log.ts'
import { createClock } from '../runner/clock.ts'
import { deleteEmptyVariables } from '../runner/context.ts'
import { createLog, print } from '../runner/log.ts'
import { leave, listen } from '../runner/signals.ts'
import type { Log, World } from '../world.ts'

/** After a cancel a write in flight gets this long; the runner kills after 10 s. */
const LEAVE_MS = 3500

/** What an action of one step works with. `connect` makes the ports of AWS, and loads what they need, on its first call. */
export type Given = {
  readonly log: Log
  readonly connect: (region: string) => Promise<Pick<World, 'endpoints' | 'sts' | 'ec2' | 'iam' | 'fis' | 'clock' | 'log' | 'cancel'>>
}

/** Runs an action that has one step and no post: whatever is thrown becomes one `::error::`, and a cancelled step ends at once. */
export async function runAction(act: (given: Given) => Promise<StepResult>): Promise<void> {
  deleteEmptyVariables(process.env)
  const clock = createClock()
  const log = createLog(clock, (event) => print(toLines(event, FIELDS.timezone.fallback)))
  const signals = listen(LEAVE_MS, (by) => log.record({ kind: 'cancelled', by }))
  const connect: Given['connect'] = async (region) => {
    const { createAws } = await import('../aws/clients.ts')
    const limits = { signal: signals.cancel, graceMs: LEAVE_MS }
    return {
      ...createAws({ region, userAgent: ['spot-interrupt', VERSION], observeDate: clock.observeDate, limits }),
      clock,
      log,
      cancel: signals.cancel,
    }
  }
  const { pass, text, hint } = await act({ log, connect }).catch(toFailure)
  log.record({ kind: pass ? 'passed' : 'failed', text })
  if (!pass) setFailed(joinSentences(text, hint))
  if (signals.cancel.aborted) leave()
}

function toFailure(thrown: unknown): StepResult {
  const { message, hint } = toActionError(thrown)
  return fail(message, hint)
}
