import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { run } from '../../../src/flows/run.ts'
import { createLedger } from '../../../src/model/cleanup/ledger.ts'
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
    random: { uuid: () => `${by}-${++uuids}` },
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

function leaveExpired({ account }: FakeWorld): void {
  const tags = {
    [TAG.managedBy]: 'spot-interrupt',
    [TAG.invocation]: '33333333-0f5e-4b6e-9d57-0d6b8d3a9f10',
    [TAG.createdAt]: moment(-9000).toISOString(),
    [TAG.expiresAt]: moment(-1).toISOString(),
    [TAG.run]: 'o/r/3/1',
  }
  const recipe = { token: '', description: '', roleArn: 'arn:gone', actionId: '', parameters: {}, batches: [], tags }
  account.templates.set('EXTexpired', recipe)
  account.experiments.set('EXPexpired', { id: 'EXPexpired', templateId: 'EXTexpired', tags, token: '', actions: [], startMs: 0 })
}

/** Two runs and a sweep on one account, all at once; what each put an end to, and what is left. */
async function together(scheduler: fc.Scheduler, { roles, scope }: { roles: readonly [string, string]; scope: string | null }) {
  const shared = fakeWorld()
  const blows: Blow[] = []
  leaveExpired(shared)
  const act = (by: string, roleName: string, id: string, number: number) => {
    const who = { run: `o/r/${number}/1`, invocation: INVOCATIONS[by] ?? '' }
    const world = seenBy(by, shared, { scheduler, blows })
    return run(inputsOf({ roleName, instanceIds: [id] }), who, { worlds: { forward: world }, ledger: createLedger(() => undefined) })
  }
  const [first = '', second = ''] = ids(2)
  const acts = [
    act('one', roles[0], first, 1),
    act('other', roles[1], second, 2),
    sweep(seenBy('sweep', shared, { scheduler, blows }), { run: scope, expired: true, now: moment(0) }),
  ]
  const settled = Promise.allSettled(acts)
  await scheduler.waitFor(settled)
  return { blows, shared, results: await settled }
}

const foreign = (blows: readonly Blow[], allowed: readonly string[] = []) =>
  blows.filter(({ by, owner }) => ['one', 'other'].includes(owner) && owner !== by && !(by === 'sweep' && allowed.includes(owner)))

describe('two runs and a sweep on one account, in any order of their calls', () => {
  it('leave the other’s things alone, and take what has expired', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { blows, shared, results } = await together(scheduler, { roles: ['r1', 'r2'], scope: null })
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
        expect(shared.account.experiments.size).toBe(3)
        expect(foreign(blows)).toEqual([])
        expect([...shared.account.templates.keys()]).toEqual([])
        expect([...shared.account.roles.keys()]).toEqual([])
        expect(blows.filter(({ owner }) => owner === 'an expired run').length).toBeGreaterThanOrEqual(1)
      }),
      { numRuns: 60 },
    )
  })

  it('do so with one role for both: only the run that made it deletes it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { blows } = await together(scheduler, { roles: ['r', 'r'], scope: null })
        expect(foreign(blows)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('let the sweep end the run that it was told to end, and not the other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { blows } = await together(scheduler, { roles: ['r1', 'r2'], scope: 'o/r/2' })
        expect(foreign(blows, ['other'])).toEqual([])
      }),
      { numRuns: 60 },
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
