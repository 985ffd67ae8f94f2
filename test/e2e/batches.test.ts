import { expect, it } from 'vitest'
import { expectClean, expectPass, outcomes, play, READY, REGION } from './scenario.ts'

const IDS = Array.from({ length: 7 }, (_, index) => `i-0000000000000000${index + 1}`)
const DRAINED = IDS[2] ?? ''

it.concurrent('interrupts seven instances in two batches; one is drained by somebody else, which counts as landed', async () => {
  const played = await play({
    inputs: { 'instance-id': IDS.join('\n'), 'max-targets': '10', duration: '3m' },
    seed: { ...READY, instances: IDS.map((id) => ({ id, region: REGION })) },
    script: [{ instance: DRAINED, at: 'notice', afterSeconds: 20, do: 'terminate', by: 'autoscaling' }],
  })
  expectPass(played.main)
  const expected = IDS.map((id) => [id, id === DRAINED ? 'drained' : 'interrupted'])
  expect(outcomes(played.main)).toEqual(Object.fromEntries(expected))
  expect(played.main.outputs.interrupted).toBe('true')
  expect(played.main.stdout).toContain('6 interrupted, 1 drained')

  const made = played.simulator.journal().find(({ operation }) => operation === 'CreateExperimentTemplate')?.params as {
    targets: Record<string, { resourceArns: string[] }>
    actions: Record<string, { targets: Record<string, string> }>
  }
  const arns = Object.values(made.targets).map(({ resourceArns }) => resourceArns)
  expect(arns.map(({ length }) => length)).toEqual([5, 2])
  expect(arns.flat()).toEqual(IDS.map((id) => `arn:aws:ec2:${REGION}:123456789012:instance/${id}`))
  expect(Object.values(made.actions).map(({ targets }) => targets.SpotInstances)).toEqual(Object.keys(made.targets))
  await played.post()
  expectClean(played)
})
