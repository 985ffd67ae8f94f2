import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { toReportFile } from '../../../src/report/json.ts'
import { reportSchema } from '../../../src/report/schema.ts'
import { reported } from '../../fakes/conclusion.ts'
import { reportJudged } from '../../fakes/judged-run.ts'
import { at, ID, INVOCATION, moment } from '../../fakes/timeline.ts'

const WHO = { run: 'o/r/1/1', invocation: INVOCATION, job: 'test', leg: '1' }

describe('toFile', () => {
  it('tells the whole run, as the schema has it', () => {
    const file = toReportFile(reportJudged(), WHO)
    expect(v.parse(reportSchema, file)).toEqual(file)
    expect(file).toMatchObject({
      schemaVersion: 1,
      verdict: 'not-survived',
      passed: false,
      interrupted: 'true',
      account: '123456789012',
      longestOutageMs: 38_000,
      recoveryMs: 39_000,
      judged: { fromAt: moment(0).toISOString(), untilAt: moment(225).toISOString(), minAvailability: 90 },
      resources: [{ kind: 'template', id: 'EXT1', fate: 'deleted' }],
    })
    expect(file.reasons).toHaveLength(2)
    expect(file.probes.map(({ name, outages, recovered }) => [name, outages.length, recovered])).toEqual([
      ['web', 1, true],
      ['db', 0, true],
    ])
    expect(file.probes[0]).toMatchObject({ healthy: 94, failed: 19, unknown: 0, due: 112, longestPossibleOutageMs: 38_000 })
    expect(file.probes[0]?.strip.reduce((sum, { healthy, failed, unknown }) => sum + healthy + failed + unknown, 0)).toBe(123)
  })

  it('gives every event its source, when it was seen, and when AWS says that it happened', () => {
    const { events } = toReportFile(reportJudged(), WHO)
    const of = (kind: string) => events.filter((event) => event.kind === kind)
    expect(of('target').at(-1)).toMatchObject({
      source: 'ec2',
      target: ID,
      seenAt: moment(125).toISOString(),
      saidAt: moment(121).toISOString(),
    })
    expect(of('experiment').at(-1)).toMatchObject({ source: 'fis', seenAt: moment(20).toISOString(), saidAt: moment(20).toISOString() })
    expect(of('probe').map(({ source, probe, sentAt }) => [source, probe, sentAt])).toEqual([
      ['probe', 'web', moment(122).toISOString()],
      ['probe', 'web', moment(160).toISOString()],
    ])
    expect(of('removed')[0]).toMatchObject({ source: 'runner', computed: false })
  })

  it('marks what follows from the rules of FIS as computed, for nobody saw it', () => {
    const computed = toReportFile(reportJudged(), WHO).events.filter((event) => event.computed)
    expect(computed.map(({ kind, saidAt, seenAt }) => [kind, saidAt, seenAt])).toEqual([
      ['recommendation', moment(0).toISOString(), null],
      ['notice-due', moment(0).toISOString(), null],
      ['interruption-due', moment(120).toISOString(), null],
    ])
  })

  it('keeps AWS times together when the clock of the runner is wrong', () => {
    const wrong = reportJudged().timeline.map((event) => ({ ...event, seenAt: new Date(event.seenAt.getTime() - 3_600_000) }))
    const { probes } = toReportFile(reportJudged([], wrong), WHO)
    expect(probes[0]?.outages[0]?.fromAt).toBe(moment(122).toISOString())
  })

  it('is a valid report also when nothing was seen at all', () => {
    const file = toReportFile(reported([], { pass: false, text: 'Bad input.', hint: '' }), WHO)
    expect(v.parse(reportSchema, file)).toEqual(file)
    expect(file).toMatchObject({ verdict: 'not-judged', experiment: null, judged: null, probes: [], events: [] })
  })

  it('takes control characters out of what others said', () => {
    const what = at(0, { kind: 'warned', what: 'a\u0007b\n::error::c' })
    expect(toReportFile(reported([what], { pass: true, text: '', hint: '' }), WHO).events[0]?.text).toBe('⚠ a b ::error::c')
  })
})
