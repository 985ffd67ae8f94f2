import { describe, expect, it } from 'vitest'
import { type PlayedScenario, renderIndex, renderLines } from '../../scripts/demo-page.ts'
import { renderAnnotation } from '../../src/report/annotation.ts'
import { type StoryName, toStory } from '../fakes/stories.ts'
import { renderWhole } from '../fakes/summary.ts'

/** A scenario as the demo plays it: the runner's form of the annotation is in the log. */
function played(story: StoryName, faults: readonly string[] = []): PlayedScenario {
  const report = { ...toStory(story), rehearsal: true }
  const said = renderAnnotation(report).replaceAll('%', '%25').replaceAll('\n', '%0A')
  const stdout = `[…] a line of the log\n::${report.result.pass ? 'notice' : 'error'}::${said}\n`
  return { name: story, title: `The service ${story}`, code: report.result.pass ? 0 : 1, stdout, summary: renderWhole(report), faults }
}

describe('the end of the demo', () => {
  const both = [played('survived'), played('not-survived')]

  it('is ten lines at most for three scenarios, with the verdict and the figures of each', () => {
    expect(renderLines([...both, played('inconclusive')], { index: '/x', seconds: 30 })).toHaveLength(10)
    const lines = renderLines(both, { index: '/x/.demo/index.html', seconds: 30 })
    expect(lines[0]).toMatch(/^Two services; .* It took 30 s\.$/)
    expect(lines.slice(1, 5)).toEqual([
      '🎭 Rehearsal: would survive, exit code 0. The service survived:',
      '  🎭 availability 96.6 % (≥ 80 %) · 🎭 outage 10s (≤ 30s) · 🎭 recovery 11s (≤ 6m 0s) · 🎭 targets 1 of 1 (reached)',
      '🎭 Rehearsal: would not survive, exit code 1. The service not-survived:',
      '  ❌ availability 77.3 % (≥ 80 %) · ❌ outage 1m 8s (≤ 30s) · 🎭 recovery 1m 7s (≤ 6m 0s) · 🎭 targets 1 of 1 (reached)',
    ])
    expect(lines.at(-2)).toContain('index.html')
  })

  it('names what is not as it should be', () => {
    const lines = renderLines([played('survived', ['The exit code of the post step is 1'])], { index: '/x', seconds: 1 })
    expect(lines).toContain('  ✗ The exit code of the post step is 1')
  })

  it('has a page with one heading, and of each scenario the figures, the strips and the files; nothing is in a frame', async () => {
    const html = (await renderIndex(both)).replace(/<style>[\s\S]*?<\/style>/, '')
    expect(html.match(/<h1/g)).toHaveLength(1)
    expect([...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title)).toEqual(['The service survived', 'The service not-survived'])
    expect(html.match(/🟩/g)?.length).toBeGreaterThan(30)
    for (const file of ['survived.html', 'not-survived.html', 'not-survived.log']) expect(html).toContain(`href="${file}"`)
    expect(html).not.toMatch(/<iframe|✅|undefined/)
  })
})
