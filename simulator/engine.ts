import { emptyModel, type Model } from './account/account.ts'
import { type Fault, matchFault, type Rule } from './admin/faults.ts'
import { createEntry, type Entry, type ForeignTouch, type Mark, placeOf } from './admin/journal.ts'
import { interruptedIn, type Leftovers, leftoversOf } from './admin/leftovers.ts'
import { refusalFor } from './admin/refusals.ts'
import type { Clock } from './clock.ts'
import { handlerOf } from './handlers.ts'
import { type Call, type Refusal, type Reply, refusalOf, type Scene, type Service } from './operation.ts'

export type Result = { readonly reply: Reply } | { readonly refusal: Refusal }

/** What the transport has to do with a call. A held one waits for `release`, for ever if there is none. */
export type Delivery =
  | {
      readonly kind: 'answer'
      readonly result: Result
      readonly mangle?: 'truncated' | 'empty' | 'html' | undefined
      readonly waitMs?: number | undefined
    }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hold'; readonly release?: (() => Delivery) | undefined }

export type Engine = {
  readonly ask: (call: Call) => Delivery
  readonly model: () => Model
  readonly change: (next: (model: Model) => Model) => void
  /** What a seed brings was always there: it also shows in stale reads. */
  readonly found: (next: (model: Model) => Model) => void
  readonly rules: () => readonly Rule[]
  readonly plan: (rules: readonly Rule[]) => void
  /** A request that could not be read as a call, or that broke the simulator itself. */
  readonly stray: (refused: { readonly service: Service; readonly refusal: Refusal }) => void
  readonly crash: (error: unknown) => void
  readonly journal: () => readonly Entry[]
  readonly leftovers: () => Leftovers
  readonly reset: () => void
}

type Version = { readonly at: number; readonly model: Model }

/** The only state that changes. */
type Books = { model: Model; versions: Version[]; rules: readonly Rule[]; journal: Entry[]; foreign: ForeignTouch[]; strict: Mark[] }

const versionsKept = 500

export function createEngine(clock: Clock): Engine {
  const books = openBooks()
  return {
    ask: (call) => ask(books, clock, call),
    model: () => books.model,
    change: (next) => record(books, clock.now(), next(books.model)),
    found: (next) => {
      books.model = next(books.model)
      books.versions = [{ at: Number.NEGATIVE_INFINITY, model: books.model }]
    },
    rules: () => books.rules,
    plan: (rules) => {
      books.rules = rules
    },
    stray: ({ service, refusal }) => note(books, clock, service, { what: 'operation', name: refusal.message }),
    crash: (error) =>
      note(books, clock, '', { what: 'crash', name: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    journal: () => books.journal,
    leftovers: () => ({
      leftovers: leftoversOf(books.model, clock.now()),
      interrupted: interruptedIn(books.model, clock.now()),
      foreignTouched: books.foreign,
      strict: books.strict,
    }),
    reset: () => void Object.assign(books, openBooks()),
  }
}

/** The mark of a request that never came into the journal. */
function note(books: Books, clock: Clock, service: string, mark: Pick<Mark, 'what' | 'name'>): void {
  books.strict.push({ index: books.journal.length, at: new Date(clock.now()).toISOString(), service, operation: '', ...mark })
}

function openBooks(): Books {
  return { model: emptyModel(), versions: [], rules: [], journal: [], foreign: [], strict: [] }
}

function record(books: Books, at: number, model: Model): void {
  books.model = model
  books.versions = [...books.versions.slice(1 - versionsKept), { at, model }]
}

function ask(books: Books, clock: Clock, call: Call): Delivery {
  const { rules, fault } = matchFault(books.rules, call)
  books.rules = rules
  const entry = createEntry(books.journal.length, clock.now(), call, fault?.fault)
  books.journal.push(entry)
  const act = (): Result => perform(books, clock.now(), call, entry, fault)
  return fault ? fail(fault, entry, act, books, call, clock) : { kind: 'answer', result: act() }
}

function fail(fault: Fault, entry: Entry, act: () => Result, books: Books, call: Call, clock: Clock): Delivery {
  const refusal = refusalFor(fault, call, placeIn(books.model, call))
  if (refusal) return { kind: 'answer', result: noted(entry, { refusal }) }
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
        result: noted(entry, { refusal: { code: 'html503', message: 'Service Unavailable', status: 503 } }),
        mangle: 'html',
      }
    case 'commit-lose':
      return unanswered(entry, act(), () => ({ kind: 'reset' }))
    case 'commit-hold':
      return unanswered(entry, act(), (result) => ({ kind: 'hold', release: () => ({ kind: 'answer', result: noted(entry, result) }) }))
    case 'truncated':
    case 'empty':
      return { kind: 'answer', result: act(), mangle: fault.fault }
    case 'slow':
      return { kind: 'answer', result: act(), waitMs: fault.ms ?? ((fault.seconds ?? 0) * 1000) / clock.speed }
    default:
      return { kind: 'answer', result: act() }
  }
}

function unanswered(entry: Entry, result: Result, then: (result: Result) => Delivery): Delivery {
  entry.status = null
  entry.error = null
  return then(result)
}

function noted(entry: Entry, result: Result): Result {
  entry.status = 'refusal' in result ? result.refusal.status : 200
  entry.error = 'refusal' in result ? result.refusal.code : null
  return result
}

function perform(books: Books, now: number, call: Call, entry: Entry, fault: Fault | undefined): Result {
  entry.acted = true
  try {
    const outcome = handlerOf(call.service, call.operation)(sceneOf(books, now, call, fault))
    if (outcome.model) record(books, now, outcome.model)
    for (const touch of outcome.touched ?? []) books.foreign.push({ ...placeOf(entry), ...touch })
    return noted(entry, { reply: outcome.reply })
  } catch (error) {
    const refusal = refusalOf(error)
    if (!refusal) throw error
    if (refusal.unknown) books.strict.push({ ...placeOf(entry), ...refusal.unknown })
    return noted(entry, { refusal })
  }
}

function sceneOf(books: Books, now: number, call: Call, fault: Fault | undefined): Scene {
  const scene = { call, place: placeIn(books.model, call) }
  if (fault?.fault === 'staleRead' && /^(Get|List|Describe)/.test(call.operation)) {
    const at = now - (fault.seconds ?? 0) * 1000
    const past = fault.empty ? undefined : books.versions.findLast((version) => version.at <= at)?.model
    const { switches, script, levers } = books.model
    return { ...scene, at, model: { ...(past ?? emptyModel()), switches, script, levers } }
  }
  const roleLagSeconds = fault?.fault === 'roleNotAssumable' ? (fault.seconds ?? 0) : undefined
  return { ...scene, at: now, model: books.model, roleLagSeconds }
}

function placeIn(model: Model, call: Call) {
  return { region: call.region, account: model.switches.account }
}
