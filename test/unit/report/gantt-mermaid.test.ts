import mermaid from 'mermaid'
import { beforeAll, describe, expect, it } from 'vitest'
import { renderGantt } from '../../../src/report/gantt.ts'
import { reported } from '../../fakes/conclusion.ts'
import { probeRules } from '../../fakes/probe-rules.ts'
import { draw } from '../../fakes/samples.ts'
import { at, begun, experiment, experimentPolled, ID, instance, moment, planned, targetPolled } from '../../fakes/timeline.ts'

/** Every word that means something to Mermaid's gantt at the start of a line, and those of its other diagrams that could. */
const KEYWORDS = [
  ...['gantt', 'click', 'call', 'href', 'section', 'title', 'end', 'vert', 'dateFormat', 'axisFormat', 'tickInterval', 'todayMarker'],
  ...['excludes', 'includes', 'inclusiveEndDates', 'topAxis', 'weekday', 'weekend', 'accTitle', 'accDescr', 'accDescrMultiline'],
  ...['done', 'crit', 'active', 'milestone', 'after', 'until', 'monday', 'friday', 'subgraph', 'graph', 'flowchart', 'style', 'class'],
  ...['init', 'callback', 'function', 'true', 'default', '-', '_', '0', '__proto__', 'constructor'],
]

/** A probe that was down once, and one that never was, both with this name. */
async function parse(name: string): Promise<readonly string[]> {
  const timeline = [
    at(-30, { kind: 'planned', plan: planned({ probeRules: probeRules({ probes: [{ name, shown: 'tcp://a:1' }] }) }) }),
    ...begun(),
    experimentPolled(20, experiment({ status: 'completed', endAt: moment(20) })),
    targetPolled(125, { instance: instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' }) }),
    at(225, {
      kind: 'probed',
      allSamples: [
        draw(`${'.'.repeat(71)}${'x'.repeat(19)}${'.'.repeat(33)}`, { from: -20, name }),
        draw('.'.repeat(123), { from: -20, name: `${name}2` }),
      ],
      untilMs: 225_000,
      whole: true,
    }),
  ]
  const text = renderGantt(reported(timeline, { pass: true, text: '', hint: '' })) ?? ''
  // Without the title, which Mermaid cleans with a browser's DOM, and without the line on its look, which the parser does not read. The
  // tasks of a diagram are no part of its types.
  const { db } = (await mermaid.mermaidAPI.getDiagramFromText(text.replace(/^(%%| {2}title ).*\n/gm, ''))) as unknown as {
    db: { getTasks: () => { task: string }[] }
  }
  return db.getTasks().map(({ task }) => task.trim())
}

// The first text that is parsed loads the kinds of diagrams.
beforeAll(() => mermaid.parse('gantt'))

describe('the timeline', () => {
  it.each([...KEYWORDS, ...KEYWORDS.map((word) => word.toUpperCase())])('is drawn with a probe of the name %s', async (name) => {
    const tasks = await parse(name)
    expect(tasks).toEqual([
      'FIS experiment',
      'Notice due',
      'Interruption due',
      `${ID} interrupted`,
      `Probe ${name} down 38s`,
      `Probe ${name} recovered`,
      `Probe ${name}2 healthy`,
    ])
  })
})
