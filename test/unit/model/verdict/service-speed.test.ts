import { expect, it } from 'vitest'
import { toObserved } from '../../../../src/model/verdict/observed.ts'
import { judgeService } from '../../../../src/model/verdict/service.ts'
import { probeRules } from '../../../fakes/probe-rules.ts'
import { draw } from '../../../fakes/samples.ts'
import { at, begun, planned } from '../../../fakes/timeline.ts'

it('100,000 checks of 20 probes are judged in no time', () => {
  const line = `${'.'.repeat(39_000)}xxxxx${'.'.repeat(60_995)}`
  const allSamples = Array.from({ length: 20 }, (_, index) => draw(line, { name: `p${index}`, every: 0.001 }))
  const probed = at(100, { kind: 'probed', allSamples, untilMs: 100_000, whole: true })
  const probeRulesOfAll = probeRules({ intervalMs: 1, probes: allSamples.map(({ name }) => ({ name, shown: '' })) })
  const startedMs = performance.now()
  const verdict = judgeService(toObserved([...begun(), probed], planned({ probeRules: probeRulesOfAll })))
  expect(performance.now() - startedMs).toBeLessThan(3000)
  expect(verdict.allMetrics.map(({ healthy, failed }) => healthy + failed)).toEqual(Array(20).fill(100_000))
  expect(verdict.longestOutageMs).toBe(5)
})
