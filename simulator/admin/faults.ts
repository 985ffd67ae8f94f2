import * as v from 'valibot'
import { matchesWildcard } from '../account/policy.ts'
import type { Call } from '../operation.ts'
import { services } from '../service.ts'

/** The faults that a test can inject into a call. docs/simulator.md says what each does, and whether the call is carried out. */
export const faultKinds = [
  'throttle',
  '5xx',
  'html503',
  'reset',
  'slow',
  'hang',
  'truncated',
  'empty',
  'denied',
  'expired',
  'quota',
  'commit-lose',
  'commit-hold',
  'hold',
  'roleNotAssumable',
  'staleRead',
] as const

const ordinal = v.pipe(v.number(), v.integer(), v.minValue(1))

const faultSchema = v.strictObject({
  service: v.optional(v.picklist(services)),
  /** May hold wildcards: `Describe*`. */
  operation: v.optional(v.string()),
  /** Part of the caller's access key id or user agent. */
  caller: v.optional(v.string()),
  /** Which of the calls that match, counted from 1. */
  nth: v.optional(v.union([ordinal, v.strictObject({ from: ordinal, to: v.optional(ordinal) }), v.literal('every')]), 'every'),
  /** How it goes wrong: docs/simulator.md has the kinds. */
  fault: v.picklist(faultKinds),
  /** 5xx: the status code, by default 500. */
  status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(500), v.maxValue(599))),
  /** slow: the delay in real time. */
  ms: v.optional(v.pipe(v.number(), v.minValue(0))),
  /** slow, roleNotAssumable, staleRead: the time in simulated seconds. */
  seconds: v.optional(v.pipe(v.number(), v.minValue(0))),
  /** denied: the IAM action and the resource to name, where they are not those of the call (iam:PassRole). */
  action: v.optional(v.string()),
  resource: v.optional(v.string()),
  /** staleRead: as if nothing had ever been created. */
  empty: v.optional(v.boolean()),
})

export const faultsSchema = v.array(faultSchema)

/** A fault that the simulator injects, and the calls that it hits. */
export type InjectedFault = Readonly<v.InferOutput<typeof faultSchema>>
export type InjectedFaultInput = Readonly<v.InferInput<typeof faultSchema>>

/** A fault, and how many calls it has matched so far. */
export type CountedFault = { readonly fault: InjectedFault; readonly seen: number }

/** Counts the call for every fault that matches it. The first of them whose turn it is (`nth`) is injected. */
export function matchFault(
  rules: readonly CountedFault[],
  call: Call,
): { readonly rules: readonly CountedFault[]; readonly fault?: InjectedFault | undefined } {
  const counted = rules.map((rule) => (concerns(rule.fault, call) ? { ...rule, seen: rule.seen + 1, now: true } : { ...rule, now: false }))
  const hit = counted.find((rule) => rule.now && isTurn(rule.fault.nth, rule.seen))
  return { rules: counted.map(({ fault, seen }) => ({ fault, seen })), fault: hit?.fault }
}

function concerns(fault: InjectedFault, call: Call): boolean {
  const { accessKeyId, userAgent } = call.caller
  return (
    (fault.service === undefined || fault.service === call.service) &&
    (fault.operation === undefined || matchesWildcard(fault.operation, call.operation)) &&
    (fault.caller === undefined || accessKeyId.includes(fault.caller) || userAgent.includes(fault.caller))
  )
}

function isTurn(nth: InjectedFault['nth'], seen: number): boolean {
  if (nth === 'every') return true
  if (typeof nth === 'number') return seen === nth
  return seen >= nth.from && (nth.to === undefined || seen <= nth.to)
}
