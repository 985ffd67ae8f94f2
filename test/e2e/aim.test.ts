import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Simulator } from '../../simulator/server.ts'
import {
  countCalls,
  errorOf,
  expectClean,
  expectFailure,
  expectPass,
  play,
  READY,
  REGION,
  type RunOptions,
  type SeedResources,
  writes,
} from './scenario.ts'
import { terminate } from './somebody.ts'

const idOf = (index: number) => `i-${index.toString(16).padStart(17, '0')}`
const WEB = { app: 'we*b?', stage: 'test' }
type Instance = NonNullable<SeedResources['instances']>[number]

/** Running Spot instances of the service, and whatever else the scenario needs. */
function seed(count: number, others: readonly Instance[] = [], rest: Partial<SeedResources> = {}): SeedResources {
  const instances = Array.from({ length: count }, (_, index) => ({ id: idOf(index), region: REGION, tags: WEB }))
  return { ...READY, instances: [...instances, ...others], ...rest }
}

const BY_TAG = { 'instance-id': '', 'target-tags': 'app=we*b?\nstage=test' }
const play500: RunOptions = { inputs: { ...BY_TAG, selection: 'COUNT(3)' }, seed: seed(500) }

function targetsOf(stage: { readonly outputs: Readonly<Record<string, string>> }): readonly string[] {
  return JSON.parse(stage.outputs['instance-ids'] || '[]')
}

describe.concurrent('targets by tag', () => {
  it('are three of 500, by one paged listing, and the calls before the start grow by its pages alone', async () => {
    const [many, few] = await Promise.all([play(play500), play({ ...play500, seed: seed(5) })])
    for (const played of [many, few]) {
      expectPass(played.main)
      expect(new Set(targetsOf(played.main)).size).toBe(3)
      expectClean(played)
    }
    const pages = countCalls(many, 'fis:StartExperiment')
    const plain = countCalls(few, 'fis:StartExperiment')
    const requests = Math.ceil(500 / 200)
    // Both are read twice: at preflight, and again right before the start.
    expect(plain).toMatchObject({ 'ec2:DescribeInstances': 2, 'ec2:DescribeSpotInstanceRequests': 2 })
    expect(pages).toEqual({ ...plain, 'ec2:DescribeSpotInstanceRequests': 2 * requests })
  })

  it('are compared literally, whatever EC2 takes for a pattern, and never those that cannot be targets', async () => {
    const others: Instance[] = [
      { id: idOf(101), region: REGION, tags: { app: 'we-b-', stage: 'test' } },
      { id: idOf(102), region: REGION, tags: WEB, lifecycle: 'on-demand' },
      { id: idOf(103), region: REGION, tags: WEB, state: 'stopped' },
      { id: idOf(104), region: REGION, tags: { ...WEB, keep: '1' } },
      { id: idOf(105), region: REGION, tags: WEB, behaviour: 'hibernate' },
      { id: idOf(106), region: REGION, tags: WEB, operator: { managed: true, principal: 'eks.amazonaws.com' } },
      { id: idOf(107), region: REGION, tags: WEB, zone: `${REGION}b` },
    ]
    const inputs = { ...BY_TAG, selection: 'ALL', 'exclude-tags': 'keep', 'availability-zone': `${REGION}a` }
    const zoned = seed(2, others)
    const played = await play({
      inputs,
      seed: { ...zoned, instances: (zoned.instances ?? []).map((one) => ({ zone: `${REGION}a`, ...one })) },
    })
    expectPass(played.main)
    expect(targetsOf(played.main)).toEqual([idOf(0), idOf(1)])
    expect(played.main.stdout).toMatch(/1 with keep \(exclude-tags\)/)
    expect(played.main.stdout).toMatch(/1 managed by EKS Auto Mode/)
    expect(played.main.stdout).toMatch(/1 that would hibernate/)
    expectClean(played)
  })

  it('that are too few are refused with the numbers, and nothing is created', async () => {
    const others: Instance[] = [{ id: idOf(101), region: REGION, tags: { app: 'we*b?' }, state: 'stopped' }]
    const played = await play({ inputs: { ...BY_TAG, selection: 'COUNT(3)' }, seed: seed(2, others) })
    expectFailure(
      played.main,
      'selection COUNT(3) needs 3, and there are 2',
      '2 instances carry the tags app=we*b? and stage=test',
      '3 carry app=we*b?, 2 carry stage=test',
    )
    expect(played.main.outputs['instance-ids']).toBe('')
    expect(writes(played)).toEqual([])
  })

  it('leave as many running as keep-running says', async () => {
    const inputs = { ...BY_TAG, selection: 'COUNT(2)', 'keep-running': '2' }
    const [enough, less] = await Promise.all([play({ inputs, seed: seed(4) }), play({ inputs, seed: seed(3) })])
    expectPass(enough.main)
    expectFailure(less.main, 'of 3 candidates 2 would be interrupted, which leaves 1, fewer than keep-running (2)')
    expect(writes(less)).toEqual([])
  })

  it('are in an account that is allowed', async () => {
    const played = await play({ inputs: { ...BY_TAG, 'allowed-accounts': '999999999999' }, seed: seed(1) })
    expectFailure(played.main, 'account 123456789012', 'allowed-accounts')
    expect(writes(played)).toEqual([])
  })

  it('are replaced once where one is gone right before the start, and the old template goes', async () => {
    let gone = ''
    const played = await play({
      inputs: BY_TAG,
      seed: seed(2),
      // The template is there, but its answer takes a while: time for somebody else.
      faults: [{ operation: 'CreateExperimentTemplate', nth: 1, fault: 'slow', ms: 1500 }],
      meanwhile: {
        seen: /Selected 1 of 2/,
        act: async (simulator) => {
          gone = await firstTarget(simulator)
          await terminate(simulator, gone)
        },
      },
    })
    expectPass(played.main)
    const left = [idOf(0), idOf(1)].filter((id) => id !== gone)
    expect(targetsOf(played.main)).toEqual(left)
    expect(played.main.stdout).toContain(`Right before the start, no longer targets: ${gone}; instead: ${left[0]}.`)
    expect(countCalls(played)).toMatchObject({ 'fis:CreateExperimentTemplate': 2, 'fis:StartExperiment': 1 })
    // What somebody else ended is the only thing of others that was touched.
    expect(played.simulator.leftovers()).toMatchObject({ leftovers: [], foreignTouched: [{ operation: 'TerminateInstances' }], strict: [] })
  })
})

/** The target of the first template that there is. */
async function firstTarget(simulator: Simulator): Promise<string> {
  for (;;) {
    const { templates } = simulator.state() as { templates: unknown }
    const [, id] = /instance\/(i-[0-9a-f]+)/.exec(JSON.stringify(templates)) ?? []
    if (id !== undefined) return id
    await setTimeout(20)
  }
}

describe.concurrent('targets by Auto Scaling group', () => {
  const members = [0, 1, 2].map((index) => ({ id: idOf(index), lifecycleState: index === 2 ? 'Terminating:Wait' : 'InService' }))

  it('are its members that are InService', async () => {
    const played = await play({
      inputs: { 'instance-id': '', 'auto-scaling-group': 'workers', selection: 'ALL' },
      seed: seed(4, [], { autoScalingGroups: [{ name: 'workers', region: REGION, members }] }),
    })
    expectPass(played.main)
    expect(targetsOf(played.main)).toEqual([idOf(0), idOf(1)])
    expect(countCalls(played, 'fis:StartExperiment')).toMatchObject({ 'autoscaling:DescribeAutoScalingGroups': 2 })
    expectClean(played)
  })

  it('are refused where there is no such group', async () => {
    const played = await play({ inputs: { 'instance-id': '', 'auto-scaling-group': 'worker' }, seed: seed(1) })
    expectFailure(played.main, 'There is no Auto Scaling group worker')
    expect(writes(played)).toEqual([])
    expect(errorOf(played.main)).not.toContain('defect')
  })
})
