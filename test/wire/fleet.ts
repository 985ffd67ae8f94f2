/**
 * A whole run of the flow in this process, with the real SDK, against a simulated fleet that lives. Time is virtual for both: it goes on to
 * the next moment at which the run has something to do, so an hour of a fleet takes a second.
 */
import { getEventListeners } from 'node:events'
import { vi } from 'vitest'
import type { Switches } from '../../simulator/account/switches.ts'
import { startSimulator } from '../../simulator/server.ts'
import { createAws } from '../../src/aws/clients.ts'
import { run } from '../../src/flows/run.ts'
import { parseCapacities } from '../../src/model/capacity/source.ts'
import { createLedger } from '../../src/model/cleanup/ledger.ts'
import type { Inputs } from '../../src/model/inputs/main.ts'
import type { Timeline } from '../../src/model/timeline/event.ts'
import { type CapacityVerdict, judgeCapacity } from '../../src/model/verdict/capacity.ts'
import { toObserved } from '../../src/model/verdict/observed.ts'
import { type Reaction, readReaction } from '../../src/model/verdict/reaction.ts'
import { judgeService, type Verdict } from '../../src/model/verdict/service.ts'
// What the run loads later: to load a file takes real time, in which none of the virtual may pass.
import '../../src/steps/capacity.ts'
import { createLog } from '../../src/runner/log.ts'
import type { World } from '../../src/world.ts'
import { fleet, lines, SOURCES } from '../e2e/fleet.ts'
import { REGION, type SeedResources, TARGET } from '../e2e/scenario.ts'
import { fakeTime } from '../fakes/time.ts'
import { planned, WHO } from '../fakes/timeline.ts'
import { draw, openPorts } from './ports.ts'

/** The names of the capacities of a run, one for each kind of source. */
export type Name = keyof typeof SOURCES
export const NAMES = Object.keys(SOURCES) as readonly Name[]

export type Given = {
  readonly seed?: SeedResources
  readonly switches?: Partial<Switches>
  readonly script?: Parameters<Awaited<ReturnType<typeof startSimulator>>['setScript']>[0]
  readonly faults?: Parameters<Awaited<ReturnType<typeof startSimulator>>['setFaults']>[0]
  readonly reactWithinMs?: number
  readonly recoveryMs?: number
  /** The sources by name, where they are not all of `SOURCES`. */
  readonly sources?: Readonly<Record<string, string>>
  /** The number of the run, see `draw`. */
  readonly run?: number
}

/** What a run came to that had only this capacity. */
export type Judged = { readonly verdict: Verdict; readonly capacity: CapacityVerdict; readonly reaction: Reaction }

/** Runs once with all sources, and judges the run by each source alone. */
export async function judgeEach(given: Given): Promise<{ readonly of: (name: string) => Judged; readonly listeners: number }> {
  const { timeline, listeners } = await runOnce(given)
  return { of: (name) => judge(narrow(timeline, name)), listeners }
}

/** The timeline of a run that had no other capacity. A run with others polls this one no less, and for as long. */
function narrow(timeline: Timeline, only: string): Timeline {
  const isOwn = ({ name }: { readonly name: string }) => name === only || name.startsWith(`${only} (`)
  return timeline.map((event) => {
    if (event.kind === 'capacity-read') return { ...event, allReadings: event.allReadings.filter(isOwn) }
    if (event.kind !== 'planned' || event.plan.capacityRules === undefined) return event
    const { capacityRules } = event.plan
    return { ...event, plan: { ...event.plan, capacityRules: { ...capacityRules, capacities: capacityRules.capacities.filter(isOwn) } } }
  })
}

function judge(timeline: Timeline): Judged {
  const observed = toObserved(timeline)
  const reaction = readReaction(observed)
  return { verdict: judgeService(observed, reaction), capacity: judgeCapacity(observed), reaction }
}

/** `listeners`: how many the run has left on the signal that cancels it. */
async function runOnce({ seed = fleet(), switches = {}, script = [], faults = [], run: nth = 1, ...rules }: Given) {
  const { phaseMs, delayMs } = draw(nth)
  const epoch = Date.parse('2026-03-01T12:00:00Z') + phaseMs
  const { signal: cancel } = new AbortController()
  let open = 0
  const time = fakeTime({ isBusy: () => open > 0, moved: (ms) => void vi.setSystemTime(epoch + ms) })
  const now = () => new Date(epoch + time.monotonicMs())
  const clock = { ...time, now, awsNow: now }
  const count = (by: 1 | -1) => {
    open += by
  }
  vi.useFakeTimers({ toFake: ['Date'], now: epoch })
  const simulator = await startSimulator({ now: () => now().getTime() })
  try {
    for (const [name, value] of Object.entries({ ...KEYS, AWS_ENDPOINT_URL: simulator.url })) vi.stubEnv(name, value)
    simulator.seed(seed)
    simulator.setSwitches(switches)
    simulator.setScript([...script])
    simulator.setFaults([...faults])
    const log = createLog(clock, () => undefined)
    const aws = createAws({ region: REGION, userAgent: ['spot-interrupt', '1.2.3'], limits: { signal: cancel } })
    const world: World = { ...openPorts(aws, { count, sleep: clock.sleep, delayMs }), ...OUTSIDE, clock, cancel, log }
    await time.run(run(toInputs(rules), WHO, { worlds: { steps: world }, ledger: createLedger(() => undefined) }))
    return { timeline: log.timeline(), listeners: getEventListeners(cancel, 'abort').length }
  } finally {
    vi.useRealTimers()
    vi.unstubAllEnvs()
    await simulator.close()
  }
}

const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIDFLEET',
  AWS_SECRET_ACCESS_KEY: 'fleet',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
}

let uuids = 0
const OUTSIDE: Pick<World, 'host' | 'sendProbe' | 'random'> = {
  host: { ownInstanceId: async () => undefined },
  sendProbe: async () => ({ health: 'unknown', tookMs: 0, why: 'nothing is probed' }),
  random: { uuid: () => `00000000-0000-4000-8000-${String(++uuids).padStart(12, '0')}`, number: () => 0 },
}

function toInputs({
  reactWithinMs,
  recoveryMs = 300_000,
  sources = SOURCES,
}: Pick<Given, 'reactWithinMs' | 'recoveryMs' | 'sources'>): Inputs {
  const capacities = parseCapacities(lines(sources))
  if (capacities === undefined) throw new Error('a line of capacity cannot be read')
  return {
    ...planned({ instanceIds: [TARGET], region: REGION }),
    roleArn: null,
    roleName: 'FIS-SpotMinimalRole',
    createRole: true,
    deleteRole: false,
    maxTargets: 5,
    timezone: 'UTC',
    tags: {},
    sweep: false,
    rehearsal: true,
    capacity: { capacities, observeMs: 60_000, recoveryMs },
    ...(reactWithinMs === undefined ? {} : { reactWithinMs }),
  }
}
