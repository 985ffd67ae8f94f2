import { describe, expect, it } from 'vitest'
import { JUDGED } from '../../../src/report/judged.ts'
import { renderSummary } from '../../../src/report/summary.ts'
import { NEW_ID, reportCapacity } from '../../fakes/capacity-report.ts'
import { ID } from '../../fakes/timeline.ts'

describe('capacity and reaction', () => {
  it('are figures of the run, and rows with names', () => {
    const summary = renderSummary(reportCapacity(), JUDGED)
    expect(summary).toMatch(/<sub>Reaction<\/sub> \| <sub>Capacity<\/sub>/)
    expect(summary).toMatch(/✅ \*\*30s\*\*<br>(<sub>)?≤&nbsp;1m&nbsp;0s/)
    expect(summary).toMatch(/✅ \*\*(2[89]|30)s\*\*<br>(<sub>)?≤&nbsp;6m&nbsp;0s/)
    expect(summary).toContain('### Capacity')
    expect(summary).toContain(`<samp>${NEW_ID}</samp>`)
    expect(summary).toContain('2, 1, 2')
    expect(summary).toContain('1 scaling activity')
    expect(summary).toContain('a &lt;cause&gt;')
  })

  it('are drawn in one picture: notice, reaction, departure, replacement and recovery', () => {
    const summary = renderSummary(reportCapacity(), JUDGED)
    const picture = /```mermaid\n([\s\S]*?)```/.exec(summary)?.[1] ?? ''
    const names = picture.split('\n').flatMap((line) => /^ {2}(.+?) :/.exec(line)?.[1] ?? [])
    expect(names).toEqual([
      'FIS experiment',
      'Notice due',
      'Interruption due',
      `Reaction ${ID}`,
      `${ID} interrupted`,
      expect.stringMatching(/^Capacity web short \d+s$/),
      `New ${NEW_ID}`,
      'Capacity web back',
    ])
  })

  it('say why a run did not survive', () => {
    const report = reportCapacity({ comes: 9999, drains: 9999 })
    expect(report.verdict.word).toBe('not-survived')
    const summary = renderSummary(report, JUDGED)
    expect(summary).toMatch(/❌ \*\*none\*\*<br>(<sub>)?≤&nbsp;1m&nbsp;0s/)
    expect(summary).toMatch(/❌ \*\*not&nbsp;in&nbsp;time\*\*/)
    expect(summary).toContain('Capacity web not back :crit')
  })
})
