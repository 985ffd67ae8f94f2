import fc from 'fast-check'
import { marked } from 'marked'
import { describe, expect, it } from 'vitest'
import { renderComment, toMarker } from '../../../src/report/comment.ts'
import { HOST, makeEndings, reportEnding } from '../../fakes/endings.ts'

const CONTEXT = {
  marker: 'f'.repeat(64),
  key: 'integration/0',
  url: 'https://github.com/octo/service/actions/runs/4711/attempts/1',
  commit: 'c0ffee1234567890c0ffee1234567890c0ffee12',
  dryRun: false,
}
const ENDINGS = makeEndings()

function comment(ending: string, context: Partial<typeof CONTEXT> = {}): string {
  return renderComment(reportEnding(ending), { ...CONTEXT, ...context })
}

function rehearse(ending: string): string {
  return renderComment({ ...reportEnding(ending), rehearsal: true }, CONTEXT)
}

const title = (text: string) => text.split('\n')[1]

const TITLES: readonly (readonly [string, string, string])[] = [
  ['survived', '✅ Survived', '🎭 Rehearsal: would survive'],
  ['survived, and the step failed', '❌ Survived, but stop alarm', '🎭 Rehearsal failed: stop alarm'],
  ['not survived', '❌ Not survived', '🎭 Rehearsal: would not survive'],
  ['the target stayed', '⚠️ Inconclusive: timed out', '🎭 Rehearsal: inconclusive, timed out'],
  ['too few checks', '⚠️ Inconclusive', '🎭 Rehearsal: inconclusive'],
  ['unknown checks', '⚠️ Inconclusive', '🎭 Rehearsal: inconclusive'],
  ['cut short', '⚠️ Inconclusive: AWS not readable', '🎭 Rehearsal: inconclusive, AWS not readable'],
  ['cancelled', '⚠️ Inconclusive: cancelled', '🎭 Rehearsal: inconclusive, cancelled'],
  ['unhealthy before the start', '⚠️ Inconclusive: unhealthy at first', '🎭 Rehearsal: inconclusive, unhealthy at first'],
  ['refused before the start', '❌ Refused', '🎭 Rehearsal: refused'],
  ['without probes', '✅ Interrupted, not judged', '🎭 Rehearsal: interrupted, not judged'],
  ['without probes, failed', '❌ Timed out', '🎭 Rehearsal: timed out'],
  ['a recommendation', '✅ Survived', '🎭 Rehearsal: would survive'],
  ['capacity back', '✅ Survived', '🎭 Rehearsal: would survive'],
  ['capacity not back', '❌ Not survived', '🎭 Rehearsal: would not survive'],
  ['bad input', '❌ Bad input', '🎭 Rehearsal: bad input'],
  ['nothing', '❌ Internal fault', '🎭 Rehearsal: internal fault'],
]

describe('renderComment', () => {
  it('has a title for every ending', () => {
    expect(TITLES.map(([ending]) => ending)).toEqual(Object.keys(ENDINGS))
  })

  it.each(TITLES)('%s: %s', (ending, expected) => {
    const text = comment(ending)
    expect(title(text)).toBe(`### ${expected}`)
    expect(text.split('\n')[0]).toBe(toMarker(CONTEXT.marker))
    expect(text).toContain(`[All of the run](${CONTEXT.url}) · \`integration/0\` · commit c0ffee1`)
    expect(expected.split(' ').slice(1).length).toBeLessThanOrEqual(6)
  })

  it.each(TITLES)('%s: as a rehearsal and as a dry run, neither looks like a pass', (ending, _, rehearsed) => {
    const text = rehearse(ending)
    expect(title(text)).toBe(`### ${rehearsed}`)
    expect(text).toContain('Nothing real was interrupted.')
    expect(text).not.toContain('✅')
    const dry = comment(ending, { dryRun: true })
    expect(dry).toContain('Nothing real was interrupted.')
    expect(title(dry)).not.toContain('✅')
  })

  it('has one row of figures, each against its limit, with a sign', () => {
    const rows = comment('not survived')
      .split('\n')
      .filter((line) => line.startsWith('|'))
    expect(rows.map((row) => row.split('|').map((cell) => cell.trim()))).toEqual([
      ['', 'Availability', 'Outage', 'Recovery', 'Targets', ''],
      expect.anything(),
      ['', expect.stringMatching(/^✅ \d+(\.\d)? % \(≥ 80 %\)$/), '❌ 38s (≤ 30s)', '✅ 39s (≤ 6m 0s)', '✅ 1 of 1 (reached)', ''],
    ])
    expect(comment('the target stayed')).toMatch(/(⚠️|❌) 0 of 1/u)
    expect(comment('bad input')).not.toContain('|')
  })

  it('says why, in at most three reasons', () => {
    expect(comment('not survived')).toContain('\n- web was down for 38s, longer than the 30s of max-outage\n')
    expect(comment('the target stayed')).toContain('- the interruption was not proved for every target')
    const probes = Array.from({ length: 5 }, (_, nth) => ({ name: `p${nth}`, shown: 'x' }))
    const many = renderComment(reportEnding('not survived', { probes }), CONTEXT)
    expect(many.match(/^- /gm)).toHaveLength(4)
    expect(many).toContain('- and 2 more')
  })

  it('holds no id, account, address or host, whatever the ids, the names of the probes and the key are', () => {
    const instance = fc.stringMatching(/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/)
    const account = fc.stringMatching(/^\d{12}$/)
    const around = fc.stringMatching(/^[A-Za-z0-9_-]{0,5}$/)
    const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.webUrl())
    const flags = fc.record({ dryRun: fc.boolean() })
    fc.assert(
      fc.property(
        instance,
        account,
        around,
        host,
        flags,
        fc.constantFrom(...Object.keys(ENDINGS)),
        (id, owner, prefix, place, flag, ending) => {
          const probes = [id, owner].map((name) => ({ name: `${prefix}${name}`, shown: `https://${HOST}/${id}` }))
          const text = renderComment(reportEnding(ending, { id, account: owner, probes }), {
            ...CONTEXT,
            ...flag,
            key: `${prefix} ${id} ${owner} ${place}`,
          })
          for (const own of [id, owner, HOST, place]) expect(text).not.toContain(own)
        },
      ),
    )
  })

  it('is one link, one table and one heading, whatever a key holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (key) => {
        const text = renderComment(reportEnding('survived'), { ...CONTEXT, key })
        const html = String(marked.parse(text))
        expect(html.match(/<h3/g)).toHaveLength(1)
        expect(html.match(/<table/g)).toHaveLength(1)
        expect(html.match(/<a /g)).toHaveLength(1)
        expect(html).not.toMatch(/<(script|img|iframe)/i)
      }),
    )
  })
})
