import type { Entry, Ledger, LedgerState } from '../../src/model/cleanup/ledger.ts'
import { createLedger } from '../../src/model/cleanup/ledger.ts'
import { type Plan, toPlan } from '../../src/model/plan/plan.ts'
import type { Event, Stamped, Timeline } from '../../src/model/timeline/event.ts'
import type { Planned } from '../../src/model/timeline/planned.ts'
import type { ActionSnapshot, ExperimentSnapshot, InstanceSnapshot, SpotSnapshot } from '../../src/model/timeline/snapshot.ts'
import { EPOCH } from './clock.ts'

export const ACCOUNT = '123456789012'
export const INVOCATION = '6f1c1a52-0f5e-4b6e-9d57-0d6b8d3a9f10'
export const WHO = { run: 'o/r/1/1', invocation: INVOCATION, job: 'test', leg: '1' }
export const ID = 'i-0aaaaaaaaaaaaaaa1'
export const OTHER_ID = 'i-0aaaaaaaaaaaaaaa2'
const SECOND = 1000

/** The moment `seconds` after monotonic 0, by a right clock. */
export function moment(seconds: number): Date {
  return new Date(EPOCH.getTime() + seconds * SECOND)
}

/** `i-0aaaaaaaaaaaaaaa1` and so on. */
export function ids(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `i-${(index + 1).toString(16).padStart(17, '0')}`)
}

/** An event as the log would stamp it `seconds` after monotonic 0; `wrongBy` seconds is the error of the runner's wall clock, not of AWS's. */
export function at(seconds: number, event: Event, wrongBy = 0): Stamped {
  return { ...event, seenAt: moment(seconds + wrongBy), awsAt: moment(seconds), atMs: seconds * SECOND }
}

export function planned(changes: Partial<Planned> = {}): Planned {
  const plan = { mode: 'interruption', region: 'eu-west-1', durationMs: 120_000, timeoutMs: 420_000, pollIntervalMs: 10_000 } as const
  return { ...plan, waitFor: 'interruption', reactTo: 'notice', requireVerdict: false, instanceIds: [ID], ...changes }
}

export function fakePlan(changes: Partial<Plan> = {}): Plan {
  const { roleName = 'FIS-SpotMinimalRole', roleArn = null, createRole = true, deleteRole = false, ...rest } = changes
  const role = { roleArn, roleName, createRole, deleteRole }
  const inputs = { ...planned(changes), ...role, maxTargets: 5, timezone: 'UTC', tags: {}, sweep: true, rehearsal: false }
  return { ...toPlan(inputs, WHO, { account: ACCOUNT, now: EPOCH }), ...rest }
}

export function action(changes: Partial<ActionSnapshot> = {}): ActionSnapshot {
  return { name: 'signal-1', status: 'running', reason: '', startAt: EPOCH, ...changes }
}

/** An experiment whose one action started at monotonic 0. */
export function experiment(changes: Partial<ExperimentSnapshot> = {}): ExperimentSnapshot {
  return { id: 'EXP1', status: 'running', reason: 'Experiment is running.', startAt: EPOCH, actions: [action()], ...changes }
}

/** An experiment none of whose actions started. */
export function unstarted(changes: Partial<ExperimentSnapshot> = {}): ExperimentSnapshot {
  return { id: 'EXP1', status: 'initiating', reason: '', actions: [{ name: 'signal-1', status: 'pending', reason: '' }], ...changes }
}

export function instance(changes: Partial<InstanceSnapshot> = {}): InstanceSnapshot {
  const { id = ID } = changes
  const snapshot = { id, state: 'running', lifecycle: 'spot', zone: 'eu-west-1a', owner: ACCOUNT, requestId: `sir-${id}` }
  return { ...snapshot, reasonCode: '', transition: '', tags: {}, ...changes }
}

export function spot(changes: Partial<SpotSnapshot> = {}): SpotSnapshot {
  const { instanceId = ID } = changes
  return { requestId: `sir-${instanceId}`, instanceId, code: 'fulfilled', updatedAt: moment(-3600), behaviour: 'terminate', ...changes }
}

/** One look at one target. */
export function targetPolled(seconds: number, seen: { instance?: InstanceSnapshot; spot?: SpotSnapshot }, id = ID): Stamped {
  return at(seconds, { kind: 'target', snapshot: { id, ...seen } })
}

/** The start: asked for at 0, t0 at 0 by AWS's clock, seen at 0. */
export function begun(snapshot: ExperimentSnapshot = experiment()): Timeline {
  return [at(0, { kind: 'starting', templateId: 'EXT1', attempt: 1 }), at(0, { kind: 'started', snapshot })]
}

export function experimentPolled(seconds: number, snapshot: ExperimentSnapshot): Stamped {
  return at(seconds, { kind: 'experiment', poll: 1, snapshot, sinceMs: seconds * SECOND, more: false })
}

export function fakePage(entries: readonly Entry[] = [], changes: Partial<LedgerState> = {}): LedgerState {
  const state = { version: 1, invocation: INVOCATION, account: ACCOUNT, partition: 'aws', region: 'eu-west-1', timezone: 'UTC' } as const
  return { ...state, entries, ...changes }
}

/** A ledger that is open; `saved` are all its states, as the next step would read them. */
export function openLedger(entries: readonly Entry[] = [], changes: Partial<LedgerState> = {}): Ledger & { readonly saved: LedgerState[] } {
  const saved: LedgerState[] = []
  return { ...createLedger((json) => saved.push(JSON.parse(json) as LedgerState), fakePage(entries, changes)), saved }
}
