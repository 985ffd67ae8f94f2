import { describe, expect, it } from 'vitest'
import type { ReactTo } from '../../../../src/model/timeline/planned.ts'
import { judgeEarlyStop } from '../../../../src/model/verdict/early-stop.ts'
import type { Outcome } from '../../../../src/model/verdict/outcome.ts'
import { experiment, ID, planned } from '../../../fakes/timeline.ts'

function judge(status: string, outcome: Outcome, reactTo: ReactTo = 'notice') {
  const plan = planned({ durationMs: 900_000, earlyStop: true, reactTo })
  const target = { id: ID, outcome, evidence: '', landed: outcome === 'drained', state: 'running', behaviour: 'terminate', settled: true }
  return judgeEarlyStop({ plan, experiment: experiment({ status }), outcomes: [target] })
}

describe('an early stop', () => {
  it.each<[string, Outcome, ReactTo, boolean]>([
    ['stopped', 'running', 'notice', true],
    ['stopped', 'running', 'rebalance', true],
    ['stopped', 'drained', 'rebalance', true],
    ['stopped', 'drained', 'notice', false],
    ['stopped', 'interrupted', 'rebalance', false],
    ['stopped', 'ended-early', 'rebalance', false],
    ['stopped', 'unknown', 'rebalance', false],
    ['completed', 'running', 'notice', false],
    ['failed', 'running', 'notice', false],
  ])('%s with a target that is %s, react-to: %s: passes: %s', (status, outcome, reactTo, pass) => {
    expect(judge(status, outcome, reactTo).pass).toBe(pass)
  })

  it('is inconclusive where FIS was done before it took effect', () => {
    expect(judge('completed', 'running').text).toMatch(/^Inconclusive: experiment EXP1 ended completed before the early stop/)
  })

  it.each(['interrupted', 'unknown', 'ended-early'] as const)('is so, too, where a target was %s, and names the target', (outcome) => {
    expect(judge('completed', outcome).text).toMatch(new RegExp(`^Inconclusive: .* Not spared: ${ID} `))
  })

  it('says that it is experimental, whatever comes of it', () => {
    for (const [status, outcome] of [
      ['stopped', 'running'],
      ['stopped', 'interrupted'],
      ['completed', 'running'],
    ] as const)
      expect(judge(status, outcome).text).toContain('(experimental)')
  })
})
