import * as fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { type Account, emptyAccount } from '../../simulator/account/account.ts'
import { type ScriptInput, scriptSchema } from '../../simulator/account/actors.ts'
import { clusterAt } from '../../simulator/account/containers/view.ts'
import { targetsAt } from '../../simulator/account/health.ts'
import { defaultLags, type Lag } from '../../simulator/account/lags.ts'
import { groupAt } from '../../simulator/account/scaling/view.ts'
import { defaultSwitches } from '../../simulator/account/switches.ts'
import { historyOf, instancesAt, timelineOf } from '../../simulator/account/timeline.ts'
import { applySeed } from '../../simulator/admin/seed.ts'
import { type SeedInput, seedSchema } from '../../simulator/admin/seed-schema.ts'
import { account as accountId, interruptAction, interruptPolicy, spotArn } from './fixture.ts'

const START = Date.parse('2026-01-01T00:00:00Z')
const ARN = `arn:aws:elasticloadbalancing:us-east-1:${accountId}:targetgroup/web/0123456789abcdef`
const idOf = (index: number) => `i-0000000000000000${index}`
const seconds = (count: number) => START + count * 1000

/** Every lag, from none at all to far above its default. */
const lags = fc
  .array(fc.nat({ max: 90 }), { minLength: 20, maxLength: 20 })
  .map(
    (values) =>
      Object.fromEntries(
        Object.keys(defaultLags).map((name, index) => [name, Math.max(name === 'groupRetrySeconds' ? 1 : 0, values[index] ?? 0)]),
      ) as Record<Lag, number>,
  )

const fleetCases = fc.record({
  members: fc.integer({ min: 1, max: 5 }),
  rebalance: fc.boolean(),
  replaceOnRebalance: fc.boolean(),
  spotDraining: fc.boolean(),
  delay: fc.nat({ max: 120 }),
  interval: fc.integer({ min: 5, max: 40 }),
  healthyPercent: fc.constantFrom(0, 50, 100),
  daemon: fc.boolean(),
  hook: fc.option(
    fc.record({ transition: fc.constantFrom('launching' as const, 'terminating' as const), completedAfterSeconds: fc.nat({ max: 200 }) }),
  ),
  suspended: fc.subarray(['Launch', 'Terminate', 'HealthCheck', 'ReplaceUnhealthy', 'AddToLoadBalancer'] as const, { maxLength: 1 }),
  failures: fc.option(fc.record({ fromSeconds: fc.nat({ max: 200 }), untilSeconds: fc.integer({ min: 200, max: 500 }) })),
  /** How many members are hit, in one experiment or each in its own. */
  hits: fc.integer({ min: 1, max: 3 }),
  duration: fc.constantFrom('PT2M', 'PT3M', 'PT5M'),
  lags,
  scaling: fc.option(fc.record({ afterSeconds: fc.nat({ max: 300 }), desiredCapacity: fc.nat({ max: 7 }) })),
  ended: fc.option(fc.record({ index: fc.nat({ max: 4 }), afterSeconds: fc.nat({ max: 300 }) })),
})

type FleetCase = typeof fleetCases extends fc.Arbitrary<infer T> ? T : never

/** Both members are at risk while somebody asks for the maximum: there is room for the last member only when one of the old ones goes. */
const AT_ITS_MAXIMUM: FleetCase = {
  members: 2,
  rebalance: true,
  replaceOnRebalance: true,
  spotDraining: false,
  delay: 0,
  interval: 5,
  healthyPercent: 0,
  daemon: false,
  hook: null,
  suspended: [],
  failures: null,
  hits: 2,
  duration: 'PT5M',
  lags: {
    ...(Object.fromEntries(Object.keys(defaultLags).map((name) => [name, 0])) as Record<Lag, number>),
    groupRetrySeconds: 1,
    inServiceSeconds: 19,
  },
  scaling: { afterSeconds: 4, desiredCapacity: 6 },
  ended: null,
}

function toSeed(fleetCase: FleetCase): SeedInput {
  const indexes = Array.from({ length: fleetCase.members }, (_, index) => index)
  const service = {
    name: 'web',
    schedulingStrategy: fleetCase.daemon ? ('DAEMON' as const) : ('REPLICA' as const),
    desiredCount: fleetCase.members,
  }
  return {
    instances: indexes.map((index) => ({ id: idOf(index) })),
    roles: [{ name: 'SeededRole', policies: { interrupt: interruptPolicy } }],
    autoScalingGroups: [
      {
        name: 'web',
        members: indexes.map((index) => ({ id: idOf(index) })),
        maxSize: 6,
        capacityRebalance: fleetCase.rebalance,
        replaceOnRebalance: fleetCase.replaceOnRebalance,
        suspendedProcesses: [...fleetCase.suspended],
        hooks: fleetCase.hook === null ? [] : [{ name: 'hook', ...fleetCase.hook }],
        launchFailures: fleetCase.failures === null ? [] : [fleetCase.failures],
        targetGroupArns: [ARN],
      },
    ],
    targetGroups: [
      {
        name: 'web',
        targets: indexes.map((index) => ({ id: idOf(index) })),
        deregistrationDelaySeconds: fleetCase.delay,
        healthCheckIntervalSeconds: fleetCase.interval,
      },
    ],
    clusters: [
      {
        autoScalingGroups: ['web'],
        spotDraining: fleetCase.spotDraining,
        services: [{ ...service, minimumHealthyPercent: fleetCase.healthyPercent }],
        containerInstances: indexes.map((index) => ({ id: `host${index}`, instanceId: idOf(index), spotDraining: fleetCase.spotDraining })),
        tasks: indexes.map((index) => ({ id: `task${index}`, service: 'web', containerInstance: `host${index}` })),
      },
    ],
    experiments: indexes.slice(0, fleetCase.hits).map((index) => ({
      id: `EXP${index}`,
      createdSecondsAgo: -20 * index,
      targets: { spot: { resourceArns: [spotArn(idOf(index))] } },
      actions: { interrupt: interruptAction(fleetCase.duration) },
    })),
  }
}

/** The account as it was seeded: everything after that is computed. */
function toAccount(fleetCase: FleetCase): Account {
  const script: ScriptInput[] = []
  if (fleetCase.scaling !== null) script.push({ autoScalingGroup: 'web', at: 'launch', do: 'set-desired-capacity', ...fleetCase.scaling })
  if (fleetCase.ended !== null) {
    const afterSeconds = 3600 + fleetCase.ended.afterSeconds
    script.push({ instance: idOf(fleetCase.ended.index), at: 'launch', afterSeconds, do: 'terminate', by: 'user' })
  }
  const before = emptyAccount('salt')
  const switches = { ...defaultSwitches, ...fleetCase.lags }
  return applySeed({ ...before, switches, script: v.parse(scriptSchema, script) }, v.parse(seedSchema, toSeed(fleetCase)), START)
}

const [GROUP, CLUSTER] = ['us-east-1/web', 'us-east-1/default'] as const

/** All that the three services and EC2 show at a moment. */
function viewOf(account: Account, at: number) {
  const config = account.autoScalingGroups.get(GROUP)
  const cluster = account.clusters.get(CLUSTER)
  const targetGroup = account.targetGroups.get(ARN)
  if (config === undefined || cluster === undefined || targetGroup === undefined) throw new Error('not seeded')
  return {
    group: groupAt(account, config, at),
    targets: targetsAt(account, targetGroup, at),
    cluster: clusterAt(account, cluster, at),
    instances: instancesAt(account, at).map((one) => ({ ...one, now: historyOf(account, one, at) })),
    requests: [...timelineOf(account, at).requests.values()].filter(({ createdAt }) => createdAt <= at),
  }
}

type View = ReturnType<typeof viewOf>

const MOMENTS = [0, 2, 7, 33, 60, 95, 122, 124, 130, 165, 200, 240, 301, 333, 420, 555, 700, 1200, 2000]
const isUp = ({ state }: { readonly state: string }) => state === 'pending' || state === 'running'
const endOf = ({ now }: View['instances'][number]) => (isUp(now) ? undefined : now.events.at(-1)?.at)

function everyMoment(hold: (view: View, fleetCase: FleetCase, at: number) => void): void {
  fc.assert(
    fc.property(fleetCases, (fleetCase) => {
      const account = toAccount(fleetCase)
      for (const moment of MOMENTS) hold(viewOf(account, seconds(moment)), fleetCase, seconds(moment))
    }),
    { numRuns: 150 },
  )
}

describe('a fleet, whatever happens to it', () => {
  it('shows the same at a moment, however often and in whatever order it was asked', () => {
    fc.assert(
      fc.property(fleetCases, fc.shuffledSubarray(MOMENTS), (fleetCase, order) => {
        const asked = toAccount(fleetCase)
        const inOrder = new Map(order.map((moment) => [moment, JSON.stringify(viewOf(asked, seconds(moment)))]))
        for (const moment of order) {
          expect(JSON.stringify(viewOf(toAccount(fleetCase), seconds(moment)))).toBe(inOrder.get(moment))
          expect(JSON.stringify(viewOf(asked, seconds(moment)))).toBe(inOrder.get(moment))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('has only members that were launched, each once, and with its Spot request', () => {
    everyMoment(({ group, instances, requests }) => {
      const ids = group.members.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      const launched = new Set(instances.map(({ id }) => id))
      expect(ids.filter((id) => !launched.has(id))).toEqual([])
      const asked = new Set(requests.map(({ instanceId }) => instanceId))
      expect(instances.filter(({ id }) => !asked.has(id))).toEqual([])
    })
  })

  it('exceeds its maximum by no more than a tenth of what is desired', () => {
    everyMoment(({ group }) => {
      const counted = group.members.filter(({ lifecycleState }) => /^(Pending|InService)/.test(lifecycleState))
      const desired = Math.max(group.desiredCapacity, 5)
      expect(counted.length).toBeLessThanOrEqual(group.maxSize + Math.ceil(desired / 10))
    })
  })

  it('calls no member InService and healthy that ended longer ago than its health check, unless it is suspended', () => {
    everyMoment(({ group, instances }, { lags, suspended }, at) => {
      if (suspended.includes('HealthCheck')) return
      const serving = group.members.filter(
        ({ lifecycleState, healthStatus }) => lifecycleState === 'InService' && healthStatus === 'Healthy',
      )
      for (const { id } of serving) {
        const ended = instances.filter((one) => one.id === id).map(endOf)[0]
        if (ended !== undefined) expect(at).toBeLessThan(ended + lags.groupHealthSeconds * 1000 + 1)
      }
    })
  })

  it('has no target that serves longer than the health checks take to see that it left', () => {
    everyMoment(({ targets, instances }, { interval }, at) => {
      for (const { id } of targets.filter(({ state }) => state === 'healthy')) {
        const ended = instances.filter((one) => one.id === id).map(endOf)[0]
        if (ended !== undefined) expect(at).toBeLessThan(ended + (2 * interval + 5) * 1000)
      }
    })
  })

  it('has each new member in its target group from InService on, and in no other time', () => {
    everyMoment(({ group, targets }, { members, suspended }) => {
      const seeded = Array.from({ length: members }, (_, index) => idOf(index))
      const serving = group.members
        .filter(({ id, lifecycleState }) => lifecycleState === 'InService' && !seeded.includes(id))
        .map(({ id }) => id)
      const shown = targets.filter(({ id, state }) => state !== 'draining' && !seeded.includes(id)).map(({ id }) => id)
      expect(shown.filter((id) => !serving.includes(id))).toEqual([])
      if (suspended.length === 0)
        expect(serving.filter((id) => !shown.includes(id)).filter((id) => !targets.some((one) => one.id === id))).toEqual([])
    })
  })

  it('counts as many running tasks as it listed before the lag, on container instances that are known', () => {
    fc.assert(
      fc.property(fleetCases, fc.constantFrom(...MOMENTS.slice(1)), (fleetCase, moment) => {
        const account = toAccount(fleetCase)
        const { cluster } = viewOf(account, seconds(moment))
        const before = viewOf(account, Math.max(START, seconds(moment) - fleetCase.lags.serviceCountSeconds * 1000)).cluster
        expect(cluster.services[0]?.runningCount).toBe(before.tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length)
        const hosts = new Map(cluster.containerInstances.map(({ id, status }) => [id, status]))
        const running = cluster.tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING')
        expect(running.filter(({ containerInstance }) => hosts.get(containerInstance ?? '') === 'INACTIVE')).toEqual([])
        expect(new Set(cluster.tasks.map(({ id }) => id)).size).toBe(cluster.tasks.length)
      }),
      { numRuns: 300 },
    )
  })

  it('never moves back: what has ended or was removed stays so', () => {
    fc.assert(
      fc.property(fleetCases, (fleetCase) => {
        const account = toAccount(fleetCase)
        let before: View | undefined
        for (const moment of MOMENTS) {
          const view = viewOf(account, seconds(moment))
          const known = new Set(before?.instances.map(({ id }) => id))
          const members = new Set(before?.group.members.map(({ id }) => id))
          expect(view.group.members.filter(({ id }) => known.has(id) && !members.has(id))).toEqual([])
          const ended = before?.group.activities.filter(({ endAt }) => endAt !== undefined) ?? []
          expect(view.group.activities).toEqual(expect.arrayContaining(ended))
          before = view
        }
      }),
      { numRuns: 100 },
    )
  })

  it('comes back to what is desired, where nothing is suspended', () => {
    fc.assert(
      fc.property(fleetCases, (fleetCase) => {
        fc.pre(fleetCase.suspended.length === 0)
        const { group, targets, cluster } = viewOf(toAccount(fleetCase), seconds(7200))
        const desired = Math.min(group.desiredCapacity, group.maxSize)
        expect(group.members.map(({ lifecycleState, healthStatus }) => `${lifecycleState} ${healthStatus}`)).toEqual(
          Array(desired).fill('InService Healthy'),
        )
        expect(targets.map(({ state }) => state)).toEqual(Array(desired).fill('healthy'))
        const active = cluster.containerInstances.filter(({ status }) => status === 'ACTIVE').length
        expect(active).toBe(desired)
        if (desired > 0 && !fleetCase.daemon) expect(cluster.services[0]?.runningCount).toBe(fleetCase.members)
        if (fleetCase.daemon) expect(cluster.services[0]?.runningCount).toBe(desired)
      }),
      { numRuns: 600, examples: [[AT_ITS_MAXIMUM]] },
    )
  })
})
