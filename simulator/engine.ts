import { type Account, emptyAccount } from './account/account.ts'
import { identityOf } from './account/caller.ts'
import { type CountedFault, type InjectedFault, matchFault } from './admin/faults.ts'
import { createEntry, type ForeignTouch, type JournalEntry, recordAnswer, refOf, type Violation, withoutTokens } from './admin/journal.ts'
import { interruptedIn, type Leftovers, leftoversOf } from './admin/leftovers.ts'
import { refusalFor } from './admin/refusals.ts'
import { applyFault } from './apply-fault.ts'
import { refuseCaller, scopeOf } from './authorize.ts'
import type { Clock } from './clock.ts'
import type { Delivery, Result } from './delivery.ts'
import { handlerOf } from './handlers.ts'
import { type Call, type Context, type Refusal, refusalOf, type Service } from './operation.ts'

export type Engine = {
  readonly handle: (call: Call) => Delivery
  readonly account: () => Account
  readonly change: (next: (account: Account) => Account) => void
  /** Changes the account as if it had always been so. Seeds use it, so stale reads show their resources, too. */
  readonly changeBaseline: (next: (account: Account) => Account) => void
  readonly rules: () => readonly CountedFault[]
  readonly setRules: (rules: readonly CountedFault[]) => void
  /** Records a request that could not be decoded. */
  readonly recordUnreadable: (refused: { readonly service: Service; readonly refusal: Refusal }) => void
  /** Records an error of the simulator itself. */
  readonly recordCrash: (error: unknown) => void
  readonly journal: () => readonly JournalEntry[]
  readonly leftovers: () => Leftovers
  readonly reset: () => void
}

type Version = { readonly at: number; readonly account: Account }

/** The mutable state of the simulated AWS. */
type State = {
  account: Account
  versions: Version[]
  rules: readonly CountedFault[]
  journal: JournalEntry[]
  foreign: ForeignTouch[]
  strict: Violation[]
}

/** One call, its line in the journal, and the fault that is planned for it. */
type Exchange = { readonly call: Call; readonly entry: JournalEntry; readonly fault: InjectedFault | undefined; readonly clock: Clock }

const VERSIONS_KEPT = 500

export function createEngine(clock: Clock): Engine {
  const state = initialState()
  const violate = (service: string, violation: Pick<Violation, 'what' | 'name'>) =>
    void state.strict.push({
      index: state.journal.length,
      at: new Date(clock.now()).toISOString(),
      service,
      operation: '',
      ...violation,
      name: withoutTokens(violation.name),
    })
  return {
    handle: (call) => handle(state, clock, call),
    account: () => state.account,
    change: (next) => commit(state, clock.now(), next(state.account)),
    changeBaseline: (next) => {
      state.account = next(state.account)
      state.versions = [{ at: Number.NEGATIVE_INFINITY, account: state.account }]
    },
    rules: () => state.rules,
    setRules: (rules) => {
      state.rules = rules
    },
    recordUnreadable: ({ service, refusal }) => violate(service, { what: 'operation', name: refusal.message }),
    recordCrash: (error) => violate('', { what: 'crash', name: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    journal: () => state.journal,
    leftovers: () => ({
      leftovers: leftoversOf(state.account, clock.now()),
      interrupted: interruptedIn(state.account, clock.now()),
      foreignTouched: state.foreign,
      strict: state.strict,
    }),
    reset: () => void Object.assign(state, initialState()),
  }
}

function initialState(): State {
  return { account: emptyAccount(), versions: [], rules: [], journal: [], foreign: [], strict: [] }
}

function commit(state: State, at: number, account: Account): void {
  state.account = account
  state.versions = [...state.versions.slice(1 - VERSIONS_KEPT), { at, account }]
}

function handle(state: State, clock: Clock, call: Call): Delivery {
  const { rules, fault } = matchFault(state.rules, call)
  state.rules = rules
  const entry = createEntry({ index: state.journal.length, at: clock.now() }, call, fault?.fault)
  state.journal.push(entry)
  const exchange: Exchange = { call, entry, fault, clock }
  if (!fault) return { kind: 'answer', result: perform(state, exchange) }
  const scope = scopeOf(state.account, call)
  const callerArn = identityOf(state.account, scope, call.caller.accessKeyId).arn
  const refusal = refusalFor(fault, call, { scope, callerArn })
  return refusal
    ? { kind: 'answer', result: recordAnswer(entry, { refusal }) }
    : applyFault(fault, { entry, speed: clock.speed, act: () => perform(state, exchange) })
}

function perform(state: State, exchange: Exchange): Result {
  const { call, entry } = exchange
  const barred = refuseCaller(state.account, { call, entry, at: exchange.clock.now() })
  if (barred) return recordAnswer(entry, { refusal: barred })
  entry.acted = true
  try {
    const outcome = handlerOf(call.service, call.operation)(contextOf(state, exchange))
    if (outcome.account) commit(state, exchange.clock.now(), outcome.account)
    for (const touch of outcome.touched ?? []) state.foreign.push({ ...refOf(entry), ...touch })
    return recordAnswer(entry, { reply: outcome.reply })
  } catch (error) {
    const refusal = refusalOf(error)
    if (!refusal) throw error
    if (refusal.unknown) state.strict.push({ ...refOf(entry), what: refusal.unknown.what, name: withoutTokens(refusal.unknown.name) })
    return recordAnswer(entry, { refusal })
  }
}

function contextOf(state: State, { call, fault, clock }: Exchange): Context {
  const now = clock.now()
  const request = { call, scope: scopeOf(state.account, call) }
  if (fault?.fault === 'staleRead' && /^(Get|List|Describe)/.test(call.operation)) {
    const at = now - (fault.seconds ?? 0) * 1000
    const past = fault.empty ? undefined : state.versions.findLast((version) => version.at <= at)?.account
    const { switches, script, levers } = state.account
    return { ...request, at, account: { ...(past ?? emptyAccount()), switches, script, levers } }
  }
  const roleLagSeconds = fault?.fault === 'roleNotAssumable' ? (fault.seconds ?? 0) : undefined
  return { ...request, at: now, account: state.account, roleLagSeconds }
}
