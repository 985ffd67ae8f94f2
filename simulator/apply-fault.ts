import type { InjectedFault } from './admin/faults.ts'
import { type JournalEntry, recordAnswer } from './admin/journal.ts'
import type { Delivery, Result } from './delivery.ts'

/** The call that a fault hits: its line in the journal, and what it would do. */
export type FaultyCall = { readonly entry: JournalEntry; readonly speed: number; readonly act: () => Result }

/** Applies an injected fault that is not a refusal: decides how the answer is delivered, and whether the call acts at all. */
export function applyFault(fault: InjectedFault, { entry, speed, act }: FaultyCall): Delivery {
  switch (fault.fault) {
    case 'reset':
      return { kind: 'reset' }
    case 'hang':
      return { kind: 'hold' }
    case 'hold':
      return { kind: 'hold', release: () => ({ kind: 'answer', result: act() }) }
    case 'html503':
      return {
        kind: 'answer',
        result: recordAnswer(entry, { refusal: { code: 'html503', message: 'Service Unavailable', status: 503 } }),
        mangle: 'html',
      }
    case 'commit-lose':
      return unanswered(entry, act(), () => ({ kind: 'reset' }))
    case 'commit-hold':
      return unanswered(entry, act(), (result) => ({
        kind: 'hold',
        release: () => ({ kind: 'answer', result: recordAnswer(entry, result) }),
      }))
    case 'truncated':
    case 'empty':
      return { kind: 'answer', result: act(), mangle: fault.fault }
    case 'slow':
      return { kind: 'answer', result: act(), waitMs: fault.ms ?? ((fault.seconds ?? 0) * 1000) / speed }
    default:
      return { kind: 'answer', result: act() }
  }
}

function unanswered(entry: JournalEntry, result: Result, then: (result: Result) => Delivery): Delivery {
  entry.status = null
  entry.error = null
  return then(result)
}
