/**
 * On moto_server: the table of truth of every source of capacity, as far as moto has it. moto's group replaces a member at once by itself;
 * registration, draining and the tasks are played. What moto cannot play is listed in differences.ts.
 */
import { deepEqual, equal, match } from 'node:assert/strict'
import { type CapacityBench, type CapacityRun, expectRefused, expectVerdict, play, type Shown } from './capacity-bench.ts'
import { createFleet, type FleetOptions, GROUP, type MotoFleet } from './moto-fleet.ts'
import { type Moto, REGION, scenario, WHOLE_SECONDS_SPEED } from './moto-server.ts'
import { CLUSTER, SERVICE } from './moto-service.ts'
import type { Scenario } from './table.ts'

const WEB = { app: 'web' }
const SHORT = { 'observe-for': '30s', 'recovery-timeout': '2m' }
const BY_GROUP = { ...SHORT, capacity: `group=asg:${GROUP}` }
const SIZE = 3

export function capacityScenarios(moto: Moto): readonly Scenario[] {
  const counted = (name: string, options: FleetOptions, hold: (bench: CapacityBench) => Promise<void>) =>
    scenario(moto, name, { count: 0, asSpot: true, speed: WHOLE_SECONDS_SPEED }, async (bench) => {
      const ids = await bench.launch({ count: SIZE, tags: WEB })
      const fleet = await createFleet(moto, ids, options)
      try {
        await hold({ bench, fleet, ids, target: ids.at(-1) ?? '' })
      } finally {
        fleet.close()
      }
    })
  return [
    counted('capacity of every source that comes back, after ECS has drained the target: survived', { tags: WEB }, expectBack),
    counted('capacity of every source that does not come back, and nothing reacts: not survived', {}, expectGone),
    counted('capacity of a group that others make larger: survived', {}, async (bench) => {
      const { main } = await play(bench, BY_GROUP, { act: () => bench.fleet.resize(SIZE + 1) })
      expectVerdict(main, 0, 'survived')
      equal(main.outputs['replacement-seconds'], '0')
    }),
    counted('capacity of a group that others make smaller: inconclusive', {}, async (bench) => {
      const { main } = await play(bench, BY_GROUP, { act: () => bench.fleet.resize(SIZE - 1) })
      expectVerdict(main, 1, 'inconclusive')
      match(main.stdout, /somebody lowered the desired size of group to 2, below the 3 before the run/)
    }),
    counted('a reaction that ECS shows too late: not survived', {}, expectLate),
    counted('a reaction that an Auto Scaling group need not show is unknown: inconclusive', {}, async (bench) => {
      const { main, reactions } = await play(bench, { ...BY_GROUP, 'react-within': '60s' })
      expectVerdict(main, 1, 'inconclusive')
      equal(main.outputs.reacted, 'unknown')
      deepEqual(reactions[0]?.by, [])
    }),
    counted('a group with Capacity Rebalancing that does not react: not survived', { rebalances: true }, async (bench) => {
      const { main } = await play(bench, { ...BY_GROUP, 'react-within': '60s' })
      expectVerdict(main, 1, 'not-survived')
      equal(main.outputs.reacted, 'false')
      match(main.stdout, /nothing reacted to the signal to i-\w+ within 1m 0s/)
    }),
    counted('capacity that no target belongs to is refused, or not judged', {}, expectStray),
    counted('capacity that is not there is refused before anything is created', {}, async (bench) => {
      const arn = `arn:aws:elasticloadbalancing:${REGION}:123456789012:targetgroup/none/0123456789abcdef`
      const capacity = `group=asg:none\nbalanced=target-group:${arn}\ntasks=ecs:none/none\nservice=ecs:${CLUSTER}/none`
      const { main } = await play(bench, { capacity })
      expectRefused(
        main,
        /no Auto Scaling group for the capacity group/,
        /TargetGroupNotFound/,
        /ClusterNotFound/,
        /no active ECS service none/,
      )
    }),
  ]
}

async function expectBack(bench: CapacityBench): Promise<void> {
  const { fleet, ids, target } = bench
  const started: { member?: string; tasks?: readonly string[] } = {}
  const act = async () => {
    await fleet.drain(target)
    const member = await fleet.follow(ids)
    await fleet.register([member])
    Object.assign(started, { member, tasks: await fleet.host([member]) })
  }
  const { main, capacities, reactions } = await play(bench, { ...everySource(fleet), 'react-within': '90s' }, { act })
  expectVerdict(main, 0, 'survived')
  deepEqual(backs(capacities), everyBack(true))
  for (const name of ['group', 'auto', 'balanced', 'tagged']) {
    deepEqual(capacities[name]?.lost, [target], `lost by ${name}`)
    deepEqual(toIds(capacities[name]), [started.member], `replacements of ${name}`)
  }
  deepEqual(toIds(capacities.tasks), started.tasks)
  equal(main.outputs.reacted, 'true')
  deepEqual(
    reactions.map(({ by }) => by.map(({ who }) => who)),
    [[`ecs:${CLUSTER}/${SERVICE}`]],
  )
}

/** The group replaces its member, but another one is unhealthy for good. */
async function expectGone(bench: CapacityBench): Promise<void> {
  const { fleet, ids, target } = bench
  const inputs = { ...everySource(fleet), 'react-within': '60s' }
  const { main, capacities } = await play(bench, inputs, { act: () => fleet.markUnhealthy(ids[0] ?? '') })
  expectVerdict(main, 1, 'not-survived')
  deepEqual(backs(capacities), everyBack(false))
  for (const name of Object.keys(capacities))
    match(main.stdout, new RegExp(`${name} was not back within 2m 30s: 2 of 3 members serve beside`))
  equal(main.outputs.reacted, 'false')
  match(main.stdout, new RegExp(`nothing reacted to the signal to ${target} within 1m 0s`))
  equal((await fleet.listTasks()).length, SIZE, 'moto shows the task of the dead instance as running')
}

/** The task has its replacement in time: only the reaction is late. */
async function expectLate(bench: CapacityBench): Promise<void> {
  const { fleet, ids, target } = bench
  const act = async () => {
    await fleet.drain(target)
    await fleet.host([ids[0] ?? ''])
  }
  const inputs = { ...SHORT, capacity: `tasks=ecs:${CLUSTER}/${SERVICE}`, 'react-within': '20s' }
  const { main, capacities } = await play(bench, inputs, { seen: /Waiting for EC2 \(/, act })
  expectVerdict(main, 1, 'not-survived')
  equal(main.outputs.reacted, 'true')
  match(main.stdout, /later than the 20s of react-within/)
  equal(capacities.tasks?.back, true)
}

async function expectStray(capacityBench: CapacityBench): Promise<void> {
  const { bench, fleet } = capacityBench
  const [stray = ''] = await bench.launch({ count: 1, tags: { app: 'other' } })
  const outside = { ...capacityBench, target: stray }
  const refused = await play(outside, { ...SHORT, capacity: `group=asg:${GROUP}\ntagged=tags:app=web\nauto=asg:auto` })
  expectRefused(
    refused.main,
    /No target belongs to the capacity group \(asg:web\)/,
    /No target belongs to the capacity tagged \(tags:app=web\)/,
    /The capacity auto \(asg:auto\) has no group/,
  )
  const capacity = `balanced=target-group:${fleet.targetGroup}\ntasks=ecs:${CLUSTER}/${SERVICE}`
  const idle = await play(outside, { ...SHORT, capacity })
  expectVerdict(idle.main, 1, 'inconclusive')
  match(idle.main.stdout, /no target belongs to balanced, tasks, so nothing was judged/)
  deepEqual(
    Object.values(idle.capacities).map(({ name, affected }) => [name, affected]),
    [
      ['balanced', false],
      ['tasks', false],
    ],
  )
}

function everySource({ targetGroup }: MotoFleet) {
  const sources = [
    `group=asg:${GROUP}`,
    'auto=asg:auto',
    `balanced=target-group:${targetGroup}`,
    `tasks=ecs:${CLUSTER}/${SERVICE}`,
    'tagged=tags:app=web',
  ]
  return { ...SHORT, capacity: sources.join('\n') }
}

const everyBack = (back: boolean) => ({ group: back, auto: back, balanced: back, tasks: back, tagged: back })
const backs = (capacities: CapacityRun['capacities']) => Object.fromEntries(Object.values(capacities).map(({ name, back }) => [name, back]))
const toIds = (shown: Shown | undefined) => shown?.replacements.map(({ id }) => id)
