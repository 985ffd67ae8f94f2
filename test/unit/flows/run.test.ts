import { describe, expect, it } from 'vitest'
import { run } from '../../../src/flows/run.ts'
import { createLedger, type LedgerState } from '../../../src/model/cleanup/ledger.ts'
import type { Inputs } from '../../../src/model/inputs/main.ts'
import { TAG, type Tags } from '../../../src/model/tags.ts'
import { toReportFile } from '../../../src/report/json.ts'
import { renderJunit } from '../../../src/report/junit.ts'
import { toTexts } from '../../../src/report/log.ts'
import { toEarlyOutputs, toOutputs } from '../../../src/report/outputs.ts'
import { toReport } from '../../../src/report/report.ts'
import { fakeClock } from '../../fakes/clock.ts'
import { renderWhole } from '../../fakes/summary.ts'
import { ACCOUNT, ID, INVOCATION, ids, instance, moment, planned } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld, type Overrides, phases, rejecting, simulated } from '../../fakes/world.ts'

const INPUTS: Inputs = {
  ...planned(),
  ...{
    roleArn: null,
    roleName: 'r',
    createRole: true,
    deleteRole: true,
    maxTargets: 50,
    timezone: 'UTC',
    tags: {},
    sweep: false,
    rehearsal: false,
  },
}
const WHO = { run: 'o/r/1/1', invocation: INVOCATION, job: 'test', leg: '1' }

/** A whole run: how it ended for the step, and what post would get. */
async function ran(world: FakeWorld, changes: Partial<Inputs> = {}) {
  const saved: LedgerState[] = []
  const ledger = createLedger((json) => saved.push(JSON.parse(json)))
  const conclusion = await run({ ...INPUTS, ...changes }, WHO, { worlds: { steps: world }, ledger })
  return { conclusion, result: conclusion.result, ledger, saved }
}

/** What is left in the small AWS: nothing may be. */
function leftovers({ account }: FakeWorld): readonly string[] {
  return [...account.roles.keys(), ...account.policies.keys(), ...account.templates.keys()]
}

describe('run', () => {
  it('interrupts one instance and leaves nothing behind', async () => {
    const world = fakeWorld()
    const { conclusion, result, ledger, saved } = await ran(world)
    expect(result).toMatchObject({ pass: true, text: expect.stringMatching(new RegExp(`^${ID} interrupted 2m \\d+s after the start$`)) })
    expect(phases(world)).toEqual(['setup ok', 'experiment ok', 'cleanup ok'])
    expect(world.recorded('passed')).toHaveLength(1)
    expect(world.recorded('failed')).toEqual([])
    expect(leftovers(world)).toEqual([])
    expect(ledger.state()?.entries).toEqual([])
    expect(saved[0]).toMatchObject({ account: '', invocation: INVOCATION, entries: [] })
    expect(saved[1]).toMatchObject({
      account: ACCOUNT,
      region: 'eu-west-1',
      partition: 'aws',
      invocation: INVOCATION,
      timezone: 'UTC',
      entries: [],
    })
    expect(toReport(world.log.timeline(), conclusion)).toMatchObject({ interrupted: 'true', templateId: 'EXT1' })
  })

  it('refuses an endpoint that is not AWS before the first call', async () => {
    const world = { ...fakeWorld(), endpoints: simulated }
    const { result, conclusion } = await ran(world)
    expect(result).toMatchObject({ pass: false, text: expect.stringContaining('http://127.0.0.1:4566, which is not AWS') })
    expect(world.called()).toEqual([])
    expect(toReport(world.log.timeline(), conclusion).rehearsal).toBe(false)
  })

  it('refuses a rehearsal on AWS itself before the first call', async () => {
    const world = fakeWorld()
    const { result } = await ran(world, { rehearsal: true })
    expect(result).toMatchObject({ pass: false, text: expect.stringContaining('would go to AWS itself') })
    expect(world.called()).toEqual([])
  })

  it('runs a rehearsal, and says on every surface that it was one', async () => {
    const world = { ...fakeWorld(), endpoints: simulated }
    const { result, conclusion, saved } = await ran(world, { rehearsal: true })
    expect(result.pass).toBe(true)
    expect(saved.at(-1)).toMatchObject({ rehearsal: true })
    const report = toReport(world.log.timeline(), conclusion)
    expect(report.timeline.flatMap((event) => toTexts(event))).toContain(
      '⚠ REHEARSAL: the calls go to http://127.0.0.1:4566, which is not AWS. Nothing real is interrupted.',
    )
    expect(renderWhole(report).split('\n')[0]).toBe('## 🎭 Rehearsal: interrupted, not judged')
    expect(renderWhole(report)).not.toContain('console.aws.amazon.com')
    expect(toOutputs(report).rehearsal).toBe('true')
    expect(toReportFile(report, WHO).rehearsal).toBe(true)
    expect(renderJunit(report)).toContain('<testsuites name="spot-interrupt (rehearsal, not AWS)"')
    expect(world.recorded('rehearsal').flatMap((event) => Object.entries(toEarlyOutputs(event)))).toEqual([['rehearsal', 'true']])
  })

  it('says of no other run that it was a rehearsal', async () => {
    const world = fakeWorld()
    const { conclusion } = await ran(world)
    const report = toReport(world.log.timeline(), conclusion)
    expect(toOutputs(report).rehearsal).toBe('false')
    expect(renderWhole(report)).toContain('console.aws.amazon.com')
    expect(`${renderWhole(report)}${renderJunit(report)}${report.timeline.flatMap((event) => toTexts(event)).join()}`).not.toMatch(
      /rehears/i,
    )
  })

  it('interrupts twelve, in three targets', async () => {
    const world = fakeWorld()
    const { result } = await ran(world, { instanceIds: ids(12) })
    expect(result).toMatchObject({ pass: true, text: expect.stringContaining('12 targets ended') })
    expect(world.recorded('started')[0]?.snapshot.actions.map(({ name }) => name)).toEqual(['signal-1', 'signal-2', 'signal-3'])
  })

  it.each([
    ['kept', { deleteRole: false }],
    ['another’s', { roleArn: `arn:aws:iam::${ACCOUNT}:role/mine` }],
  ])('leaves a role that is %s', async (_, changes) => {
    const world = fakeWorld()
    const { result } = await ran(world, changes)
    expect(result.pass).toBe(true)
    expect(world.called('iam.delete')).toEqual([])
  })

  it('takes a drain by somebody else for landed', async () => {
    const world = fakeWorld({
      ec2: {
        readInstances: async () => {
          const gone = world.clock.monotonicMs() >= 30_000
          return [instance(gone ? { state: 'terminated', reasonCode: 'Client.UserInitiatedShutdown' } : {})]
        },
      },
    })
    expect((await ran(world)).result).toMatchObject({ pass: true, text: expect.stringContaining('drained by somebody else') })
  })

  it('knows the targets before anything is asked, so that outputs are there however it ends', async () => {
    const world = fakeWorld({ sts: { whoami: rejecting('credentials') } })
    await ran(world)
    expect(world.log.timeline()[0]).toMatchObject({ kind: 'planned', plan: { instanceIds: [ID] } })
  })

  it('creates nothing, and has nothing to clean up, when preflight refuses', async () => {
    const world = fakeWorld({ ec2: { readInstances: async () => [] } })
    const { result, saved } = await ran(world)
    expect(result).toMatchObject({ pass: false, text: expect.stringContaining('Preflight refused'), hint: 'Nothing was created.' })
    expect(world.called('iam', 'fis.create', 'fis.start')).toEqual([])
    expect(saved.flatMap(({ entries }) => entries)).toEqual([])
    expect(saved.at(-1)).toMatchObject({ closed: true })
    expect(phases(world)).toEqual(['setup failed'])
    expect(world.recorded('failed')).toMatchObject([{ text: expect.stringContaining('Preflight refused') }])
  })

  it.each<[string, Overrides, string]>([
    ['the policy is refused', { iam: { putPolicy: rejecting('denied') } }, 'denied'],
    ['the template is refused', { fis: { createTemplate: rejecting('quota') } }, 'quota'],
    ['the start is refused', { fis: { startExperiment: rejecting('denied') } }, 'denied'],
  ])('undoes what it made when %s, and tells the first fault', async (_, overrides, fault) => {
    const world = fakeWorld(overrides)
    const { result, ledger } = await ran(world)
    expect(result).toMatchObject({ pass: false, text: fault })
    expect(leftovers(world)).toEqual([])
    expect(ledger.state()?.entries).toEqual([])
    expect(phases(world).at(-1)).toBe('cleanup ok')
  })

  it('fails a phase for a verdict that fails, says so once, and still cleans up', async () => {
    const world = fakeWorld({ ec2: { readInstances: async () => [instance()] } })
    const { result } = await ran(world)
    expect(result).toMatchObject({ pass: false, text: expect.stringContaining('Timed out') })
    expect(phases(world)).toEqual(['setup ok', 'experiment failed', 'cleanup ok'])
    expect(world.recorded('passed')).toEqual([])
    expect(world.recorded('failed')).toHaveLength(1)
    expect(leftovers(world)).toEqual([])
  })

  it('finds what was made though the answers were lost', async () => {
    const world = fakeWorld()
    const lose = <A extends readonly unknown[]>(call: (...args: A) => Promise<unknown>) => {
      return async (...args: A) => {
        await call(...args)
        return rejecting('unreachable')()
      }
    }
    const lost = { ...world, fis: { ...world.fis, startExperiment: lose(world.fis.startExperiment) } }
    const { conclusion, ledger } = await ran(lost)
    expect(conclusion).toMatchObject({ interrupted: 'unknown', result: { pass: false, text: 'unreachable' } })
    expect(world.recorded('removed').map(({ resource, id }) => `${resource} ${id}`)).toEqual([
      'template EXT1',
      'experiment EXP1',
      `role r-${INVOCATION.slice(0, 8)}`,
    ])
    expect(leftovers(world)).toEqual([])
    expect(ledger.state()?.entries).toEqual([])
  })

  it('says what it could not clean up, keeps it for post, and lets the verdict stand', async () => {
    const world = fakeWorld({ iam: { deleteRole: rejecting('denied', 'not allowed') } })
    const { result, ledger } = await ran(world)
    expect(result.pass).toBe(true)
    expect(phases(world)).toEqual(['setup ok', 'experiment ok', 'cleanup failed'])
    expect(world.recorded('left')).toMatchObject([
      { resource: 'role', commands: expect.arrayContaining(['aws iam delete-role --role-name r-6f1c1a52']) },
    ])
    expect(ledger.state()?.entries).toMatchObject([{ kind: 'role', name: 'r-6f1c1a52' }])
  })
})

it('tags what it makes by AWS’s clock, however wrong the runner’s is', async () => {
  const world = fakeWorld({ clock: fakeClock(moment(-7200)) })
  await ran(world)
  const made = world.calls.filter(({ name }) => ['fis.createTemplate', 'fis.startExperiment', 'iam.createRole'].includes(name))
  const all = made.map(({ args }) => (args[0] as { tags: Tags }).tags)
  expect(all).toHaveLength(3)
  for (const tags of all) expect(tags).toMatchObject({ [TAG.createdAt]: moment(0).toISOString(), [TAG.job]: 'test/1' })
})

describe('a cancelled run', () => {
  it('ends with what is known, and leaves the rest to post', async () => {
    const cancel = new AbortController()
    const world: FakeWorld = fakeWorld({
      fis: {
        readExperiment: async () => {
          cancel.abort()
          return rejecting('cancelled')()
        },
      },
    })
    const { result, ledger } = await ran({ ...world, cancel: cancel.signal })
    expect(result).toMatchObject({ pass: false, text: expect.stringMatching(/^Cancelled .* after the start: experiment EXP1/) })
    expect(world.recorded('unread')).toEqual([])
    expect(world.recorded('ended')).toMatchObject([{ ending: 'cancelled' }])
    expect(world.called('fis.stop', 'fis.delete', 'iam.delete')).toEqual(['fis.stopExperiment', 'fis.deleteTemplate'])
    expect(ledger.state()).toMatchObject({ closed: true, entries: [{ kind: 'role' }, { kind: 'experiment', id: 'EXP1' }] })
  })

  it('lists nothing, and logs its failure once', async () => {
    const world = fakeWorld({ ec2: { readInstances: rejecting('cancelled') } })
    const { result } = await ran({ ...world, cancel: AbortSignal.abort() }, { sweep: true })
    expect(result).toMatchObject({ pass: false, text: expect.stringContaining('nothing was interrupted') })
    // Preflight lists the experiments of other runs; a sweep would list the templates.
    expect(world.called('fis.listTemplates')).toEqual([])
    expect(world.recorded('failed')).toHaveLength(1)
  })

  it('does not start again', async () => {
    const cancel = new AbortController()
    const world = fakeWorld()
    world.account.failing.push({ status: 'failed', reason: 'role' }, { status: 'failed', reason: 'role' })
    const clock = {
      ...world.clock,
      sleep: async (ms: number) => {
        if (world.recorded('repeated').length > 0) cancel.abort()
        await world.clock.sleep(ms)
      },
    }
    const { result } = await ran({ ...world, clock, cancel: cancel.signal })
    expect(result.pass).toBe(false)
    expect(world.called('fis.start')).toHaveLength(1)
  })
})
