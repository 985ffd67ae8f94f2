import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { run } from '../../../src/flows/run.ts'
import { sweepAfter } from '../../../src/flows/sweep.ts'
import { createLedger } from '../../../src/model/cleanup/ledger.ts'
import type { SweepScope } from '../../../src/model/cleanup/leftover.ts'
import type { Inputs } from '../../../src/model/inputs/main.ts'
import { TAG, type Tags } from '../../../src/model/tags.ts'
import { createLog } from '../../../src/runner/log.ts'
import { sweep } from '../../../src/steps/sweep.ts'
import type { World } from '../../../src/world.ts'
import { ids, moment, planned } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld } from '../../fakes/world.ts'

/** Who asked for the end of what: `fis.deleteTemplate EXT1`. */
type Blow = { readonly by: string; readonly call: string; readonly id: string; readonly owner: string }

const INVOCATIONS: Readonly<Record<string, string>> = {
  one: '11111111-0f5e-4b6e-9d57-0d6b8d3a9f10',
  other: '22222222-0f5e-4b6e-9d57-0d6b8d3a9f10',
  young: '44444444-0f5e-4b6e-9d57-0d6b8d3a9f10',
}
const DEADLY = ['fis.stopExperiment', 'fis.deleteTemplate', 'iam.deletePolicy', 'iam.deleteRole']

/** The account as one actor sees it: every call takes its turn when the scheduler says so, and every deadly one is noted. */
function seenBy(by: string, shared: FakeWorld, { scheduler, blows }: { scheduler: fc.Scheduler; blows: Blow[] }): World {
  const turns = <T extends object>(port: string, calls: T): T => {
    const wrap = ([name, work]: [string, unknown]) => {
      const call = `${port}.${name}`
      const taken = async (...args: readonly unknown[]) => {
        await scheduler.schedule(Promise.resolve(), `${by}: ${call}`)
        if (DEADLY.includes(call)) blows.push({ by, call, id: String(args[0]), owner: ownerOf(shared, String(args[0])) })
        return await (work as (...args: readonly unknown[]) => unknown)(...args)
      }
      return [name, taken]
    }
    return Object.fromEntries(Object.entries(calls).map(wrap)) as T
  }
  let uuids = 0
  return {
    ...shared,
    fis: turns('fis', shared.fis),
    iam: turns('iam', shared.iam),
    ec2: turns('ec2', shared.ec2),
    log: createLog(shared.clock, () => undefined),
    random: { ...shared.random, uuid: () => `${by}-${++uuids}` },
  }
}

/** Whose a thing is by its tags; what is gone already is nobody's. */
function ownerOf({ account }: FakeWorld, id: string): string {
  const tags: Tags | undefined = account.templates.get(id)?.tags ?? account.experiments.get(id)?.tags ?? account.roles.get(id)?.tags
  if (tags === undefined) return 'nobody'
  const known = Object.entries(INVOCATIONS).find(([, invocation]) => invocation === tags[TAG.invocation])
  return known?.[0] ?? 'an expired run'
}

function inputsOf(changes: Partial<Inputs>): Inputs {
  const role = { roleArn: null, createRole: true, roleName: 'r', deleteRole: true }
  return { ...planned(), ...role, maxTargets: 50, timezone: 'UTC', tags: {}, sweep: true, rehearsal: false, ...changes }
}

const EXPIRED: Tags = {
  [TAG.managedBy]: 'spot-interrupt',
  [TAG.invocation]: '33333333-0f5e-4b6e-9d57-0d6b8d3a9f10',
  [TAG.createdAt]: moment(-9000).toISOString(),
  [TAG.expiresAt]: moment(-1).toISOString(),
  [TAG.run]: 'o/r/3/1',
  [TAG.job]: 'test/expired',
}
/** By its tags as old as the others, because the clock of its runner is wrong; by AWS's clock it has just started. */
const YOUNG: Tags = { ...EXPIRED, [TAG.invocation]: '44444444-0f5e-4b6e-9d57-0d6b8d3a9f10', [TAG.run]: 'o/r/4/1' }

function leaveExpired({ account }: FakeWorld): void {
  const request = { token: '', description: '', roleArn: 'arn:gone', actionId: '', parameters: {}, batches: [], tags: EXPIRED }
  account.templates.set('EXTexpired', request)
  const more = { templateId: 'EXTgone', token: '', actions: ['signal-1'], startMs: 0 }
  account.experiments.set('EXPover', { ...more, id: 'EXPover', tags: EXPIRED, fails: { status: 'failed' } })
  account.experiments.set('EXPyoung', { ...more, id: 'EXPyoung', tags: YOUNG })
}

type Cast = {
  readonly roles: readonly [string, string]
  readonly deleteRole?: boolean
  /** What the third actor removes; without a run named or fallen back to, what has expired. */
  readonly scope?: Partial<SweepScope>
  /** By how many seconds the clock of each runner is wrong. */
  readonly wrongBy?: readonly [number, number]
}

/** Two legs of one job, or two jobs, and a sweep on one account, all at once; what each put an end to, and what is left. */
async function together(scheduler: fc.Scheduler, { roles, deleteRole = true, scope = {}, wrongBy = [0, 0] }: Cast) {
  const shared = fakeWorld()
  const blows: Blow[] = []
  leaveExpired(shared)
  const act = (nth: 0 | 1, by: 'one' | 'other', id: string) => {
    const who = { run: `o/r/${nth + 1}/1`, invocation: INVOCATIONS[by] ?? '', job: 'test', leg: by }
    const seen = seenBy(by, shared, { scheduler, blows })
    const clock = { ...shared.clock, now: () => new Date(shared.clock.now().getTime() + wrongBy[nth] * 1000) }
    const [world, ledger] = [{ ...seen, clock, log: createLog(clock, () => undefined) }, createLedger(() => undefined)]
    const inputs = inputsOf({ roleName: roles[nth], instanceIds: [id], deleteRole })
    return run(inputs, who, { worlds: { steps: world }, ledger }).then(() => sweepAfter(world, inputs, ledger))
  }
  const [first = '', second = ''] = ids(2)
  const acts = [
    act(0, 'one', first),
    act(1, 'other', second),
    sweep(seenBy('sweep', shared, { scheduler, blows }), { run: null, expired: true, now: moment(0), ...scope }),
  ]
  const settled = Promise.allSettled(acts)
  await scheduler.waitFor(settled)
  return { blows, shared, results: await settled }
}

const foreign = (blows: readonly Blow[], allowed: readonly string[] = []) =>
  blows.filter(({ by, owner }) => ['one', 'other', 'young'].includes(owner) && owner !== by && !(by === 'sweep' && allowed.includes(owner)))

const HOURS_2 = 7200

describe('two runs and a sweep on one account, in any order of their calls', () => {
  it.each([
    [0, 0],
    [-HOURS_2, HOURS_2],
    [HOURS_2, -HOURS_2],
  ] as const)(
    'leave the other’s things alone, and take what has expired, with runners that are wrong by %d and %d seconds',
    async (...wrongBy) => {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), async (scheduler) => {
          const { blows, shared, results } = await together(scheduler, { roles: ['r1', 'r2'], wrongBy })
          expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
          expect(shared.account.experiments.size).toBe(4)
          expect(foreign(blows)).toEqual([])
          expect([...shared.account.roles.keys()]).toEqual([])
          expect(blows.filter(({ owner }) => owner === 'an expired run').length).toBeGreaterThanOrEqual(1)
        }),
        { numRuns: 40 },
      )
    },
  )

  it('have a role each though they name the same one, and delete it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { blows, shared } = await together(scheduler, { roles: ['r', 'r'] })
        expect(foreign(blows)).toEqual([])
        expect([...shared.account.roles.keys()]).toEqual([])
        expect(blows.filter(({ call }) => call === 'iam.deleteRole').map(({ id }) => id)).toEqual(
          expect.arrayContaining(['r-11111111', 'r-22222222']),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('share a role that stays, and neither deletes it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { blows, shared } = await together(scheduler, { roles: ['r', 'r'], deleteRole: false })
        expect(foreign(blows)).toEqual([])
        expect(blows.filter(({ call }) => call.startsWith('iam.'))).toEqual([])
        expect([...shared.account.roles.keys()]).toEqual(['r'])
        expect(shared.account.policies.size).toBe(1)
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    ['of the run by name', { run: 'o/r/2' }, ['other']],
    ['of another leg', { run: 'o/r/2', job: 'test/one' }, []],
    ['of a leg that is not known', { run: 'o/r/2', job: '' }, []],
    ['of the leg', { run: 'o/r/2', job: 'test/other' }, ['other']],
  ])('let a sweep %s end only what its scope allows', async (_, scope, allowed) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { blows } = await together(scheduler, { roles: ['r1', 'r2'], scope })
        expect(foreign(blows, allowed)).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('would be seen if they did not', async () => {
    const shared = fakeWorld()
    const blows: Blow[] = []
    const scheduler = fc.sample(fc.scheduler(), 1)[0] as fc.Scheduler
    const tags = { [TAG.invocation]: INVOCATIONS.one ?? '' }
    shared.account.roles.set('r', { arn: 'arn:r', name: 'r', trust: '', tags })
    await scheduler.waitFor(seenBy('other', shared, { scheduler, blows }).iam.deleteRole('r'))
    expect(foreign(blows)).toHaveLength(1)
  })
})
