/** Somebody begins to take a target out of service after preflight and before the start: no reaction to the signal could be told from that. */
import { describe, expect, it } from 'vitest'
import { arnOf, fleet, judge, lines, OTHERS, SOURCES } from './fleet.ts'
import { calls, expectClean, expectFailure, type SeedResources, TARGET } from './scenario.ts'

const { group, balanced, tasks } = SOURCES
const members = (lifecycleState?: string) => [
  ...(lifecycleState === undefined ? [] : [{ id: TARGET, lifecycleState }]),
  ...OTHERS.map((id) => ({ id })),
]
const targets = (state?: 'draining') => [...(state === undefined ? [] : [{ id: TARGET, state }]), ...OTHERS.map((id) => ({ id }))]
const [CLUSTER] = fleet().clusters ?? []
const [TARGETS] = fleet().targetGroups ?? []

/** What the fleet is like from then on, and the source that shows it. */
const CHANGES: readonly (readonly [string, SeedResources, string, string])[] = [
  [
    'its group terminates it',
    { autoScalingGroups: fleet({ members: members('Terminating:Wait') }).autoScalingGroups ?? [] },
    group,
    'asg:web',
  ],
  ['its group detaches it', { autoScalingGroups: fleet({ members: members() }).autoScalingGroups ?? [] }, group, 'asg:web'],
  ['it is put into standby', { autoScalingGroups: fleet({ members: members('Standby') }).autoScalingGroups ?? [] }, group, 'asg:web'],
  ['it is deregistered, and drains', balancedBy(targets('draining')), balanced, 'target-group:web'],
  ['it is deregistered at once', balancedBy(targets()), balanced, 'target-group:web'],
  ['ECS drains it', draining(), tasks, 'ecs:shop/web'],
]

function balancedBy(some: ReturnType<typeof targets>): SeedResources {
  return { targetGroups: TARGETS === undefined ? [] : [{ ...TARGETS, arn: arnOf('web'), targets: some }] }
}

function draining(): SeedResources {
  const containerInstances = CLUSTER?.containerInstances?.map((host) =>
    host.instanceId === TARGET ? { ...host, status: 'DRAINING' } : host,
  )
  return { clusters: CLUSTER === undefined ? [] : [{ ...CLUSTER, ...(containerInstances === undefined ? {} : { containerInstances }) }] }
}

describe.concurrent('a target that is on its way out right before the start', () => {
  it.each(CHANGES)('is refused: %s', async (_, then, source, shown) => {
    const { played, outputs } = await judge({
      inputs: { capacity: lines({ web: source }) },
      meanwhile: { seen: /✓ Capacity web/, act: (simulator) => simulator.seed(then) },
    })
    expectFailure(played.main, `Right before the start, somebody has begun to take ${TARGET} out of service, as ${shown} shows.`)
    expect(outputs).toMatchObject({ verdict: 'inconclusive', 'experiment-id': '' })
    expect(calls(played).filter((name) => name === 'fis:StartExperiment')).toEqual([])
    await played.post()
    expectClean(played)
  })
})
