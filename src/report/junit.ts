import { toXml } from 'xast-util-to-xml'
import { x } from 'xastscript'
import { toWords } from '../model/duration.ts'
import type { ProbeMetrics } from '../model/probes/metrics.ts'
import type { Probe, ProbeRules } from '../model/probes/probe.ts'
import type { TargetOutcome } from '../model/verdict/outcome.ts'
import { ceilSeconds, toPercent } from '../model/verdict/service.ts'
import { toPlain } from './escape.ts'
import type { Report } from './report.ts'

/** One thing that was to be so. `skipped`: it could not be told. */
type Case = { readonly name: string; readonly state: 'passed' | 'failed' | 'skipped'; readonly message: string }
type Suite = { readonly name: string; readonly cases: readonly Case[] }

/** The report as JUnit XML, for tools that show tests: a suite for the run, one for the targets, one for the service. */
export function renderJunit(report: Report): string {
  const suites = [toRun(report), toTargets(report), toService(report)].filter(({ cases }) => cases.length > 0)
  const time = ((report.elapsedMs ?? 0) / 1000).toFixed(3)
  const counted = count(suites.flatMap(({ cases }) => cases))
  const body = x('testsuites', { name: 'spot-interrupt', ...counted, time }, suites.map(toSuite).flatMap(onItsLine))
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

function toJudged(
  { name, availability, answers, longestOutageMs, recovered, recoveryMs }: ProbeMetrics,
  rules: ProbeRules,
): readonly Case[] {
  const share = availability === undefined ? 'no answers' : `${toPercent(availability)} of ${answers} answers were good`
  const back = `${name} recovers within ${toWords(rules.observeMs + rules.recoveryMs)}`
  return [
    availability === undefined
      ? { name: `${name} is available`, state: 'skipped', message: share }
      : toCase(`${name} is available for at least ${rules.minAvailability} %`, availability >= rules.minAvailability, share),
    toCase(
      `${name} is never down for more than ${toWords(rules.maxOutageMs)}`,
      longestOutageMs <= rules.maxOutageMs,
      `longest outage: ${ceilSeconds(longestOutageMs)} s`,
    ),
    recovered === 'unknown'
      ? { name: back, state: 'skipped', message: 'not observed to the end' }
      : toCase(back, recovered, recoveryMs === undefined ? 'did not recover' : `recovered after ${ceilSeconds(recoveryMs)} s`),
  ]
}

function toCase(name: string, good: boolean, message: string): Case {
  return { name, state: good ? 'passed' : 'failed', message }
}
