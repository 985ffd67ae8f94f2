/** A run of every ending, as its timeline and the result of its step: what is made of a run has to fit each of them. */
import type { ProbeRules } from '../../src/model/probes/probe.ts'
import type { Event, Stamped, Timeline } from '../../src/model/timeline/event.ts'
import type { End } from '../../src/model/verdict/conclusion.ts'
import type { StepResult } from '../../src/model/verdict/result.ts'
import type { VerdictWord } from '../../src/model/verdict/service.ts'
import { type Report, toReport } from '../../src/report/report.ts'
import { capacity, capacityRules, type Fleet, type Part, readings, show } from './capacity.ts'
import { concluded } from './conclusion.ts'
import { probeRules } from './probe-rules.ts'
import { draw } from './samples.ts'
import { ACCOUNT, at, begun, experiment, experimentPolled, ID, instance, moment, planned, spot, targetPolled } from './timeline.ts'

export type Ending = { readonly word: VerdictWord; readonly end: End; readonly timeline: Timeline; readonly result: Partial<StepResult> }

/** The host of the probes, in everything that may hold it. */
export const HOST = 'staging.corp.example.com'

/** What a run may be given and see: the ids and names of its own, so that a test can look for them in what is shown. */
export type Given = { readonly id?: string; readonly account?: string; readonly probes?: ProbeRules['probes'] }

const PASS = { pass: true, text: 'fine', hint: '' }
const PROBES = [{ name: 'web', shown: `https://${HOST}/health` }]
/** Checks from 20 s before the start to 225 s after it, two seconds apart. */
const WELL = '.'.repeat(123)
const DOWN = `${'.'.repeat(71)}${'x'.repeat(19)}${'.'.repeat(33)}`
const FEW = `${'.'.repeat(10)}${' '.repeat(40)}${'.'.repeat(73)}`
const UNKNOWN = `${'.'.repeat(71)}${'u'.repeat(40)}${'.'.repeat(12)}`

/** Every ending of a run with these ids and names. */
export function makeEndings({ id = ID, account = ACCOUNT, probes = PROBES }: Given = {}): Readonly<Record<string, Ending>> {
  const rules = probeRules({ probes })
  const failed = { pass: false, text: `${id} in account ${account} at ${HOST}: no.`, hint: `Look at https://${HOST}/ and at ${id}.` }
  const head: Timeline = [
    at(-30, { kind: 'planned', plan: planned({ probeRules: rules, instanceIds: [id] }) }),
    at(-25, { kind: 'caller', account, arn: `arn:aws:sts::${account}:assumed-role/ci/job`, source: 'the environment' }),
  ]
  const started = [
    ...head,
    at(-1, { kind: 'baseline', ok: true, why: '' }),
    ...begun(),
    targetPolled(1, { instance: instance({ id, owner: account }), spot: spot({ instanceId: id }) }, id),
  ] as const
  const left = targetPolled(
    125,
    {
      instance: instance({
        id,
        owner: account,
        state: 'terminated',
        transition: 'Server.SpotInstanceTermination (2026-01-02 03:02:01 GMT)',
      }),
      spot: spot({ instanceId: id, code: 'instance-terminated-by-experiment', updatedAt: moment(121) }),
    },
    id,
  )
  const probed = (signs: string, whole = true): Stamped =>
    at(225, { kind: 'probed', allSamples: probes.map(({ name }) => draw(signs, { from: -20, name })), untilMs: 225_000, whole })
  const completed = experimentPolled(20, experiment({ status: 'completed', endAt: moment(20) }))
  const warned: Event = { kind: 'warned', what: `${id} runs on ${HOST} in ${account}` }
  const alarm = at(22, { kind: 'alarm', arn: `arn:aws:cloudwatch:eu-west-1:${account}:alarm:${id}`, state: 'ALARM' })
  const ran = [...started, completed, at(21, warned), left] as const
  const judging = planned({
    probeRules: rules,
    capacityRules: capacityRules([capacity('asg', `fleet-${probes[0]?.name}`)]),
    reactWithinMs: 90_000,
    instanceIds: [id],
  })
  /** A group of two that loses the target; another takes its place, or does not. */
  const counted = (isReplaced: boolean): Timeline => {
    const polls = Array.from({ length: 56 }, (_, nth) => nth * 10 - 15).map(
      (second) => [second, show('asg-rebalancing', toGroup(id, second, isReplaced), 2)] as const,
    )
    const allReadings = [readings(polls, `fleet-${probes[0]?.name}`)]
    return [
      at(-29, { kind: 'planned', plan: judging }),
      ...ran.slice(1),
      probed(WELL),
      at(541, { kind: 'capacity-read', allReadings, untilMs: 541_000, whole: true }),
    ]
  }
  return {
    survived: { end: 'landed', word: 'survived', timeline: [...ran, probed(WELL)], result: PASS },
    'survived, and the step failed': { end: 'landed', word: 'survived', timeline: [...ran, alarm, probed(WELL)], result: failed },
    'not survived': { end: 'landed', word: 'not-survived', timeline: [...ran, probed(DOWN)], result: failed },
    'the target stayed': { end: 'timed-out', word: 'inconclusive', timeline: [...started, completed, probed(WELL)], result: failed },
    'too few checks': { end: 'landed', word: 'inconclusive', timeline: [...ran, probed(FEW)], result: failed },
    'unknown checks': { end: 'landed', word: 'inconclusive', timeline: [...ran, probed(UNKNOWN)], result: failed },
    'cut short': { end: 'unreadable', word: 'inconclusive', timeline: [...ran, probed(WELL, false)], result: failed },
    cancelled: {
      end: 'cancelled',
      word: 'inconclusive',
      timeline: [...started, at(9, { kind: 'cancelled', by: 'SIGINT' }), probed(WELL, false)],
      result: failed,
    },
    'unhealthy before the start': {
      end: 'refused',
      word: 'inconclusive',
      timeline: [...head, at(-1, { kind: 'baseline', ok: false, why: `web was not healthy: ECONNREFUSED ${HOST}, ${id}` })],
      result: failed,
    },
    'refused before the start': { end: 'refused', word: 'inconclusive', timeline: head, result: failed },
    'without probes': {
      end: 'landed',
      word: 'not-judged',
      timeline: [at(-30, { kind: 'planned', plan: planned({ instanceIds: [id] }) }), ...begun(), completed, left],
      result: PASS,
    },
    'without probes, failed': {
      end: 'timed-out',
      word: 'not-judged',
      timeline: [at(-30, { kind: 'planned', plan: planned({ instanceIds: [id] }) }), ...begun(), completed],
      result: failed,
    },
    'a recommendation': {
      end: 'signal-sent',
      word: 'survived',
      timeline: [
        at(-30, { kind: 'planned', plan: planned({ mode: 'rebalance', probeRules: rules, instanceIds: [id] }) }),
        ...begun(
          experiment({
            status: 'completed',
            endAt: moment(20),
            actions: [{ name: 'signal-1', status: 'completed', reason: '', startAt: moment(0) }],
          }),
        ),
        probed(WELL),
      ],
      result: PASS,
    },
    'capacity back': { end: 'landed', word: 'survived', timeline: counted(true), result: PASS },
    'capacity not back': { end: 'landed', word: 'not-survived', timeline: counted(false), result: failed },
    'bad input': { end: 'usage', word: 'not-judged', timeline: [at(0, { kind: 'failed', text: 'Bad input' })], result: failed },
    nothing: { end: 'internal', word: 'not-judged', timeline: [], result: failed },
  }
}

/** The group at a second: the target drains from 50 s on and is gone at 122 s, and another takes its place; or it only goes. */
function toGroup(id: string, second: number, isReplaced: boolean): Fleet {
  const others: Fleet = isReplaced && second > 140 ? { 'i-0aaaaaaaaaaaaaaa9': 'up' } : {}
  const target: Part = isReplaced && second > 50 ? 'draining' : 'up'
  return { 'i-0aaaaaaaaaaaaaaa8': 'up', ...others, ...(second < 122 ? { [id]: target } : {}) }
}

/** The report on an ending, as it stands after the gate. */
function toEndedReport({ timeline, result, end }: Ending): Report {
  return toReport(timeline, concluded(timeline, result, end))
}

/** The report on the ending of this name. */
export function reportEnding(name: string, given: Given = {}): Report {
  const ending = makeEndings(given)[name]
  if (ending === undefined) throw new Error(`there is no ending ${name}`)
  return toEndedReport(ending)
}
