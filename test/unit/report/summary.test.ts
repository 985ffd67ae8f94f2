import { describe, expect, it } from 'vitest'
import type { Event, Timeline } from '../../../src/model/timeline/event.ts'
import type { End } from '../../../src/model/verdict/conclusion.ts'
import { renderSummary } from '../../../src/report/summary.ts'
import { reported } from '../../fakes/conclusion.ts'
import { action, at, begun, experiment, experimentPolled, ID, ids, instance, moment, planned, targetPolled } from '../../fakes/timeline.ts'

const PASS = { pass: true, text: 'fine', hint: '' }
const PLANNED = at(-9, { kind: 'planned', plan: planned() })
const ROLE = { kind: 'role', name: 'r', arn: 'arn:r' } as const
const TEMPLATE = at(-7, { kind: 'template', id: 'EXT1' })

function summary(timeline: Timeline, result = PASS, end: End = 'landed'): string {
  return renderSummary(reported(timeline, result, end))
}

/** The row of a table that begins with this word. */
function row(text: string, word: string): string {
  return text.split('\n').find((line) => line.startsWith(`<tr><td>${word}</td>`)) ?? ''
}

describe('renderSummary', () => {
  it('puts the verdict first', () => {
    const passed = summary([PLANNED])
    expect(passed).toMatch(/^## ✅ Interrupted, not judged\n\nfine\n/)
    const failed = summary([PLANNED], { pass: false, text: 'Timed out.', hint: 'Raise <timeout>.' }, 'timed-out')
    expect(failed).toMatch(/^## ❌ Timed out\n\nTimed out\.\n\n\*\*What to do:\*\* Raise &lt;timeout&gt;\.\n/)
  })

  it('is written after bad input, too', () => {
    const text = summary([], { pass: false, text: 'Bad input: x', hint: '' }, 'usage')
    expect(text).toMatch(/^## ❌ Bad input\n\nBad input: x\n/)
    expect(text).toContain('Nothing was created.')
    expect(text).not.toContain('console')
  })

  it('tells the whole story, in order', () => {
    const snapshot = experiment({ status: 'completed', reason: 'Experiment completed.', endAt: moment(20) })
    const ended = instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' })
    const text = summary([
      PLANNED,
      at(-8, { ...ROLE, origin: 'created' }),
      TEMPLATE,
      at(-1, { kind: 'warned', what: 'It will be | stopped.' }),
      ...begun(),
      experimentPolled(20, snapshot),
      targetPolled(121, { instance: ended }),
    ])
    const places = [
      '## ✅',
      '> ⚠️ It will be &#124; stopped.',
      '### Targets',
      '### Timeline',
      '```mermaid',
      '### Clean-up',
      '### Run',
      '/fis/home',
      '/ec2/home',
    ]
    expect(places.map((place) => text.indexOf(place))).toEqual(places.map((place) => text.indexOf(place)).toSorted((a, b) => a - b))
    expect(places.every((place) => text.includes(place))).toBe(true)
    expect(row(text, 'Experiment')).toContain('<td nowrap><samp>EXP1</samp></td><td>completed</td>')
    expect(text).toContain('<td>completed after 20s</td>')
    expect(row(text, 'Mode')).toContain('interruption, due 2m 0s after the start')
    expect(text).toContain(
      `<tr><td nowrap><samp>${ID}</samp></td><td>✅&nbsp;interrupted</td><td>2m&nbsp;1s<br>03:02:01&nbsp;UTC</td><td>terminated; StateReason Server.SpotInstanceTermination, cause by time</td></tr>`,
    )
  })

  it('shows dashes for a target of which nothing is known', () => {
    expect(summary([PLANNED, targetPolled(-5, { instance: instance() })])).not.toContain(`<samp>${ID}`)
    const rebalance = at(-9, { kind: 'planned', plan: planned({ mode: 'rebalance' }) })
    expect(summary([rebalance, ...begun(), targetPolled(5, { instance: instance() })])).toContain(
      '<td>running</td><td>–</td><td>running</td>',
    )
    expect(summary([PLANNED, ...begun()])).toContain('<td>⚠️&nbsp;unknown</td><td>–</td><td>EC2 did not show it</td>')
  })

  it('folds targets with the same outcome where there are many, and leaves open what differs', () => {
    const many = ids(12)
    const ended = { state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' }
    const text = summary([
      at(-9, { kind: 'planned', plan: planned({ instanceIds: many }) }),
      ...begun(experiment({ actions: [1, 2, 3].map((nth) => action({ name: `signal-${nth}` })) })),
      ...many.slice(1).map((id, index) => targetPolled(121 + index, { instance: instance({ id, ...ended }) }, id)),
    ])
    const [open = '', folded = ''] = text.split('### Targets')[1]?.split('<details>') ?? []
    expect(open).toContain(`<samp>${many[0]}</samp>`)
    expect(open).not.toContain(`<samp>${many[1]}</samp>`)
    expect(folded).toContain('<summary>✅&nbsp;<b>11 interrupted</b>, after 2m 1s to 2m 11s</summary>')
    for (const id of many) expect(text.match(new RegExp(`<samp>${id}</samp>`, 'g'))).toHaveLength(1)
  })

  it('names the other mode', () => {
    const rebalance = summary([at(0, { kind: 'planned', plan: planned({ mode: 'rebalance' }) })])
    expect(row(rebalance, 'Mode')).toContain('rebalance recommendation')
    expect(row(rebalance, 'Experiment')).toContain('not started')
  })

  it.each<[string, Event, readonly Event[], string]>([
    [
      'kept',
      { ...ROLE, origin: 'created' },
      [{ kind: 'kept', resource: 'role', id: 'r' }],
      'created by this run, kept (<code>delete-role: true</code> deletes it)',
    ],
    [
      'deleted',
      { ...ROLE, origin: 'created' },
      [{ kind: 'removed', resource: 'role', id: 'r', how: 'deleted' }],
      'created by this run, deleted',
    ],
    ['reused', { ...ROLE, origin: 'reused' }, [], 'existed before, not changed'],
    ['mended', { ...ROLE, origin: 'mended' }, [], 'existed before, its missing policy was added'],
    ['given', { ...ROLE, origin: 'given' }, [], 'given, not touched'],
  ])('says of a role that it was %s', (_, role, fate, words) => {
    expect(row(summary([PLANNED, at(-8, role), ...fate.map((event) => at(200, event))]), 'Role')).toContain(words)
  })

  it.each<[string, readonly Event[], string]>([
    ['removed', [{ kind: 'removed', resource: 'template', id: 'EXT1', how: 'deleted' }], 'removed'],
    ['left', [{ kind: 'left', resource: 'template', id: 'EXT1', why: 'denied', commands: ['aws x'] }], '❌ <b>left behind</b>'],
    ['not yet touched', [], 'post step'],
  ])('says of a template that it was %s', (_, fate, words) => {
    expect(row(summary([PLANNED, TEMPLATE, ...fate.map((event) => at(200, event))]), 'Template')).toContain(words)
  })

  it('says of an experiment that it was stopped', () => {
    const stopped = at(200, { kind: 'removed', resource: 'experiment', id: 'EXP1', how: 'stopped' })
    expect(row(summary([PLANNED, ...begun(), stopped]), 'Experiment')).toContain('stopped')
  })

  it('prints the commands for what is left', () => {
    const left = at(200, { kind: 'left', resource: 'template', id: 'EXT1', why: 'denied', commands: ['aws one', 'aws two'] })
    expect(summary([PLANNED, TEMPLATE, left])).toContain('```sh\naws one\naws two\n```')
  })

  it.each([
    ['eu-west-1', 'https://eu-west-1.console.aws.amazon.com/'],
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
    ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/'],
  ])('links to the consoles of %s', (region, url) => {
    const text = summary([at(-9, { kind: 'planned', plan: planned({ region }) }), ...begun()])
    expect(text).toContain(`(${url}fis/home?region=${region}#Experiments/EXP1)`)
    expect(text).toContain(`(${url}ec2/home?region=${region}#Instances:instanceId=${ID})`)
  })

  it('lets no text of AWS be Markdown, and none end a table', () => {
    const snapshot = experiment({ status: 'failed', reason: '<img src=x> | `x`\n## hi [a](b)' })
    const text = summary([PLANNED, ...begun(), experimentPolled(1, snapshot)], { pass: false, text: '<b>|`', hint: '' })
    expect(text).not.toMatch(/<img|<b>|\n## hi|\[a\]/)
    expect(row(text, 'FIS says').match(/<td>/g)).toHaveLength(2)
    expect(text.match(/(?<!\\)\|/g)).toHaveLength(6)
  })

  it('stays below 1 MiB with fifty targets and more warnings than anybody reads', () => {
    const warnings = Array.from({ length: 500 }, (_, index) => at(index, { kind: 'warned', what: 'x'.repeat(500) }))
    const left = { kind: 'left', resource: 'template', id: 'EXT1', why: '', commands: ['x'.repeat(1_000_000)] } as const
    const text = summary([
      at(-9, { kind: 'planned', plan: planned({ instanceIds: ids(50) }) }),
      TEMPLATE,
      ...begun(),
      ...warnings,
      at(9, left),
    ])
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024)
    expect(text).toContain('## ✅')
    expect(text).toContain('too large for GitHub')
  })
})
