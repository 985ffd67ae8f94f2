/** The table of truth of capacity and reaction on a simulated fleet that lives. */
import { describe, expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { ALL, all, arnOf, fleet, judge, lines, OTHERS, RUNS, rebalancing, type Shown, SOURCES, STRAY } from './fleet.ts'
import { calls, countCalls, expectClean, expectFailure, expectPass, TARGET } from './scenario.ts'

const idsOf = (shown: Shown | undefined) => shown?.replacements.map(({ id }) => id) ?? []

describe.each(RUNS)('capacity, run %d', () => {
  it('that comes back survives, in every source, and its new members are named', async () => {
    const { played, outputs, report, capacities, backs } = await judge({ inputs: { 'recovery-timeout': '15m' } })
    expectPass(played.main)
    expect(outputs.verdict).toBe('survived')
    expect(backs).toEqual(all(true))
    const [added = ''] = idsOf(capacities.group)
    expect(added).toMatch(/^i-[0-9a-f]{17}$/)
    expect(ALL).not.toContain(added)
    for (const name of ['auto', 'balanced', 'tagged']) expect(idsOf(capacities[name])).toEqual([added])
    for (const name of ['group', 'auto', 'balanced', 'tagged']) expect(capacities[name]?.lost).toEqual([TARGET])
    expect(JSON.parse(outputs.replacements ?? '')).toContain(added)
    expect(Number(outputs['replacement-seconds'])).toBeGreaterThan(60)
    expect(outputs.reacted).toBe('false')
    expect(outputs['reaction-seconds']).toBe('')
    const activities: readonly { description: string; cause: string }[] = report.scaling
    expect(activities.map(({ description }) => description).join()).toContain(added)
    expect(activities.every(({ cause }) => cause !== '')).toBe(true)
    expectClean(played)
  })

  it('that never comes back does not survive', async () => {
    const { played, outputs, backs } = await judge({ seed: fleet({ launchFailures: [{}] }) })
    expectFailure(played.main, 'group was not back within 6m 0s: 2 of 3 members serve beside the targets')
    expect(outputs.verdict).toBe('not-survived')
    expect(backs).toEqual(all(false))
    expect(outputs['replacement-seconds']).toBe('')
    expect(outputs.replacements).toBe('[]')
  })

  it('that comes back late does not survive', async () => {
    const { played, outputs } = await judge({ inputs: { 'observe-for': '30s', 'recovery-timeout': '30s' } })
    expectFailure(played.main, 'was not back within 1m 0s')
    expect(outputs.verdict).toBe('not-survived')
  })

  it('that others scale out is back', async () => {
    const grow = { autoScalingGroup: 'web', at: 'start', afterSeconds: 10, do: 'set-desired-capacity', desiredCapacity: 5 } as const
    const { played, outputs, report } = await judge({ script: [grow], inputs: { capacity: 'group=asg:web' } })
    expectPass(played.main)
    expect(outputs['replacement-seconds']).toBe('0')
    expect(report.capacities[0]).toMatchObject({ level: 3, desired: { before: 3, highest: 5 } })
  })

  it('that is weighted counts units, and names its members', async () => {
    const members = ALL.map((id) => ({ id, weightedCapacity: '2' }))
    const weighted = fleet({ members, desiredCapacity: 6 })
    const capacity = lines({ group: SOURCES.group, balanced: SOURCES.balanced })
    const back = await judge({ seed: weighted, inputs: { capacity, 'recovery-timeout': '15m' } })
    expectPass(back.played.main)
    expect(back.report.capacities[0]).toMatchObject({ level: 6, unit: 'units', lowest: 4, latest: 6, desired: { before: 6, lowest: 6 } })
    const [added = ''] = idsOf(back.capacities.group)
    expect(ALL).not.toContain(added)
    expect(back.capacities).toMatchObject({
      group: { lost: [TARGET] },
      balanced: { level: 3, unit: 'members', replacements: [{ id: added }] },
    })
    const never = await judge({ seed: fleet({ members, desiredCapacity: 6, launchFailures: [{}] }), inputs: { capacity: 'group=asg:web' } })
    expectFailure(never.played.main, 'group was not back within 6m 0s: 4 of 6 units serve beside the targets')
    expect(never.outputs).toMatchObject({ verdict: 'not-survived', replacements: '[]' })
    expect(never.capacities.group?.lost).toEqual([TARGET])
  })

  it('whose size others lower is inconclusive', async () => {
    const shrink = { autoScalingGroup: 'web', at: 'interruption', afterSeconds: 5, do: 'set-desired-capacity', desiredCapacity: 2 } as const
    const { played, outputs } = await judge({ script: [shrink], inputs: { capacity: 'group=asg:web' } })
    expectFailure(played.main, 'somebody lowered the desired size of group to 2, below the 3 before the run')
    expect(outputs.verdict).toBe('inconclusive')
  })

  it('does not count a dead member that is shown for long', async () => {
    const { played, outputs } = await judge({
      switches: { groupHealthSeconds: 200, targetStateSeconds: 200, agentLostSeconds: 200 },
      inputs: { 'recovery-timeout': '20m' },
    })
    expectPass(played.main)
    expect(Number(outputs['replacement-seconds'])).toBeGreaterThan(200)
  })

  it('of another group is refused, or not affected', async () => {
    const refused = await judge({ inputs: { capacity: 'a=asg:stray\nb=tags:app=other' } })
    expectFailure(
      refused.played.main,
      'No target belongs to the capacity a (asg:stray)',
      'No target belongs to the capacity b (tags:app=other)',
    )
    expect(refused.outputs['experiment-id']).toBe('')
    const idle = await judge({ inputs: { capacity: `c=target-group:${arnOf('stray')}` } })
    expectFailure(idle.played.main, 'no target belongs to c, so nothing was judged')
    expect(idle.outputs.verdict).toBe('inconclusive')
    expect(idle.capacities.c?.affected).toBe(false)
  })

  it('of the own group of a target that is in no group is refused before anything is created', async () => {
    const { played, outputs } = await judge({ inputs: { 'instance-id': STRAY, capacity: 'auto=asg:auto' } })
    expectFailure(played.main, 'The capacity auto (asg:auto) has no group: no target is in an Auto Scaling group.')
    expect(outputs['experiment-id']).toBe('')
    expect(calls(played).filter((name) => /Create|Start/.test(name))).toEqual([])
    expectClean(played)
  })

  it('of an ECS service without a task on a target is not affected', async () => {
    const { played, outputs, capacities } = await judge({ inputs: { 'instance-id': STRAY, capacity: 'tasks=ecs:shop/web' } })
    expectFailure(played.main, 'no target belongs to tasks, so nothing was judged')
    expect(played.main.stdout).toContain('The capacity tasks (ecs:shop/web) is not affected, because no target belongs to it.')
    expect(outputs).toMatchObject({ verdict: 'inconclusive', interrupted: 'true' })
    expect(capacities.tasks).toMatchObject({ affected: false, lost: [], replacements: [] })
  })

  it('that cannot be read, or has no level, stops the run before anything is created', async () => {
    const capacity = lines({ none: 'asg:none', service: 'ecs:shop/none', agent: 'ecs:shop/agent' })
    const { played, outputs } = await judge({ inputs: { capacity } })
    expectFailure(
      played.main,
      'no Auto Scaling group for the capacity none',
      'no active ECS service none',
      'agent (ecs:shop/agent) is a DAEMON service',
    )
    expect(outputs.verdict).toBe('inconclusive')
    expect(calls(played).filter((name) => /Create|Start/.test(name))).toEqual([])
  })

  it('asks for all groups with one call, and for nothing that it does not need', async () => {
    const { played, outputs } = await judge({ inputs: { capacity: 'a=asg:web\nb=asg:auto' } })
    const counts = countCalls(played)
    const minutes = (Number(outputs['interruption-seconds']) + 360) / 60
    expect(counts['autoscaling:DescribeAutoScalingGroups']).toBeLessThan(12 * minutes)
    expect(counts['elasticloadbalancing:DescribeTargetHealth']).toBeUndefined()
    expect(counts['ecs:DescribeServices']).toBeUndefined()
  })

  it('is read once in a dry run', async () => {
    const { played, outputs } = await judge({ inputs: { 'dry-run': 'true' } })
    expectExit(played.main, 0)
    expect(played.main.stdout).toContain('Capacity group (asg:web) can be read: 3 serving')
    expect(outputs.verdict).toBe('not-judged')
    expect(countCalls(played)['ecs:ListTasks']).toBe(1)
  })
})

describe.each(RUNS)('a reaction, run %d', () => {
  it('in time survives, and says who reacted', async () => {
    const { played, outputs, report } = await judge({
      seed: rebalancing(true),
      inputs: { 'react-within': '90s', 'recovery-timeout': '15m' },
    })
    expectPass(played.main)
    expect(outputs).toMatchObject({ reacted: 'true', verdict: 'survived' })
    expect(Number(outputs['reaction-seconds'])).toBeLessThanOrEqual(90)
    const [reaction] = report.reactions
    expect(reaction).toMatchObject({ id: TARGET, reacted: true, inTime: true })
    const who: readonly string[] = reaction.by.map((one: { who: string }) => one.who)
    expect(who).toEqual(expect.arrayContaining(['asg:web', 'target-group:web', 'ecs:shop/web']))
  })

  it('that comes late, or never, does not survive', async () => {
    const capacity = 'group=asg:web'
    const late = await judge({ seed: rebalancing(false), switches: { signalSeconds: 70 }, inputs: { capacity, 'react-within': '20s' } })
    expectFailure(late.played.main, 'later than the 20s of react-within')
    expect(late.outputs).toMatchObject({ reacted: 'true', verdict: 'not-survived' })
    const balanced = lines({ balanced: `target-group:${arnOf('web')}` })
    const never = await judge({ inputs: { capacity: balanced, 'react-within': '20s' } })
    expectFailure(never.played.main, `nothing reacted to the signal to ${TARGET} within 20s`)
    expect(never.outputs).toMatchObject({ reacted: 'false', verdict: 'not-survived' })
  })

  it.each(['tags:app=web', 'asg:web'])('that %s need not show is inconclusive where it is judged', async (source) => {
    const { played, outputs } = await judge({ inputs: { 'react-within': '20s', 'recovery-timeout': '15m', capacity: `web=${source}` } })
    expect(played.main.stdout).toContain('No source of capacity can show that nothing reacts')
    expectFailure(played.main, `no source shows whether something reacted in time to the signal to ${TARGET}`)
    expect(outputs).toMatchObject({ reacted: 'unknown', verdict: 'inconclusive' })
  })

  it('before the run makes a target no candidate', async () => {
    const members = [{ id: TARGET, lifecycleState: 'Terminating:Wait' }, ...OTHERS.map((id) => ({ id }))]
    const { played } = await judge({ seed: fleet({ members }), inputs: { capacity: 'group=asg:web' } })
    expectFailure(played.main, `${TARGET} is being drained already, as asg:web shows`)
  })
})
