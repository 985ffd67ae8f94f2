import { toXml } from 'xast-util-to-xml'
import { x } from 'xastscript'
import { type CapacityMetrics, isJudged, isLowered } from '../model/capacity/metrics.ts'
import type { Capacity, CapacityRules } from '../model/capacity/source.ts'
import { toWords } from '../model/duration.ts'
import type { ProbeMetrics } from '../model/probes/metrics.ts'
import type { Probe, ProbeRules } from '../model/probes/probe.ts'
import type { TargetOutcome } from '../model/verdict/outcome.ts'
import type { TargetReaction } from '../model/verdict/reaction.ts'
import { ceilSeconds, toPercent } from '../model/verdict/rounding.ts'
import { describeBack, describeReaction } from './capacity.ts'
import { toPlain } from './escape.ts'
import { toRehearsalNote } from './rehearsal.ts'
import type { Report } from './report.ts'

/** One expectation, as a test case. `skipped`: it is not known whether it was met. */
type Case = { readonly name: string; readonly state: 'passed' | 'failed' | 'skipped'; readonly message: string }
type Suite = { readonly name: string; readonly cases: readonly Case[] }

/**
 * The report as JUnit XML, for tools that show tests: a suite for the run, one for the targets, one for the service, and `fleet` for
 * capacity. It is valid by junit-10.xsd of Jenkins (https://github.com/jenkinsci/xunit-plugin), which is stricter than what most tools read.
 */
export function renderJunit(report: Report): string {
  const suites = [toRun(report), toTargets(report), toService(report), toCapacities(report)].filter(({ cases }) => cases.length > 0)
  const time = (Math.max(0, report.elapsedMs ?? 0) / 1000).toFixed(3)
  // Jenkins' schema has no `skipped` here, only on each suite.
  const { skipped: _, ...counted } = count(suites.flatMap(({ cases }) => cases))
  const name = `spot-interrupt${toRehearsalNote(report.rehearsal)}`
  const body = x('testsuites', { name, ...counted, time }, suites.map(toSuite).flatMap(onItsLine))
  return `<?xml version="1.0" encoding="UTF-8"?>\n${toXml(body, { closeEmptyElements: true })}\n`
}

function toSuite({ name, cases }: Suite) {
  const testcases = cases.map((one) => {
    const about = { classname: `spot-interrupt.${name}`, name: toPlain(one.name), time: '0' }
    return x('testcase', about, one.state === 'passed' ? [] : [x(MARK[one.state], { message: toPlain(one.message) })])
  })
  return x('testsuite', { name, ...count(cases) }, testcases.flatMap(onItsLine))
}

const MARK = { failed: 'failure', skipped: 'skipped' } as const

function onItsLine<T>(element: T): readonly (T | string)[] {
  return ['\n', element]
}

function count(cases: readonly Case[]) {
  const of = (state: Case['state']) => cases.filter((one) => one.state === state).length
  return { tests: cases.length, failures: of('failed'), errors: 0, skipped: of('skipped') }
}

function toRun({ result, verdict, left }: Report): Suite {
  const gone: Case = left.length === 0 ? { name: 'leaves nothing behind', state: 'passed', message: '' } : toLeft(left)
  return { name: 'run', cases: [toCase(`the run passes (verdict: ${verdict.word})`, result.pass, `${result.text} ${result.hint}`), gone] }
}

function toLeft(left: Report['left']): Case {
  const what = left.map(({ resource, id, why }) => `${resource} ${id}: ${why}`).join('; ')
  return { name: 'leaves nothing behind', state: 'failed', message: `Not removed by the main step; the post step tries again: ${what}` }
}

function toTargets({ outcomes, plan }: Report): Suite {
  const asked = plan?.mode === 'interruption' && plan.waitFor === 'interruption'
  return { name: 'targets', cases: asked ? outcomes.map(toTarget) : [] }
}

function toTarget({ id, outcome, evidence, landed }: TargetOutcome): Case {
  return toCase(`${id} is interrupted`, landed, `outcome: ${outcome}${evidence === '' ? '' : `, ${evidence}`}`)
}

function toService({ verdict, plan }: Report): Suite {
  const rules = plan?.probeRules
  if (rules === undefined) return { name: 'service', cases: [] }
  const cases = rules.probes.flatMap((probe) => {
    const metrics = verdict.allMetrics.find(({ name }) => name === probe.name)
    return metrics === undefined ? toSkipped(probe, verdict.why) : toJudged(metrics, rules)
  })
  return { name: 'service', cases }
}

function toSkipped({ name, shown }: Probe, why: readonly string[]): readonly Case[] {
  return [{ name: `${name} (${shown}) survives`, state: 'skipped', message: why.join('; ') }]
}

function toJudged(metrics: ProbeMetrics, rules: ProbeRules): readonly Case[] {
  return [toAvailability(metrics, rules), toOutage(metrics, rules), toRecovery(metrics, rules)]
}

function toAvailability({ name, availability, lowestAvailability = 0, healthy, failed, unknown }: ProbeMetrics, rules: ProbeRules): Case {
  const beside = unknown === 0 ? '' : `; ${unknown} more are unknown`
  if (availability === undefined) return { name: `${name} is available`, state: 'skipped', message: `no known check${beside}` }
  const message = `${toPercent(availability)} of ${healthy + failed} checks were healthy${beside}`
  const state = toState(availability >= rules.minAvailability, lowestAvailability >= rules.minAvailability)
  return { name: `${name} is available for at least ${rules.minAvailability} %`, state, message }
}

function toOutage({ name, longestOutageMs, longestPossibleOutageMs }: ProbeMetrics, { maxOutageMs }: ProbeRules): Case {
  const state = toState(longestOutageMs <= maxOutageMs, longestPossibleOutageMs <= maxOutageMs)
  const doubt = state === 'skipped' ? `, but the checks do not rule out ${ceilSeconds(longestPossibleOutageMs)} s` : ''
  const message = `longest outage: ${ceilSeconds(longestOutageMs)} s${doubt}`
  return { name: `${name} is never down for more than ${toWords(maxOutageMs)}`, state, message }
}

function toRecovery({ name, recovered, recoveryMs }: ProbeMetrics, { observeMs, recoveryMs: withinMs }: ProbeRules): Case {
  const back = `${name} recovers within ${toWords(observeMs + withinMs)}`
  if (recovered === 'unknown') return { name: back, state: 'skipped', message: 'not observed to the end, or its checks are unknown' }
  return toCase(back, recovered, recoveryMs === undefined ? 'did not recover' : `recovered after ${ceilSeconds(recoveryMs)} s`)
}

/** The suite `fleet`: a case for each capacity, and for each judged reaction. */
function toCapacities({ plan, verdict, reaction }: Report): Suite {
  const rules = plan?.capacityRules
  const capacities =
    rules?.capacities.map((one) =>
      toCapacity(
        one,
        rules,
        verdict.capacities.find(({ name }) => name === one.name),
      ),
    ) ?? []
  const { reactWithinMs } = plan ?? {}
  const reactions = reactWithinMs === undefined ? [] : reaction.targets.map((target) => toReaction(target, reactWithinMs))
  return { name: 'fleet', cases: [...capacities, ...reactions] }
}

function toCapacity({ name, shown }: Capacity, { observeMs, recoveryMs }: CapacityRules, metrics: CapacityMetrics | undefined): Case {
  const back = `${name} (${shown}) is back within ${toWords(observeMs + recoveryMs)}`
  if (metrics === undefined) return { name: back, state: 'skipped', message: 'not polled' }
  const { level, latest, unit, replacements } = metrics
  const names = replacements.length === 0 ? '' : `; new: ${replacements.map(({ shown }) => shown).join(', ')}`
  const message = `${describeBack(metrics)}; ${latest} of ${level} ${unit} serve${names}`
  const state = !isJudged(metrics) || metrics.back === 'unknown' || (metrics.back === false && isLowered(metrics)) ? 'skipped' : 'judged'
  return state === 'skipped' ? { name: back, state, message } : toCase(back, metrics.back === true, message)
}

function toReaction(target: TargetReaction, withinMs: number): Case {
  const name = `something reacts to the signal to ${target.id} within ${toWords(withinMs)}`
  const message = [describeReaction(target), ...target.signs.map(({ by }) => by)].join('; ')
  if (target.inTime === undefined || target.inTime === 'unknown') return { name, state: 'skipped', message }
  return toCase(name, target.inTime, message)
}

/** Whether a limit was kept, by the known checks and in the worst case of the unknown ones. */
function toState(kept: boolean, certainlyKept: boolean): Case['state'] {
  if (!kept) return 'failed'
  return certainlyKept ? 'passed' : 'skipped'
}

function toCase(name: string, good: boolean, message: string): Case {
  return { name, state: good ? 'passed' : 'failed', message }
}
