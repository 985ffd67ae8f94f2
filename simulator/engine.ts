import { type Account, emptyAccount } from './account/account.ts'
import type { Scope } from './account/arn.ts'
import { needsOf } from './account/authorization.ts'
import { accountIdOf, identityOf, sessionOf } from './account/caller.ts'
import { grants } from './account/policy.ts'
import { type CountedFault, type InjectedFault, matchFault } from './admin/faults.ts'
import { createEntry, type ForeignTouch, type JournalEntry, refOf, type Violation } from './admin/journal.ts'
import { interruptedIn, type Leftovers, leftoversOf } from './admin/leftovers.ts'
import { expiredRefusal, refusalFor } from './admin/refusals.ts'
import type { Clock } from './clock.ts'
import type { Delivery, Result } from './delivery.ts'
import { handlerOf } from './handlers.ts'
import { type Call, type Context, type Refusal, refusalOf, type Service } from './operation.ts'
import { actionPrefixOf } from './service.ts'

export type Engine = {
  readonly handle: (call: Call) => Delivery
  readonly account: () => Account
  readonly change: (next: (account: Account) => Account) => void
  /** What a seed brings was always there: it also shows in stale reads. */
  readonly changeBaseline: (next: (account: Account) => Account) => void
  readonly rules: () => readonly CountedFault[]
  readonly setRules: (rules: readonly CountedFault[]) => void
  /** A request that could not be read as a call. */
  readonly recordUnreadable: (refused: { readonly service: Service; readonly refusal: Refusal }) => void
  /** An error of the simulator itself. */
  readonly recordCrash: (error: unknown) => void
  readonly journal: () => readonly JournalEntry[]
  readonly leftovers: () => Leftovers
  readonly reset: () => void
}

type Version = { readonly at: number; readonly account: Account }

/** The only state that changes. */
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
    void state.strict.push({ index: state.journal.length, at: new Date(clock.now()).toISOString(), service, operation: '', ...violation })
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
  return refusal ? { kind: 'answer', result: noted(entry, { refusal }) } : applyFault(state, exchange, fault)
}

function applyFault(state: State, exchange: Exchange, fault: InjectedFault): Delivery {
  const { entry } = exchange
  const act = () => perform(state, exchange)
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
      return { kind: 'answer', result: act(), waitMs: fault.ms ?? ((fault.seconds ?? 0) * 1000) / exchange.clock.speed }
    default:
      return { kind: 'answer', result: act() }
  }
}

function unanswered(entry: JournalEntry, result: Result, then: (result: Result) => Delivery): Delivery {
  entry.status = null
  entry.error = null
  return then(result)
}

function noted(entry: JournalEntry, result: Result): Result {
  entry.status = 'refusal' in result ? result.refusal.status : 200
  entry.error = 'refusal' in result ? result.refusal.code : null
  return result
}

function perform(state: State, exchange: Exchange): Result {
  const { call, entry } = exchange
  const barred = refuseCaller(state.account, exchange)
  if (barred) return noted(entry, { refusal: barred })
  entry.acted = true
  try {
    const outcome = handlerOf(call.service, call.operation)(contextOf(state, exchange))
    if (outcome.account) commit(state, exchange.clock.now(), outcome.account)
    for (const touch of outcome.touched ?? []) state.foreign.push({ ...refOf(entry), ...touch })
    return noted(entry, { reply: outcome.reply })
  } catch (error) {
    const refusal = refusalOf(error)
    if (!refusal) throw error
    if (refusal.unknown) state.strict.push({ ...refOf(entry), ...refusal.unknown })
    return noted(entry, { refusal })
  }
}

/** Why the credentials of the caller are of no use for this call: they have expired, or its policies forbid it. */
function refuseCaller(account: Account, { call, entry, clock }: Exchange): Refusal | undefined {
  const session = sessionOf(account, call.caller.accessKeyId)
  if (session && clock.now() >= session.expiresAt) return expiredRefusal(call.service)
  const policies = account.switches.callerPolicies[call.caller.accessKeyId]
  if (policies === undefined) return undefined
  const scope = scopeOf(account, call)
  entry.needs = needsOf(account, { ...call, service: actionPrefixOf(call.service), scope })
  const documents = policies.map((document) => JSON.stringify(document))
  const denied = entry.needs.find((need) => !grants(documents, need))
  const callerArn = identityOf(account, scope, call.caller.accessKeyId).arn
  return (
    denied && refusalFor({ fault: 'denied', nth: 'every', action: denied.action, resource: denied.resource }, call, { scope, callerArn })
  )
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

function scopeOf(account: Account, { region, caller }: Call): Scope {
  return { region, accountId: accountIdOf(account, caller.accessKeyId) }
}
