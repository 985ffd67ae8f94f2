import { describe, expect, it } from 'vitest'
import { createLog } from '../../../src/runner/log.ts'
import { publishReport } from '../../../src/runner/publish.ts'
import { fakeClock } from '../../fakes/clock.ts'
import { concluded } from '../../fakes/conclusion.ts'
import { fakeSinks } from '../../fakes/sinks.ts'
import { at } from '../../fakes/timeline.ts'

const WHO = { run: 'octo/service/1/1', invocation: '11111111-2222-4333-8444-555555555555', job: 'test', leg: '1' }
const REAL = { source: { url: '' }, kind: { rehearsal: false, dryRun: false } }
const FAILED = { pass: false, text: 'Bad input: x', hint: 'Nothing was sent to AWS.' }

describe('publishReport', () => {
  it('writes outputs, summary and both report files, also when nothing was seen', async () => {
    const sinks = fakeSinks()
    await publishReport(
      sinks,
      createLog(fakeClock(), () => undefined),
      { conclusion: concluded([], FAILED), who: WHO, ...REAL },
    )
    const [json, xml] = ['json', 'xml'].map((end) => `spot-interrupt-${WHO.invocation}.${end}`) as [string, string]
    expect(sinks.outputs).toMatchObject({ verdict: 'not-judged', report: `/temp/${json}`, junit: `/temp/${xml}` })
    expect(sinks.summaries).toEqual([expect.stringContaining('Bad input: x')])
    expect(JSON.parse(sinks.files[json] ?? '')).toMatchObject({ schemaVersion: 1, text: 'Bad input: x', run: { id: WHO.run } })
    expect(sinks.files[xml]).toContain('<testsuite')
  })

  it.each([
    ['a run', {}, [], true],
    ['a rehearsal that never got as far as AWS', { rehearsal: true }, [], false],
    ['a dry run', { dryRun: true }, [], false],
    ['a rehearsal', {}, [at(0, { kind: 'rehearsal', at: 'http://127.0.0.1:1' })], false],
  ])('makes evidence of what could interrupt something only: %s', async (_, kind, timeline, isEvidence) => {
    const sinks = fakeSinks()
    await publishReport(
      sinks,
      { timeline: () => timeline },
      { conclusion: concluded(timeline, FAILED), who: WHO, ...REAL, kind: { ...REAL.kind, ...kind } },
    )
    const name = `spot-interrupt-${WHO.invocation}.predicate.json`
    expect(sinks.outputs.predicate).toBe(isEvidence ? `/temp/${name}` : '')
    expect(Object.keys(sinks.files).includes(name)).toBe(isEvidence)
    if (isEvidence) expect(JSON.parse(sinks.files[name] ?? '')).toMatchObject({ result: 'FAILED' })
  })

  it('has an empty output for a file that could not be written, and the warning in the summary', async () => {
    const log = createLog(fakeClock(), () => undefined)
    const writeTemp = () => {
      log.record({ kind: 'warned', what: 'The disk is full.' })
      return ''
    }
    const sinks = fakeSinks({ writeTemp })
    await publishReport(sinks, log, { conclusion: concluded([], FAILED), who: WHO, ...REAL })
    expect(sinks.outputs).toMatchObject({ report: '', junit: '', predicate: '' })
    expect(sinks.summaries.join('')).toContain('The disk is full.')
  })

  it('cleans the conclusion: the text of a fault never was on the Timeline', async () => {
    const sinks = fakeSinks()
    const conclusion = concluded([], { ...FAILED, text: 'no\u0007thing\u202e', hint: 'x'.repeat(10_000) })
    await publishReport(
      sinks,
      createLog(fakeClock(), () => undefined),
      { conclusion, who: WHO, ...REAL },
    )
    const file = JSON.parse(Object.values(sinks.files)[0] ?? '')
    expect(file.text).toBe('no thing')
    expect(file.hint).toHaveLength(4000)
  })
})
