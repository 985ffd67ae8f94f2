import { marked } from 'marked'
import { describe, expect, it } from 'vitest'
import type { JournalEntry, Rehearsed } from '../../../src/model/rehearsed.ts'
import { judgeRehearsal, renderRehearsal } from '../../../src/report/rehearsed.ts'

const NOTHING: Rehearsed = { journal: [], leftovers: [], interrupted: [], foreignTouched: [], strict: [] }

function call(changes: Partial<JournalEntry> = {}): JournalEntry {
  const base = { at: '2026-03-01T12:34:56.789Z', service: 'fis', operation: 'GetExperiment', region: 'eu-west-1', status: 200 }
  return { ...base, userAgent: 'aws-sdk-js/3.5 spot-interrupt/1.0.0', fault: null, error: null, ...changes }
}

describe('the end of a rehearsal', () => {
  it.each([
    ['nothing', [], ''],
    ['a role for later runs', [{ kind: 'role', id: 'FIS-SpotMinimalRole' }], ''],
    ['the role of one run', [{ kind: 'role', id: 'FIS-SpotMinimalRole-0a1b2c3d' }], 'role FIS-SpotMinimalRole-0a1b2c3d'],
    ['a template', [{ kind: 'template', id: 'EXT1', region: 'eu-west-1' }], 'template EXT1'],
    ['an experiment', [{ kind: 'experiment', id: 'EXP1', region: 'eu-west-1' }], 'experiment EXP1'],
  ] as const)('with %s left', (_, leftovers, problem) => {
    const rehearsed = { ...NOTHING, leftovers }
    expect(judgeRehearsal(rehearsed)).toContain(problem)
    expect(judgeRehearsal(rehearsed) === '').toBe(problem === '')
    expect(renderRehearsal(rehearsed).split('\n')[0]).toMatch(
      problem === '' ? /^## 🎭 Rehearsal: nothing left behind$/ : /^## ❌ Rehearsal: left behind: \w+ `/,
    )
  })

  it('folds equal calls, and shows refusals and planned faults', () => {
    const journal = [
      ...[call(), call(), call({ at: '2026-03-01T12:35:06.000Z' })],
      call({ operation: 'StartExperiment', status: 400, error: 'ThrottlingException', fault: 'throttle' }),
      call({ service: 'sts', operation: 'AssumeRoleWithWebIdentity', userAgent: 'configure-aws-credentials-for-github-actions' }),
      call({ userAgent: 'my-tool/1 x', status: null, fault: 'hang' }),
    ]
    const text = renderRehearsal({ ...NOTHING, journal })
    const cells = text.split('\n').map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    expect(cells).toContainEqual(['12:34:56 UTC', 'spot-interrupt', 'fis GetExperiment × 3', 'eu-west-1', '200'])
    expect(cells).toContainEqual([
      '12:34:56 UTC',
      'spot-interrupt',
      'fis StartExperiment',
      'eu-west-1',
      'ThrottlingException, planned: throttle',
    ])
    expect(cells.map(([, caller]) => caller)).toEqual(expect.arrayContaining(['configure-aws-credentials', 'my-tool']))
    expect(cells).toContainEqual(['Calls', '6 calls, 2 without success'])
  })

  it('shows whom an experiment hit, what was touched, and what is not simulated', () => {
    const text = renderRehearsal({
      ...NOTHING,
      interrupted: [{ id: 'i-0123456789abcdef0', region: 'eu-west-1', at: '2026-03-01T12:36:58.000Z', how: 'terminate' }],
      foreignTouched: [{ operation: 'DeleteExperimentTemplate', kind: 'template', id: 'EXTforeign' }],
      strict: [{ service: 'ec2', operation: 'DescribeImages', what: 'operation', name: 'DescribeImages' }],
    })
    expect(text).toMatch(/Interrupted by an experiment +\| `i-0123456789abcdef0` \(terminate at 12:36:58 UTC\)/)
    expect(text).toMatch(/Touched, though not made by the job +\| DeleteExperimentTemplate template `EXTforeign`/)
    expect(text).toMatch(/Asked for, but not simulated +\| ec2 DescribeImages: operation DescribeImages/)
  })

  it('stays below what GitHub takes, however much there was, and no text breaks the table', () => {
    const nasty = '|<img src=x>`]()'
    const journal = Array.from({ length: 5000 }, (_, at) =>
      call({ operation: `${nasty}${'x'.repeat(400)}${at}`, error: nasty.repeat(20), userAgent: nasty.repeat(100) }),
    )
    const leftovers = Array.from({ length: 5000 }, (_, at) => ({ kind: 'template' as const, id: `EXT${at}${'y'.repeat(400)}` }))
    const text = renderRehearsal({ ...NOTHING, journal, leftovers })
    expect(Buffer.byteLength(text)).toBeLessThan(2 ** 20)
    expect(marked.parse(text.slice(0, 200_000), { async: false })).not.toContain('<img')
    expect(judgeRehearsal({ ...NOTHING, leftovers }).length).toBeLessThan(50_000)
  })
})
