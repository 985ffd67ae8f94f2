import { expect, it } from 'vitest'
import { createLog } from '../../../src/runner/log.ts'
import { finishJudging } from '../../../src/steps/finish.ts'
import { openProbes } from '../../../src/steps/open-probes.ts'
import { probeRules } from '../../fakes/probe-rules.ts'
import { fakeTime } from '../../fakes/time.ts'
import { fakePlan } from '../../fakes/timeline.ts'
import { fakeWorld } from '../../fakes/world.ts'

const cancel = new AbortController().signal

it('does nothing at all without probes', async () => {
  const clock = fakeTime()
  const log = createLog(clock, () => undefined)
  const sendProbe = () => Promise.reject(new Error('asked'))
  const prober = await openProbes({ clock, log, sendProbe, cancel }, undefined)
  await prober.baseline()
  await finishJudging({ ...fakeWorld(), clock, log }, fakePlan(), { prober, ending: 'landed' })
  prober.abandon()
  expect(log.timeline()).toEqual([])
  expect(clock.monotonicMs()).toBe(0)
  expect([prober.observing, prober.breach.aborted]).toEqual([undefined, false])
})

it('opens the probes of the inputs', async () => {
  const clock = fakeTime()
  const log = createLog(clock, () => undefined)
  const rules = probeRules()
  const prober = await openProbes(
    { clock, log, sendProbe: async () => ({ health: 'healthy', tookMs: 1, why: '' }), cancel },
    { rules, probeTargets: [] },
  )
  expect(prober.observing).toMatchObject({ observeMs: rules.observeMs, recoveryMs: rules.recoveryMs })
})
