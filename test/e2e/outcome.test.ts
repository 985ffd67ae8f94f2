/** The outcome of a target, from what FIS and EC2 show: nothing counts as landed that our own signal did not reach. */
import { expect, it } from 'vitest'
import { type Bend, bendAnswers } from './bent.ts'
import { calls, expectClean, expectFailure, expectPass, outcomes, play, READY, REGION, type RunOptions, TARGET } from './scenario.ts'
import { serve } from './service.ts'
import { terminate } from './somebody.ts'

const SIX = Array.from({ length: 6 }, (_, index) => `i-0000000000000000${index + 1}`)
const SIXTH = SIX[5] ?? ''
const OWN = { seed: { ...READY, instances: [{ id: TARGET, region: REGION, foreign: false }] } } satisfies RunOptions

/** The times of a target, in seconds after its t0. */
function leftAfter(targets: string | undefined): number {
  const [one] = JSON.parse(targets ?? '[]') as { t0: string; leftAt: string }[]
  return (Date.parse(one?.leftAt ?? '') - Date.parse(one?.t0 ?? '')) / 1000
}

it.concurrent.each<[string, RunOptions]>([
  ['and FIS completed early', {}],
  ['and FIS does not complete by itself', { switches: { completed: 'interruption' } }],
])('is ended-early when a user terminates it a second after the start, five minutes before the notice, %s', async (_, options) => {
  const played = await play({
    ...OWN,
    ...options,
    inputs: { duration: '7m', 'observe-for': '20s', 'recovery-timeout': '2m' },
    script: [{ instance: TARGET, at: 'start', afterSeconds: 1, do: 'terminate', by: 'user' }],
    arrange: async () => ({ probes: `web=${(await serve(() => ({ status: 200 }))).url}` }),
  })
  expectFailure(played.main, 'did not land', `${TARGET} (ended-early: left `, 'react-to: rebalance')
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'ended-early' })
  expect(played.main.outputs).toMatchObject({ interrupted: 'false', verdict: 'inconclusive' })
  await played.post()
  expectClean(played)
})

it.concurrent('is drained when it goes on the recommendation, and that is what it is to react to', async () => {
  const played = await play({
    ...OWN,
    inputs: { duration: '7m', 'react-to': 'rebalance' },
    script: [{ instance: TARGET, at: 'start', afterSeconds: 40, do: 'terminate', by: 'user' }],
  })
  expectPass(played.main)
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'drained' })
  expect(played.main.outputs).toMatchObject({ interrupted: 'true' })
  expect(Math.abs(Number(played.main.outputs['interruption-seconds']) - 40)).toBeLessThanOrEqual(2)
})

it.concurrent.each(['termination', 'notice'] as const)(
  'is not taken for gone where EC2 does not show it for a while: Spot request code at the %s',
  async (spotCode) => {
    const played = await play({
      inputs: { duration: '3m', 'poll-interval': '2s' },
      switches: { spotCode },
      faults: [{ operation: 'DescribeInstances', nth: { from: 36, to: 40 }, fault: 'staleRead', empty: true }],
    })
    expectPass(played.main)
    expect(played.main.stdout).toMatch(new RegExp(`EC2: ${TARGET} (is not shown|not returned)`))
    expect(outcomes(played.main)).toEqual({ [TARGET]: 'interrupted' })
    expect(leftAfter(played.main.outputs.targets)).toBeGreaterThanOrEqual(178)
  },
)

it.concurrent('is interrupted where EC2 never shows it again, and its Spot request tells by whom', async () => {
  const played = await play({ faults: [{ operation: 'DescribeInstances', nth: { from: 8 }, fault: 'staleRead', empty: true }] })
  expectPass(played.main)
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'interrupted' })
  expect(JSON.parse(played.main.outputs.targets ?? '[]')).toMatchObject([{ state: 'absent' }])
})

/** FIS as it shows the second action of an experiment that has completed. */
const second =
  (status: string): Bend =>
  (answer) => {
    const { experiment } = answer as { experiment?: { state: { status: string }; actions: Record<string, object> } }
    const action = experiment?.actions['signal-2'] as { startTime?: unknown; endTime?: unknown; state: object } | undefined
    if (action === undefined || experiment?.state.status !== 'completed') return answer
    const { startTime: _, endTime: __, ...rest } = action
    experiment.actions['signal-2'] = { ...rest, state: { status, reason: 'It was not run.' } }
    return answer
  }

it.concurrent.each(['skipped', 'cancelled', 'pending'])(
  'does not count a target whose own action is %s, though a user ended it',
  async (status) => {
    const played = await play({
      inputs: { 'instance-id': SIX.join(), 'max-targets': '6', duration: '3m' },
      seed: { ...READY, instances: SIX.map((id) => ({ id, region: REGION, foreign: false })) },
      endpoint: (simulator) => bendAnswers(simulator, second(status)),
      meanwhile: { seen: / - running/, act: (simulator) => terminate(simulator, SIXTH) },
    })
    expectFailure(played.main, 'completed, but not all of its actions', `signal-2 ${status} (It was not run.)`, SIXTH)
    expect(outcomes(played.main)[SIXTH]).toBe('ended-early')
    expect(played.main.outputs.interrupted).toBe('false')
  },
)

it.concurrent('fails at once when the experiment completed and an action failed, and names it', async () => {
  const played = await play({
    inputs: { 'instance-id': SIX.join(), 'max-targets': '6', duration: '10m' },
    seed: { ...READY, instances: SIX.map((id) => ({ id, region: REGION })) },
    endpoint: (simulator) => bendAnswers(simulator, second('failed')),
  })
  expectFailure(
    played.main,
    'signal-2 failed (It was not run.)',
    `${SIXTH} (unknown: `,
    'The interruption of 5 other targets may still come',
  )
  // Its start was seen before it failed, so that its interruption may still come as well.
  expect(outcomes(played.main)).toEqual(Object.fromEntries(SIX.map((id) => [id, 'unknown'])))
  expect(played.main.outputs.interrupted).toBe('unknown')
  const started = played.simulator.journal().find(({ operation }) => operation === 'StartExperiment')
  const last = played.simulator.journal().findLast(({ operation }) => operation === 'DescribeInstances')
  expect(Date.parse(last?.at ?? '') - Date.parse(started?.at ?? '')).toBeLessThan(60_000)
})

/** An experiment of another run of ours, with ten minutes to the interruption, that began 20 s ago. */
const OTHER_RUN: NonNullable<RunOptions['seed']> = {
  ...READY,
  experiments: [
    {
      id: 'EXPother',
      region: REGION,
      createdSecondsAgo: 20,
      roleArn: 'arn:aws:iam::123456789012:role/FIS-SpotMinimalRole',
      targets: { 'spot-1': { resourceArns: [`arn:aws:ec2:${REGION}:123456789012:instance/${TARGET}`] } },
      actions: {
        'signal-1': {
          actionId: 'aws:ec2:send-spot-instance-interruptions',
          parameters: { durationBeforeInterruption: 'PT10M' },
          targets: { SpotInstances: 'spot-1' },
        },
      },
      tags: {
        ManagedBy: 'spot-interrupt',
        'spot-interrupt:run': 'octo/other/7/1',
        'spot-interrupt:invocation': '0c9d2a7e-5f0b-4a3e-8a61-1f2e3d4c5b6a',
        'spot-interrupt:created-at': '2026-03-01T11:59:40.000Z',
        'spot-interrupt:expires-at': '2026-03-01T13:00:00.000Z',
      },
    },
  ],
}

it.concurrent('refuses a target that an experiment of another run is about to interrupt', async () => {
  const played = await play({ seed: OTHER_RUN, inputs: { duration: '15m' } })
  expectFailure(played.main, `${TARGET} is about to be interrupted by experiment EXPother of run octo/other/7/1, at the latest at 12:11:`)
  expect(calls(played)).not.toContain('fis:CreateExperimentTemplate')
})

it.concurrent('is ended-early when that other experiment, which may not be listed, interrupts it first', async () => {
  const played = await play({
    speed: 30,
    seed: OTHER_RUN,
    inputs: { duration: '15m' },
    faults: [{ operation: 'ListExperiments', fault: 'denied' }],
  })
  expect(played.main.stdout).toContain('Experiments of other runs cannot be read')
  expectFailure(played.main, `${TARGET} (ended-early: left `, 'Spot request instance-terminated-by-experiment')
  expect(played.main.outputs.interrupted).toBe('false')
})

it.concurrent('is unknown while the interruption is still to come: wait-for: experiment', async () => {
  const played = await play({ inputs: { 'wait-for': 'experiment' } })
  expectPass(played.main)
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'unknown' })
  expect(played.main.outputs).toMatchObject({ interrupted: 'unknown', 'interruption-seconds': '' })
})

it.concurrent('passes only with a verdict that the service survived, with require-verdict', async () => {
  const bad = await play({ speed: 4, inputs: { 'require-verdict': 'TRUE' } })
  expectFailure(bad.main, 'require-verdict: got "TRUE"')
  const good = await play({
    inputs: { 'require-verdict': 'true', 'observe-for': '20s', 'recovery-timeout': '2m', 'instance-id': `["${TARGET}"]` },
    arrange: async () => ({ probes: `web=${(await serve(() => ({ status: 200 }))).url}` }),
  })
  expectPass(good.main)
  expect(good.main.outputs.verdict).toBe('survived')
})
