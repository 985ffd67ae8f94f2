import { describe, expect, it } from 'vitest'
import { type Lag, lagEntries } from '../../simulator/account/lags.ts'
import { defaultSwitches, type Switches } from '../../simulator/account/switches.ts'
import { cancel, type Harness, type HarnessOptions, openHarness, type State, TARGET } from '../crash/fixture.ts'
import { expectExit } from '../exit.ts'
import { paced, slowness } from './pace.ts'
import { errorOf, outcomes } from './scenario.ts'

/** Switches without a doubt behind them, and the lags of services that a run without a group never meets. */
type Apart = 'account' | 'callerPolicies' | Lag
const APART = ['account', 'callerPolicies', ...Object.keys(lagEntries)]

/** Every setting of every switch that is not the default; of numbers, one that is far from it. */
const OTHERS: { readonly [K in Exclude<keyof Switches, Apart>]: readonly Switches[K][] } = {
  completed: ['notice', 'interruption', 'at-once'],
  spotCode: ['notice'],
  stop: ['recalls'],
  ends: ['later'],
  token: ['returns'],
  stopFinished: ['ok'],
  stateReason: ['none'],
  safetyLever: ['engaged'],
  alarmStopSeconds: [20],
  alarmAtStart: ['ignores'],
  deniedRole: ['after-start'],
  deleteRunning: ['conflict'],
  resolvedKey: ['instance'],
  arnQuota: ['five'],
  unknownAction: ['accepted'],
  pendingSeconds: [8],
  startDelaySeconds: [15],
  rebalanceRegions: [['us-east-1']],
  roleLagSeconds: [25],
  experimentTags: [false],
  failExperiment: [
    { when: 'before-start', code: 'DependentServiceFailure', reason: 'try again', times: 1, lands: false },
    { when: 'after-start', code: 'InternalFailure', reason: 'went wrong', times: 1, lands: true },
  ],
}

const SETTINGS = Object.entries(OTHERS).flatMap(([name, values]) =>
  values.map((value) => [`${name}: ${JSON.stringify(value)}`, { [name]: value }] as const),
)

/** What the plain run says where it does not pass. */
const FAILS: readonly (readonly [RegExp, RegExp])[] = [
  [/^safetyLever/, /ended cancelled before any action started/],
  [/^failExperiment.*after-start/, /ended failed: went wrong/],
]

/** No action of the first experiment ever starts: nothing is interrupted for certain, if that was seen before the cancel. */
const UNSTARTED = /^(safetyLever|roleLagSeconds|failExperiment.*before-start)/

async function onHarness(options: HarnessOptions, act: (harness: Harness) => Promise<void>): Promise<void> {
  const harness = await openHarness(options)
  try {
    await act(harness)
  } finally {
    await harness.close()
  }
}

async function expectClean(harness: Harness, state: State): Promise<void> {
  const post = await (await harness.start('post', { state })).done
  expectExit(post, 0)
  expect(errorOf(post)).toBe('')
  const { leftovers, foreignTouched, strict } = harness.simulator.leftovers()
  expect({ leftovers, foreignTouched, strict }).toEqual({ leftovers: [], foreignTouched: [], strict: [] })
}

const KILLED_AFTER_MS = 10_000

it('has every switch of the simulator', () => {
  expect(Object.keys(OTHERS).sort()).toEqual(
    Object.keys(defaultSwitches)
      .filter((name) => !APART.includes(name))
      .sort(),
  )
  for (const [name, values] of Object.entries(OTHERS)) expect(values, name).not.toContainEqual(defaultSwitches[name as keyof Switches])
})

describe.concurrent.each([['as it is', {}] as const, ...SETTINGS])('with %s', (name, switches) => {
  it('a run sees its target interrupted, or says why not', () =>
    onHarness({ speed: paced(30), switches }, async (harness) => {
      const main = await (await harness.start('main')).done
      const fails = FAILS.find(([shape]) => shape.test(name))?.[1]
      expectExit(main, fails === undefined ? 0 : 1)
      if (fails === undefined) expect(outcomes(main)).toEqual({ [TARGET]: 'interrupted' })
      else expect(errorOf(main)).toMatch(fails)
      await expectClean(harness, main.state)
    }))

  it('a cancelled run is stopped', () =>
    onHarness({ speed: paced(5), switches, inputs: { 'poll-interval': '2s' } }, async (harness) => {
      const main = await harness.start('main')
      expect(await harness.arrival('fis:GetExperiment', 1, main)).toBe(true)
      const { result, tookMs } = await cancel(main, paced(5))
      expectExit(result, 1)
      // Before the runner kills, on a free machine; how long it really takes is for `npm run bench` to say.
      expect(tookMs).toBeLessThan(KILLED_AFTER_MS * slowness)
      expect(UNSTARTED.test(name) ? ['false', 'unknown'] : ['unknown']).toContain(result.outputs.interrupted)
      await expectClean(harness, result.state)
    }))

  it('a run killed while its start was unanswered is cleaned up', () => {
    const faults = [{ service: 'fis', operation: 'StartExperiment', fault: 'commit-hold', nth: 1 }] as const
    return onHarness({ speed: paced(10), switches, faults }, async (harness) => {
      const main = await harness.start('main')
      expect(await harness.arrival('fis:StartExperiment', 1, main)).toBe(true)
      main.child.kill('SIGKILL')
      const { state } = await main.done
      harness.simulator.setFaults([])
      await expectClean(harness, state)
    })
  })
})
