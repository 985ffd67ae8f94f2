import { describe, expect, it } from 'vitest'
import { ActionError } from '../../../src/model/errors.ts'
import type { Plan } from '../../../src/model/plan/plan.ts'
import { runExperiment } from '../../../src/steps/experiment.ts'
import { fakeClock } from '../../fakes/clock.ts'
import { action, experiment, fakePlan, ID, instance, moment, OTHER_ID, openLedger, unstarted } from '../../fakes/timeline.ts'
import { fakeWorld, type Overrides, rejecting } from '../../fakes/world.ts'

const FRESH_ROLE = { reason: 'Unable to assume role.', error: { code: 'IAMAuthorizationFailure', location: '' } }

/** Conducts an experiment from a template that is there; `failing` are the starts that FIS refuses first. */
async function conducted(overrides: Overrides = {}, failing: readonly object[] = [], changes: Partial<Plan> = {}, freshRole = true) {
  const plan = fakePlan(changes)
  const world = fakeWorld({ durationMs: plan.durationMs, ...overrides })
  const batches = [{ target: 'spot-1', action: 'signal-1', arns: [] }]
  const request = { token: 't', description: '', roleArn: '', actionId: '', parameters: {}, tags: plan.tags, batches }
  const { id: templateId } = await world.fis.createTemplate(request)
  world.account.failing.push(...failing)
  const ledger = openLedger([{ kind: 'template', name: 't', id: templateId }])
  const result = runExperiment(world, plan, { ledger, templateId, roleArn: 'role', freshRole })
  const ending = await result.catch((thrown: unknown) => (thrown instanceof ActionError ? thrown : Promise.reject(thrown)))
  const starts = world.calls.filter(({ name }) => name === 'fis.startExperiment')
  return { world, ledger, ending, plan, starts, requests: starts.map(({ args }) => args[0] as { templateId: string; token: string }) }
}

describe('runExperiment', () => {
  it('starts once, with a token written ahead and our tags, and watches to the end', async () => {
    const { world, ledger, ending, requests, plan } = await conducted()
    expect(ending).toBe('landed')
    expect(requests).toEqual([{ templateId: 'EXT1', token: 'uuid-1', tags: plan.tags }])
    expect(ledger.saved[0]?.entries.at(-1)).toEqual({ kind: 'experiment', name: 'uuid-1', templateId: 'EXT1' })
    expect(ledger.saved[1]?.entries.at(-1)).toEqual({ kind: 'experiment', name: 'uuid-1', templateId: 'EXT1', id: 'EXP1' })
    expect(ledger.state()?.entries).toEqual([])
    expect(world.recorded('starting')).toMatchObject([{ attempt: 1 }])
    expect(world.recorded('started')).toHaveLength(1)
  })

  it('looks at the targets right before the start, and does not start when one is gone', async () => {
    const readInstances = async () => [instance({ state: 'shutting-down' })]
    const { ending, starts, ledger } = await conducted({ ec2: { readInstances } }, [], { instanceIds: [ID, OTHER_ID] })
    expect(ending).toMatchObject({ fault: 'refused', message: `Right before the start, ${ID} is shutting-down, ${OTHER_ID} is gone.` })
    expect(starts).toEqual([])
    expect(ledger.state()?.entries.map(({ kind }) => kind)).toEqual(['template'])
  })

  it('has nothing to stop when FIS answers the start with an experiment that is over', async () => {
    const over = unstarted({ status: 'cancelled' })
    const { ending, ledger } = await conducted({ fis: { startExperiment: async () => over, readExperiment: async () => over } })
    expect(ending).toBe('never-started')
    expect(ledger.state()?.entries).toMatchObject([{ kind: 'template' }])
  })

  it('keeps the entry of a start whose answer was lost', async () => {
    const { ending, ledger } = await conducted({ fis: { startExperiment: rejecting('unreachable') } })
    expect(ending).toMatchObject({ fault: 'unreachable' })
    expect(ledger.state()?.entries.at(-1)).toEqual({ kind: 'experiment', name: 'uuid-1', templateId: 'EXT1' })
  })
})

describe('a start that FIS refused before any action', () => {
  it('is repeated from the same template with a new token, for a fresh role takes time', async () => {
    const { world, ending, requests, ledger } = await conducted({}, [FRESH_ROLE, FRESH_ROLE])
    expect(ending).toBe('landed')
    expect(requests.map(({ templateId }) => templateId)).toEqual(['EXT1', 'EXT1', 'EXT1'])
    expect(new Set(requests.map(({ token }) => token)).size).toBe(3)
    expect(world.recorded('repeated').map(({ reason, pauseMs }) => [reason, pauseMs])).toEqual([
      ['Unable to assume role.', 5000],
      ['Unable to assume role.', 10_000],
    ])
    expect(world.recorded('starting').map(({ attempt }) => attempt)).toEqual([1, 2, 3])
    expect(ledger.state()?.entries).toEqual([])
  })

  it('looks at the targets again before it', async () => {
    const { world, starts } = await conducted({}, [FRESH_ROLE])
    const before = starts.map(({ atMs }) => world.calls.some((one) => one.name === 'ec2.readInstances' && one.atMs === atMs))
    expect(before).toEqual([true, true])
  })

  it('has the time-out run from the last start', async () => {
    const { world, ending, starts } = await conducted({ ec2: { readInstances: async () => [instance()] } }, [FRESH_ROLE, FRESH_ROLE])
    expect(ending).toBe('timed-out')
    expect(world.clock.monotonicMs()).toBe((starts.at(-1)?.atMs ?? 0) + 420_000)
  })

  it('is given up after 90 s', async () => {
    const { ending, starts, ledger } = await conducted({}, Array(100).fill(FRESH_ROLE))
    expect(ending).toBe('never-started')
    expect(starts.length).toBeGreaterThan(3)
    expect(starts.at(-1)?.atMs).toBeLessThanOrEqual(90_000)
    expect(starts.at(-1)?.atMs).toBeGreaterThan(60_000)
    expect(ledger.state()?.entries.map(({ kind }) => kind)).toEqual(['template'])
  })

  it.each([
    ['its targets', { reason: '', error: { code: 'InvalidTarget', location: '' } }],
    ['its targets, in words', { reason: 'Target resolution returned empty set' }],
    ['a quota', { reason: '', error: { code: 'ServiceQuotaExceeded', location: '' } }],
    ['somebody who stopped it', { status: 'stopped' }],
    ['a safety lever', { status: 'cancelled' }],
  ])('is not repeated for %s', async (_, failing) => {
    const { ending, starts } = await conducted({}, [failing])
    expect(ending).toBe('never-started')
    expect(starts).toHaveLength(1)
  })

  it('is not repeated for a role that this run did not make: it will not get better', async () => {
    const { ending, starts, world } = await conducted({}, [FRESH_ROLE, FRESH_ROLE], {}, false)
    expect(ending).toBe('never-started')
    expect(starts).toHaveLength(1)
    expect(world.recorded('repeated')).toEqual([])
  })

  it('is not repeated once an action has started', async () => {
    const { ending, starts } = await conducted({ fis: { readExperiment: async () => experiment({ status: 'failed' }) } })
    expect(ending).toBe('experiment-failed')
    expect(starts).toHaveLength(1)
  })
})

describe('once all targets have left', () => {
  const stays = (status = 'running') => ({ status, actions: [action({ status, startAt: moment(1) })] })

  it('FIS gets 30 s to end by itself, then the experiment is stopped, and its last state is polled', async () => {
    let stoppedMs: number | undefined
    const clock = fakeClock()
    const fis = {
      readExperiment: async () =>
        experiment(stays(stoppedMs === undefined || clock.monotonicMs() < stoppedMs + 3000 ? 'running' : 'stopped')),
      stopExperiment: async () => {
        stoppedMs ??= clock.monotonicMs()
      },
    }
    const { world, ending, ledger } = await conducted({ clock, fis })
    expect(ending).toBe('landed')
    // Left at 121 s, seen a second later.
    expect(stoppedMs).toBeGreaterThanOrEqual(152_000)
    expect(stoppedMs).toBeLessThan(156_000)
    expect(world.recorded('stopping')).toMatchObject([{ id: 'EXP1' }])
    expect(world.recorded('experiment').at(-1)?.snapshot.status).toBe('stopped')
    expect(ledger.state()?.entries).toEqual([])
  })

  it('an experiment that does not end within 15 s is left to clean-up', async () => {
    const { world, ending, ledger } = await conducted({
      fis: { readExperiment: async () => experiment(stays()), stopExperiment: async () => {} },
    })
    expect(ending).toBe('landed')
    expect(ledger.state()?.entries).toMatchObject([{ id: 'EXP1' }])
    expect(world.clock.monotonicMs()).toBeLessThan(175_000)
  })

  it('a StopExperiment that fails is a warning, and clean-up tries again', async () => {
    const fis = { readExperiment: async () => experiment(stays()), stopExperiment: rejecting('denied', 'not allowed') }
    const { world, ending } = await conducted({ fis })
    expect(ending).toBe('landed')
    expect(world.recorded('warned')).toMatchObject([{ what: expect.stringContaining('Experiment EXP1 could not be stopped: not allowed') }])
  })

  it('an experiment that is over is not stopped', async () => {
    const { world, ending } = await conducted()
    expect(ending).toBe('landed')
    expect(world.called('fis.stopExperiment')).toEqual([])
  })
})

describe('right before the start', () => {
  it('a target that an experiment of another run is about to interrupt ends the run', async () => {
    const tags = {
      ManagedBy: 'spot-interrupt',
      'spot-interrupt:invocation': '0c9d2a7e-5f0b-4a3e-8a61-1f2e3d4c5b6a',
      'spot-interrupt:created-at': moment(0).toISOString(),
    }
    const fis = {
      listExperiments: async () => [{ id: 'EXP9', templateId: 'EXT9', status: 'initiating', tags }],
      readExperiment: async () =>
        unstarted({ id: 'EXP9', actions: [{ name: 'a', status: 'pending', reason: '', durationMs: 120_000, instanceIds: [ID] }] }),
    }
    const { ending, starts } = await conducted({ fis })
    expect(ending).toMatchObject({
      fault: 'refused',
      message: `Right before the start, ${ID} is about to be interrupted by experiment EXP9 of another run.`,
    })
    expect(starts).toEqual([])
  })

  it('an experiment of this run is no obstacle to another start', async () => {
    const { ending, starts } = await conducted({}, [FRESH_ROLE])
    expect([ending, starts.length]).toEqual(['landed', 2])
  })
})

describe('at the time-out', () => {
  const hanging: Overrides = { fis: { readExperiment: async () => unstarted() }, ec2: { readInstances: async () => [instance()] } }

  it('StopExperiment is sent', async () => {
    const { world, ending } = await conducted(hanging)
    expect(ending).toBe('timed-out')
    expect(world.calls.at(-1)).toMatchObject({ name: 'fis.stopExperiment', args: ['EXP1'] })
    expect(world.recorded('recalled')).toMatchObject([{ id: 'EXP1' }])
  })

  it('a StopExperiment that fails is a warning, and clean-up tries again', async () => {
    const fis = { ...hanging.fis, stopExperiment: rejecting('denied', 'not allowed') }
    const { world, ending, ledger } = await conducted({ ...hanging, fis })
    expect(ending).toBe('timed-out')
    expect(world.recorded('recalled')).toEqual([])
    expect(world.recorded('warned')).toMatchObject([{ what: expect.stringContaining('not allowed') }])
    expect(ledger.state()?.entries).toMatchObject([{ kind: 'template' }, { kind: 'experiment', id: 'EXP1' }])
  })
})

describe('a start that FIS refuses because too many experiments run', () => {
  const refusing = (times: number) => {
    let left = times
    const inner = fakeWorld()
    return {
      inner,
      fis: {
        startExperiment: async (request: Parameters<typeof inner.fis.startExperiment>[0]) => {
          left -= 1
          if (left >= 0) throw new ActionError('quota', 'FIS runs as many experiments as it allows.')
          return { ...experiment(), status: 'cancelled', actions: [], reason: request.token }
        },
      },
    }
  }

  it('waits with progress, and reads the targets again before each try', async () => {
    const { fis } = refusing(3)
    const { world, starts, ledger } = await conducted({ fis })
    expect(starts.map(({ atMs }) => atMs)).toEqual([0, 15_000, 30_000, 45_000])
    expect(world.recorded('queued').map(({ leftMs }) => leftMs)).toEqual([585_000, 570_000, 555_000])
    expect(world.called('ec2.readInstances').length).toBeGreaterThanOrEqual(4)
    expect(ledger.state()?.entries.filter(({ kind }) => kind === 'experiment')).toEqual([])
  })
})
