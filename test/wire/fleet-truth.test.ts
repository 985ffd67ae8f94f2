/**
 * The table of truth of capacity and reaction: every way for a fleet to go, by every source, with the usual lags of the services that keep
 * the fleet, and with every single lag at zero and at three times the usual. Combinations that are not here make no sense: a load balancer
 * and a tag show no size that somebody could lower, every member of a group and of a tag is an instance, and a run that is refused meets
 * no lag. `CAPACITY_RUNS=10` runs each of them ten times: the second and the later runs begin at another part of a minute, and each of
 * their calls of AWS takes another time.
 */
import { describe, expect, it } from 'vitest'
import { defaultLags, type Lag, lagEntries } from '../../simulator/account/lags.ts'
import type { VerdictWord } from '../../src/model/verdict/service.ts'
import { ALL, arnOf, fleet, RUNS, rebalancing } from '../e2e/fleet.ts'
import type { SeedResources } from '../e2e/scenario.ts'
import { type Given, judgeEach, NAMES, type Name } from './fleet.ts'

type Expected = {
  readonly word: VerdictWord
  readonly back?: boolean | 'unknown'
  readonly reacted?: string
  /** The capacity was back no sooner than this. */
  readonly fromSeconds?: number
}
type Row = {
  readonly given: Given
  readonly expected: Readonly<Partial<Record<Name, Expected>>>
  /** Lags that the row sets itself, or that make another row of it. */
  readonly without?: readonly Lag[]
}

const SURVIVES: Expected = { word: 'survived', back: true }
const FAILS: Expected = { word: 'not-survived', back: false }
const every = (expected: Expected) => Object.fromEntries(NAMES.map((name) => [name, expected])) as Record<Name, Expected>
const LONG = 30 * 60_000

const ROWS: Readonly<Record<string, Row>> = {
  recovered: { given: { recoveryMs: LONG }, expected: every(SURVIVES) },
  'never recovered': { given: { seed: fleet({ launchFailures: [{}] }) }, expected: every(FAILS) },
  'recovered late': { given: { seed: fleet({ launchFailures: [{ untilSeconds: 900 }] }) }, expected: every(FAILS) },
  'recovered as late, within a longer wait': {
    given: { seed: fleet({ launchFailures: [{ untilSeconds: 900 }] }), recoveryMs: LONG },
    expected: every({ ...SURVIVES, fromSeconds: 600 }),
  },
  // Nothing can be launched any more once the target has left.
  'scaled out by others': {
    given: {
      seed: fleet({ launchFailures: [{ fromSeconds: 120 }] }),
      script: [{ autoScalingGroup: 'web', at: 'start', afterSeconds: 1, do: 'set-desired-capacity', desiredCapacity: 5 }],
      recoveryMs: LONG,
    },
    expected: every(SURVIVES),
  },
  'lowered by others': {
    given: {
      script: [
        { autoScalingGroup: 'web', at: 'interruption', afterSeconds: 1, do: 'set-desired-capacity', desiredCapacity: 2 },
        { cluster: 'shop', service: 'web', at: 'interruption', afterSeconds: 1, do: 'set-desired-count', desiredCount: 2 },
      ],
    },
    expected: {
      ...every({ word: 'inconclusive', back: false }),
      balanced: FAILS,
      tagged: FAILS,
    },
  },
  'dead members shown for long': {
    given: { switches: { groupHealthSeconds: 200, targetStateSeconds: 200, agentLostSeconds: 200 }, recoveryMs: LONG },
    expected: every({ ...SURVIVES, fromSeconds: 195 }),
    without: ['groupHealthSeconds', 'targetStateSeconds', 'agentLostSeconds'],
  },
  'reacted in time': {
    given: { seed: rebalancing(true), reactWithinMs: 60_000, recoveryMs: LONG },
    expected: { ...every({ ...SURVIVES, reacted: 'true' }), tagged: { word: 'inconclusive', reacted: 'unknown' } },
  },
  'reacted late': {
    given: { seed: rebalancing(true), switches: { signalSeconds: 70 }, reactWithinMs: 20_000, recoveryMs: LONG },
    expected: { ...every({ word: 'not-survived', reacted: 'true' }), tagged: { word: 'inconclusive', reacted: 'unknown' } },
    without: ['signalSeconds'],
  },
  // An Auto Scaling group that does not rebalance need not show an agent that drains.
  'never reacted': {
    given: { reactWithinMs: 20_000, recoveryMs: LONG },
    expected: {
      ...every({ word: 'inconclusive', reacted: 'unknown' }),
      balanced: { word: 'not-survived', reacted: 'false' },
      tasks: { word: 'not-survived', reacted: 'false' },
    },
  },
  'never reacted, though the group rebalances': {
    given: { seed: rebalancing(false), switches: { signalSeconds: 110 }, reactWithinMs: 20_000, recoveryMs: LONG },
    expected: { group: { word: 'not-survived' }, auto: { word: 'not-survived' } },
    without: ['signalSeconds'],
  },
  'recovered, with members that cannot be traced': {
    given: { seed: untraced(), faults: blind(), recoveryMs: LONG },
    expected: { balanced: { ...SURVIVES, reacted: 'unknown' }, tasks: { ...SURVIVES, reacted: 'unknown' } },
  },
  // Members of a dead instance that count for more than two minutes are taken for back, and marked.
  'never recovered, with members that cannot be traced': {
    given: { seed: untraced({ launchFailures: [{}] }), faults: blind() },
    expected: { balanced: { ...FAILS, reacted: 'unknown' }, tasks: { ...FAILS, reacted: 'unknown' } },
    without: ['agentLostSeconds', 'targetStateSeconds'],
  },
  'reacted, with members that cannot be traced': {
    given: {
      seed: untraced({ capacityRebalance: true, hooks: [{ name: 'drain', transition: 'terminating' }] }),
      faults: blind(),
      reactWithinMs: 60_000,
      recoveryMs: LONG,
    },
    expected: { balanced: { word: 'inconclusive', reacted: 'unknown' }, tasks: { word: 'inconclusive', reacted: 'unknown' } },
  },
}

/** Tasks with addresses of their own behind the load balancer. */
function untraced(group: Parameters<typeof fleet>[0] = {}): SeedResources {
  const seed = fleet({ ...group, targetGroupArns: [] })
  const address = (at: number) => `10.0.0.${at + 1}`
  return {
    ...seed,
    targetGroups: (seed.targetGroups ?? []).map((one) =>
      one.name === 'web' ? { ...one, targetType: 'ip' as const, targets: ALL.map((runsOn, at) => ({ id: address(at), runsOn })) } : one,
    ),
    clusters: (seed.clusters ?? []).map((cluster) => ({
      ...cluster,
      services: (cluster.services ?? []).map((one) => (one.name === 'web' ? { ...one, targetGroupArns: [arnOf('web')] } : one)),
      tasks: (cluster.tasks ?? []).map((task, at) => ({ ...task, address: address(at) })),
    })),
  }
}

/** The caller may not list tasks. */
function blind(): NonNullable<Given['faults']> {
  return [{ service: 'ecs', operation: 'ListTasks', fault: 'denied', nth: { from: 1, to: 100_000 } }]
}

/** A launch is tried again after a second at the earliest. */
const SHORTEST: Partial<Record<string, number>> = { groupRetrySeconds: 1 }
const LAGS = (Object.entries(defaultLags) as [Lag, number][]).flatMap(([name, seconds]) =>
  [SHORTEST[name] ?? 0, 3 * seconds].map((value) => [name, value] as const),
)

it('has every lag of the simulator', () => {
  expect(new Set(LAGS.map(([name]) => name))).toEqual(new Set(Object.keys(lagEntries)))
})

const CELLS = RUNS.flatMap((run) => Object.entries(ROWS).map(([name, row]) => [run, name, row] as const))

describe.each(CELLS)('run %d, %s', (run, _, { given, expected, without = [] }) => {
  const settings = LAGS.filter(([name]) => !without.includes(name)).map(([name, value]) => [`${name} ${value}`, { [name]: value }] as const)

  it.each([['the usual lags', {}] as const, ...settings])('with %s', async (_, switches) => {
    const { of, listeners } = await judgeEach({ ...given, run, switches: { ...switches, ...given.switches } })
    const seen = Object.keys(expected).map((name) => {
      const { verdict, capacity, reaction } = of(name)
      const { word, back, reacted } = expected[name as Name] ?? {}
      return [
        name,
        {
          ...(word === undefined ? {} : { word: verdict.word }),
          ...(back === undefined ? {} : { back: capacity.metrics[0]?.back }),
          ...(reacted === undefined ? {} : { reacted: reaction.reacted }),
        },
      ]
    })
    const wanted = Object.entries(expected).map(([name, { fromSeconds, ...rest }]) => [name, rest])
    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(wanted))
    for (const [name, { fromSeconds = 0 }] of Object.entries(expected))
      if (fromSeconds > 0) expect(of(name).capacity.replacementMs).toBeGreaterThanOrEqual(fromSeconds * 1000)
    expect(listeners).toBe(0)
  })
})
