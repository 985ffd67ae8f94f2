import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Ending, Timeline } from '../../../../src/model/timeline/event.ts'
import { conclude, type RunEnd } from '../../../../src/model/verdict/conclusion.ts'
import { toReportFile } from '../../../../src/report/json.ts'
import { renderJunit } from '../../../../src/report/junit.ts'
import { toOutputs } from '../../../../src/report/outputs.ts'
import { toReport } from '../../../../src/report/report.ts'
import { reportSchema } from '../../../../src/report/schema.ts'
import { renderSummary } from '../../../../src/report/summary.ts'
import { probeRules } from '../../../fakes/probe-rules.ts'
import { draw } from '../../../fakes/samples.ts'
import {
  at,
  begun,
  experiment,
  experimentPolled,
  ID,
  instance,
  OTHER_ID,
  planned,
  spot,
  targetPolled,
  unstarted,
} from '../../../fakes/timeline.ts'

const WHO = { run: 'octo/service/1/1', invocation: '6f1c1a52-0f5e-4b6e-9d57-0d6b8d3a9f10', job: 'test', leg: '1' }
const ENDINGS: readonly Ending[] = [
  'landed',
  'signal-sent',
  'never-started',
  'action-failed',
  'experiment-failed',
  'timed-out',
  'unreadable',
  'outage',
  'cancelled',
]
const ENDS: readonly RunEnd[] = [
  ...ENDINGS.map((ending) => ({ ending })),
  { fault: { fault: 'refused', message: 'Preflight refused', hint: 'Choose another.' } },
]

const rules = probeRules()
const plan = at(-30, { kind: 'planned', plan: planned({ probeRules: rules }) })
const probed = (from: number, text: string) =>
  at(185, { kind: 'probed', allSamples: [draw(text, { from })], untilMs: 185_000, whole: true } as const)
const running = targetPolled(1, { instance: instance(), spot: spot() })
const terminated = targetPolled(121, { instance: instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' }) })
const TIMELINES: Readonly<Record<string, Timeline>> = {
  'nothing at all': [],
  'a plan without probes': [at(-30, { kind: 'planned', plan: planned() })],
  'a plan with probes': [plan],
  'an experiment that never started': [plan, ...begun(unstarted()), running],
  'an instance that runs on': [plan, ...begun(), running, experimentPolled(20, experiment()), probed(-20, '.'.repeat(103))],
  'a service that survives': [plan, ...begun(), running, terminated, probed(-20, '.'.repeat(103))],
  'a service that does not': [plan, ...begun(), running, terminated, probed(-20, `${'.'.repeat(70)}${'x'.repeat(33)}`)],
}

describe.each(Object.entries(TIMELINES))('after %s', (_, timeline) => {
  it.each(ENDS.map((end) => ['ending' in end ? end.ending : 'fault', end] as const))(
    'one conclusion is in result, outputs, summary, report and JUnit: %s',
    (_name, end) => {
      const conclusion = conclude(timeline, end)
      const report = toReport([...timeline, at(200, { kind: 'kept', resource: 'role', id: 'r' })], conclusion)
      const file = v.parse(reportSchema, JSON.parse(JSON.stringify(toReportFile(report, WHO))))
      const { word } = conclusion.verdict
      expect(file).toMatchObject({ passed: conclusion.result.pass, verdict: word, interrupted: conclusion.interrupted || null })
      expect(toOutputs(report)).toMatchObject({ verdict: word, interrupted: conclusion.interrupted })
      expect(file.targets.map(({ id, outcome }) => [id, outcome])).toEqual(conclusion.outcomes.map(({ id, outcome }) => [id, outcome]))
      expect(renderJunit(report)).toContain(`the run passes (verdict: ${word})`)
      expect(renderSummary(report)).toMatch(conclusion.result.pass ? /^## ✅/ : word === 'inconclusive' ? /^## (⚠️|❌)/ : /^## ❌/)
    },
  )

  it('a step that passes has nothing red in it', () => {
    for (const end of ENDS) {
      const { result, verdict } = conclude(timeline, end)
      if (result.pass) expect(['survived', 'not-judged']).toContain(verdict.word)
    }
  })
})

describe('require-verdict', () => {
  const ran = (required: boolean) => {
    const plan = at(-30, { kind: 'planned', plan: planned({ requireVerdict: required }) })
    return conclude([plan, ...begun(), running, experimentPolled(20, experiment({ status: 'completed' })), terminated], {
      ending: 'landed',
    })
  }

  it('fails a run whose service was not judged, and only that', () => {
    expect(ran(false).result).toMatchObject({ pass: true })
    expect(ran(true).result).toMatchObject({ pass: false, text: expect.stringContaining('The service was not judged.') })
    const judged = at(-30, { kind: 'planned', plan: planned({ probeRules: rules, requireVerdict: true }) })
    const survived = [judged, ...begun(), running, terminated, probed(-20, '.'.repeat(103))]
    expect(conclude(survived, { ending: 'landed' })).toMatchObject({ result: { pass: true }, verdict: { word: 'survived' } })
  })

  it('keeps the reason of a run that fails anyway', () => {
    const plan = at(-30, { kind: 'planned', plan: planned({ requireVerdict: true }) })
    expect(conclude([plan, ...begun(), running], { ending: 'timed-out' }).result.text).toContain('Timed out')
  })
})

describe('interruptionMs', () => {
  it('is the time from t0 until the last target left, and never negative', () => {
    const plan = at(-30, { kind: 'planned', plan: planned() })
    expect(conclude([plan, ...begun(), running, terminated], { ending: 'landed' }).interruptionMs).toBe(121_000)
    expect(conclude([plan, ...begun(), running], { ending: 'timed-out' }).interruptionMs).toBeUndefined()
    expect(conclude([plan, running, terminated], { ending: 'timed-out' }).interruptionMs).toBeUndefined()
    const before = targetPolled(-5, { instance: instance({ state: 'terminated' }) })
    expect(conclude([plan, before, ...begun()], { ending: 'landed' }).interruptionMs).toBe(0)
    expect(conclude([], { ending: 'landed' }).interruptionMs).toBeUndefined()
    const two = at(-30, { kind: 'planned', plan: planned({ instanceIds: [ID, OTHER_ID] }) })
    const other = targetPolled(140, { instance: instance({ id: OTHER_ID, state: 'stopping' }) }, OTHER_ID)
    expect(conclude([two, ...begun(), terminated], { ending: 'timed-out' }).interruptionMs).toBeUndefined()
    expect(conclude([two, ...begun(), terminated, other], { ending: 'landed' }).interruptionMs).toBe(140_000)
  })
})

describe('a stop alarm', () => {
  const arn = 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors'
  const alarm = (second: number, state: string) => at(second, { kind: 'alarm', arn, state })
  const concluded = (...alarms: Timeline) =>
    conclude([plan, ...begun(), running, ...alarms, terminated, probed(-20, '.'.repeat(103))], { ending: 'landed' }).result

  it.each([
    ['that was in ALARM', [alarm(10, 'ALARM')]],
    ['that was in ALARM and is OK again', [alarm(10, 'ALARM'), alarm(20, 'OK')]],
  ])('%s fails a run that would pass', (_, alarms) => {
    const { pass, text, hint } = concluded(...alarms)
    expect(pass).toBe(false)
    expect(text).toContain(`The stop alarm ${arn} was in ALARM`)
    expect(hint).toContain('does not recall an interruption')
  })

  it.each(['OK', 'INSUFFICIENT_DATA'])('that was %s does not', (state) => {
    expect(concluded(alarm(10, state)).pass).toBe(true)
  })
})
