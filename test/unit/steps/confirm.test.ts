import { describe, expect, it } from 'vitest'
import type { AimInputs } from '../../../src/model/inputs/targets.ts'
import { confirmTargets } from '../../../src/steps/confirm.ts'
import { capacity, capacityRules } from '../../fakes/capacity.ts'
import { fakePlan, ids, instance, spot } from '../../fakes/timeline.ts'
import { fakeWorld } from '../../fakes/world.ts'

const AIM: AimInputs = { aim: { by: 'tags', tags: { app: 'web' } }, zone: null, selection: { kind: 'COUNT', n: 1 }, keepRunning: 0 }
const [ONE = '', TWO = ''] = ids(2)
const web = (id: string, more: Parameters<typeof instance>[0] = {}) => instance({ id, tags: { app: 'web' }, ...more })
/** `leaving`: the instances that somebody has begun to take out of service. Other targets belong to the group of their own id. */
const toCapacity = (leaving: readonly string[], problems: readonly string[] = [], warnings: readonly string[] = []) => ({
  retarget: (targets: readonly { readonly id: string }[]) => ({
    rules: capacityRules(targets.map(({ id }) => capacity('asg', id))),
    problems,
    warnings,
  }),
  confirm: async (ids: readonly string[]) => new Map(leaving.flatMap((id) => (ids.includes(id) ? [[id, 'asg:web'] as const] : []))),
})
const confirm = (instances: ReturnType<typeof web>[], mayReplace = true, leaving: readonly string[] = []) => {
  const world = fakeWorld({ ec2: { listInstances: async () => instances } })
  const plan = fakePlan({ instanceIds: [ONE], aim: AIM })
  return { world, plan, confirmed: confirmTargets(world, plan, { mayReplace, monitor: toCapacity(leaving) }) }
}

describe('targets that were picked are read again right before the start', () => {
  it('and stay where they are candidates still', async () => {
    const { plan, confirmed } = confirm([web(ONE), web(TWO)])
    expect(await confirmed).toBe(plan)
  })

  it.each([
    ['gone', []],
    ['stopping', [web(ONE, { state: 'stopping' })]],
    ['without its tag', [web(ONE, { tags: {} })]],
  ])('and one that is %s is replaced, which the plan and the log show', async (_, first) => {
    const { world, confirmed } = confirm([...first, web(TWO)])
    expect((await confirmed).instanceIds).toEqual([TWO])
    expect(world.recorded('planned').at(-1)?.plan.instanceIds).toEqual([TWO])
    expect(world.recorded('reselected')).toMatchObject([{ gone: [ONE], added: [TWO] }])
    expect(world.recorded('target').map(({ snapshot }) => snapshot.id)).toEqual([TWO])
  })

  it('and the run is refused where one was replaced before', async () => {
    await expect(confirm([web(TWO)], false).confirmed).rejects.toMatchObject({ fault: 'refused', hint: 'Nothing was interrupted.' })
  })

  it('and one that somebody has begun to take out of service is replaced by one that nobody has', async () => {
    const [, , THREE = ''] = ids(3)
    const { confirmed } = confirm([web(ONE), web(TWO), web(THREE)], true, [ONE, TWO])
    const { instanceIds, capacityRules: rules } = await confirmed
    expect([instanceIds, rules?.capacities.map(({ name }) => name)]).toEqual([[THREE], [THREE]])
  })

  it('and the run is refused where the capacities of another target cannot be judged', async () => {
    const world = fakeWorld({ ec2: { listInstances: async () => [web(TWO)] } })
    const plan = fakePlan({ instanceIds: [ONE], aim: AIM })
    await expect(confirmTargets(world, plan, { mayReplace: true, monitor: toCapacity([], ['No level.']) })).rejects.toMatchObject({
      fault: 'refused',
      message: 'Right before the start, targets were replaced. No level.',
    })
    expect(world.recorded('planned')).toEqual([])
  })
})

describe('the warnings of preflight', () => {
  const REQUEST = 'sir-1'
  const SEEN = 'The group is being refreshed.'

  it('are repeated for a target that replaces another, if they are new', async () => {
    const world = fakeWorld({
      ec2: {
        listInstances: async () => [web(TWO, { requestId: REQUEST })],
        readSpotRequests: async () => [spot({ instanceId: TWO, requestId: REQUEST, behaviour: 'stop' })],
      },
    })
    world.log.record({ kind: 'warned', what: SEEN })
    const plan = fakePlan({ instanceIds: [ONE], aim: AIM })
    await confirmTargets(world, plan, { mayReplace: true, monitor: toCapacity([], [], [SEEN, 'The group has no balancer.']) })
    expect(world.recorded('warned').map(({ what }) => what.replace(/,.*/, ''))).toEqual([
      SEEN,
      `${TWO} will be stopped`,
      'The group has no balancer.',
    ])
  })

  it('are not repeated for targets that stay', async () => {
    const world = fakeWorld({
      ec2: {
        listInstances: async () => [web(ONE, { requestId: REQUEST })],
        readSpotRequests: async () => [spot({ instanceId: ONE, requestId: REQUEST, behaviour: 'stop' })],
      },
    })
    await confirmTargets(world, fakePlan({ instanceIds: [ONE], aim: AIM }), { mayReplace: true, monitor: toCapacity([], [], ['New.']) })
    expect(world.recorded('warned')).toEqual([])
  })
})

describe('a target that was named', () => {
  it.each([
    ['is as it was', [], undefined],
    ['is taken out of service', [ONE], `Right before the start, somebody has begun to take ${ONE} out of service, as asg:web shows.`],
  ])('that %s', async (_, leaving, message) => {
    const world = fakeWorld({ ec2: { readInstances: async () => [web(ONE)] } })
    const plan = fakePlan({ instanceIds: [ONE] })
    const confirmed = confirmTargets(world, plan, { mayReplace: true, monitor: toCapacity(leaving) })
    if (message === undefined) expect(await confirmed).toBe(plan)
    else await expect(confirmed).rejects.toMatchObject({ fault: 'refused', message })
  })
})
