import { describe, expect, it } from 'vitest'
import type { Event, Timeline } from '../../../src/model/timeline/event.ts'
import { renderSummary } from '../../../src/report/summary.ts'
import { reported } from '../../fakes/conclusion.ts'
import { at, begun, experiment, experimentPolled, ID, ids, instance, moment, planned, targetPolled } from '../../fakes/timeline.ts'

const PASS = { pass: true, text: 'fine', hint: '' }
const PLANNED = at(-9, { kind: 'planned', plan: planned() })
const ROLE = { kind: 'role', name: 'r', arn: 'arn:r' } as const
const TEMPLATE = at(-7, { kind: 'template', id: 'EXT1' })

function summary(timeline: Timeline, result = PASS): string {
  return renderSummary(reported(timeline, result))
}

/** The row of the table of things that begins with this word. */
function row(text: string, word: string): string {
  return text.split('\n').find((line) => line.startsWith(`| ${word} `)) ?? ''
}

describe('renderSummary', () => {
  it('puts the verdict first', () => {
    const passed = summary([PLANNED])
    expect(passed.split('\n')[0]).toBe('## ✅ Passed: fine')
    const failed = summary([PLANNED], { pass: false, text: 'Timed out.', hint: 'Raise <timeout>.' })
    expect(failed).toMatch(/^## ❌ Failed: Timed out\.\n\nRaise &lt;timeout&gt;\.\n/)
  })

  it('is written after bad input, too', () => {
    const text = summary([], { pass: false, text: 'Bad input: x', hint: '' })
    expect(text).toContain('## ❌ Failed: Bad input: x')
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
      '> ⚠ It will be &#124; stopped.',
      '### Targets',
      '### Timeline',
      '```mermaid',
      '### Created',
      '/fis/home',
      '/ec2/home',
    ]
    expect(places.map((place) => text.indexOf(place))).toEqual(places.map((place) => text.indexOf(place)).toSorted((a, b) => a - b))
    expect(places.every((place) => text.includes(place))).toBe(true)
    expect(text).toContain('EXP1: completed after 20s')
    expect(text).toContain('interruption, PT2M')
    expect(text).toMatch(
      new RegExp(
        `\\| \`${ID}\` *\\| interrupted *\\| StateReason Server.SpotInstanceTermination, cause by time *\\| terminated *\\| 03:02:01 UTC`,
      ),
    )
  })

  it('shows dashes for a target of which nothing is known', () => {
    expect(summary([PLANNED, targetPolled(-5, { instance: instance() })])).toMatch(
      new RegExp(`\`${ID}\` *\\| running *\\| – *\\| running *\\| – `),
    )
    expect(summary([PLANNED])).toMatch(/\| unknown *\| EC2 did not show it *\| – *\| – /)
  })

  it('names the other mode', () => {
    const rebalance = summary([at(0, { kind: 'planned', plan: planned({ mode: 'rebalance' }) })])
    expect(rebalance).toMatch(/\| Mode *\| rebalance *\|/)
    expect(rebalance).toMatch(/\| Experiment *\| not started *\|/)
  })

  it.each<[string, Event, readonly Event[], string]>([
    [
      'kept',
      { ...ROLE, origin: 'created' },
      [{ kind: 'kept', resource: 'role', id: 'r' }],
      'created by this run, kept (`delete-role: true` deletes it)',
    ],
    [
      'deleted',
      { ...ROLE, origin: 'created' },
      [{ kind: 'removed', resource: 'role', id: 'r', how: 'deleted' }],
      'created by this run, deleted',
    ],
    ['reused', { ...ROLE, origin: 'reused' }, [], 'was there before, not touched'],
    ['mended', { ...ROLE, origin: 'mended' }, [], 'was there before, its policy was mended'],
    ['given', { ...ROLE, origin: 'given' }, [], 'given, not touched'],
  ])('says of a role that it was %s', (_, role, fate, words) => {
    expect(row(summary([PLANNED, at(-8, role), ...fate.map((event) => at(200, event))]), 'Role')).toContain(words)
  })

  it.each<[string, readonly Event[], string]>([
    ['removed', [{ kind: 'removed', resource: 'template', id: 'EXT1', how: 'deleted' }], 'removed'],
    ['left', [{ kind: 'left', resource: 'template', id: 'EXT1', why: 'denied', commands: ['aws x'] }], 'LEFT BEHIND'],
    ['not yet touched', [], 'post step'],
  ])('says of a template that it was %s', (_, fate, words) => {
    expect(row(summary([PLANNED, TEMPLATE, ...fate.map((event) => at(200, event))]), 'Template')).toContain(words)
  })

  it('says of an experiment that it was stopped', () => {
    const stopped = at(200, { kind: 'removed', resource: 'experiment', id: 'EXP1', how: 'stopped' })
    expect(row(summary([PLANNED, ...begun(), stopped]).split('### Created')[1] ?? '', 'Experiment')).toContain('stopped')
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
    expect(row(text, 'FIS says').match(/(?<!\\)\|/g)).toHaveLength(3)
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
    expect(text).toContain('log and report have it all')
  })
})
