import { afterAll, describe, expect, it } from 'vitest'
import { WAYS, type WayId } from '../../src/model/plan/ways.ts'
import { type Harness, openHarness } from '../crash/fixture.ts'
import { type Policy, readPolicies } from '../fakes/published.ts'
import { POLICY, play, REGION, ROLE, type RunOptions, type SeedResources, TARGET } from './scenario.ts'

/** What people see of a log: without the lines for debugging. */
const toShown = (...logs: readonly string[]) => logs.join('').replace(/^::debug::.*$/gm, '')
const named = (id: string) => new RegExp(`"Sid":"${id}"|the statement ${id} `)

/** The published policies of these ways without one statement. */
function without(id: string, ...ways: readonly WayId[]): Policy[] {
  return readPolicies(ways, {}).map((policy) => ({ ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== id) }))
}

const instances = [{ id: TARGET, region: REGION }]
const THEIRS = { id: 'EXPtheirs', region: REGION, state: 'running' as const, tags: { team: 'payments' } }
/** The tags of what an earlier run of this action left, long ago. */
const OLD = {
  ManagedBy: 'spot-interrupt',
  'spot-interrupt:run': 'octo/other/1/1',
  'spot-interrupt:invocation': '11111111-2222-4333-8444-555555555555',
  'spot-interrupt:created-at': '2026-02-28T12:00:00.000Z',
  'spot-interrupt:expires-at': '2026-02-28T13:00:00.000Z',
}
/** The run has to stop its experiment at its time-out. */
const LATE: RunOptions = { inputs: { duration: '3m', timeout: '3m' }, switches: { completed: 'interruption' } }

/** Options with which a run needs the statement; the others need it in a plain run without a role. */
const SETTINGS: Readonly<Record<string, RunOptions>> = {
  StopExperiments: LATE,
  ReadManagedPolicies: { seed: { instances, roles: [{ name: ROLE, attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }] } },
}

const RUNS = (['given-role', 'created-role', 'own-role'] as const).flatMap((way) => WAYS[way].needs.map((id) => [way, id] as const))
const INPUTS: Readonly<Record<string, RunOptions['inputs']>> = {
  'given-role': { 'role-arn': `arn:aws:iam::123456789012:role/${ROLE}` },
  'own-role': { 'delete-role': 'true' },
}
const given: RunOptions = { seed: { instances, roles: [{ name: ROLE, policies: { p: POLICY } }] } }
/** One way shows what the statements do that all of them need; of the others, what is their own. */
const OWN = RUNS.filter(([way, id]) => way === 'created-role' || !(WAYS['created-role'].needs as readonly string[]).includes(id))

describe('a run without one of its statements fails, or says what is lost, and names the statement', () => {
  it.concurrent.each(OWN)('%s: %s', async (way, id) => {
    const options: RunOptions = SETTINGS[id] ?? (way === 'given-role' ? given : { seed: { instances } })
    const played = await play({ ...options, inputs: { ...options.inputs, ...INPUTS[way] }, policies: without(id, way) })
    const post = await played.post()
    expect(toShown(played.main.stdout, post.stdout)).toMatch(named(id))
  })
})

const open: Harness[] = []
afterAll(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()))
})

const INVOCATION = '66666666-2222-4333-8444-555555555555'
/** A role, a template and an experiment that earlier runs left, long ago; and what others have. */
const LEFT: SeedResources = {
  instances,
  roles: [
    {
      name: ROLE,
      tags: { ...OLD, 'spot-interrupt:invocation': INVOCATION },
      policies: { FISSpotInterruptionsMinimal: POLICY },
      foreign: false,
    },
    { name: `${ROLE}-11111111`, tags: OLD, policies: { FISSpotInterruptionsMinimal: POLICY }, foreign: false },
  ],
  templates: [{ id: 'EXTold', region: REGION, tags: OLD, foreign: false }],
  experiments: [{ id: 'EXPold', region: REGION, state: 'running', tags: OLD, foreign: false }, THEIRS],
}
const SINGLE = (['setup', 'cleanup', 'cleanup-role'] as const).flatMap((way) => WAYS[way].needs.map((id) => [way, id] as const))
const ATTACHED: SeedResources = { instances, roles: [{ name: ROLE, attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }] }

describe('setup and clean-up without one of their statements do, too', () => {
  it.concurrent.each(SINGLE)('%s: %s', async (way, id) => {
    const harness = await openHarness({ speed: 30, seed: toSeed(way, id), policies: without(id, ...(BASES[way] ?? []), way) })
    open.push(harness)
    const [entry, inputs] = ENTRIES[way]
    const { stdout } = await (await harness.start(entry, { inputs })).done
    expect(toShown(stdout)).toMatch(named(id))
  })
})

const BASES: Readonly<Record<string, readonly WayId[]>> = { 'cleanup-role': ['cleanup'] }
const ENTRIES = {
  setup: ['setup', {}],
  cleanup: ['cleanup', {}],
  'cleanup-role': ['cleanup', { 'delete-role': 'true' }],
} as const

function toSeed(way: string, id: string): SeedResources {
  if (way !== 'setup') return LEFT
  return id === 'ReadManagedPolicies' ? ATTACHED : { instances }
}
