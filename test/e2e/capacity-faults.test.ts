/** Sources of capacity that fail, stay silent or refuse while the run watches, and a job that ends meanwhile. */
import { describe, expect, it } from 'vitest'
import { cancel, openHarness } from '../crash/fixture.ts'
import { expectExit } from '../exit.ts'
import { arnOf, fleet, judge, lines } from './fleet.ts'
import { paced } from './pace.ts'
import { expectClean, expectFailure, REGION, type RunOptions, TARGET } from './scenario.ts'

type InjectedFault = NonNullable<RunOptions['faults']>[number]

/** The one call that each source cannot do without, and a capacity by that source. */
const CALLS = [
  ['autoscaling', 'DescribeAutoScalingGroups', 'asg:web'],
  ['elasticloadbalancing', 'DescribeTargetHealth', `target-group:${arnOf('web')}`],
  ['ecs', 'DescribeServices', 'ecs:shop/web'],
] as const
const FAULTS = ['hang', '5xx', 'denied', 'throttle', 'truncated', 'empty'] as const
const CELLS = CALLS.flatMap(([service, operation, source]) => FAULTS.map((fault) => [service, operation, fault, source] as const))

describe.concurrent('a capacity that can no longer be read after the baseline', () => {
  it.each(CELLS)('proves nothing: %s:%s %s', async (service, operation, fault, source) => {
    const faults = [{ service, operation, fault, nth: { from: 3, to: 100_000 } } as InjectedFault]
    const { played, outputs } = await judge({ faults, inputs: { capacity: `web=${source}` } })
    expectFailure(played.main, 'web')
    expect(outputs).toMatchObject({ verdict: 'inconclusive', interrupted: 'true' })
    expect(played.main.stdout.match(/^::error::/gm)).toHaveLength(1)
    expectClean(played)
  })
})

describe('a job that ends while capacity is polled', () => {
  const inputs = { 'instance-id': TARGET, region: REGION, capacity: lines({ group: 'asg:web', balanced: `target-group:${arnOf('web')}` }) }

  it.each(['cancel', 'kill'] as const)('leaves nothing: %s', async (way) => {
    const harness = await openHarness({ speed: paced(5), seed: fleet(), inputs })
    try {
      const main = await harness.start('main')
      expect(await harness.arrival('elasticloadbalancing:DescribeTargetHealth', 3, main)).toBe(true)
      if (way === 'kill') main.child.kill('SIGKILL')
      const { state } = way === 'kill' ? await main.done : (await cancel(main, paced(5))).result
      expectExit(await (await harness.start('post', { state })).done, 0)
      const { leftovers, foreignTouched } = harness.simulator.leftovers()
      expect({ leftovers, foreignTouched }).toEqual({ leftovers: [], foreignTouched: [] })
    } finally {
      await harness.close()
    }
  })
})
