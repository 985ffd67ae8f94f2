import { describe, expect, it } from 'vitest'
import type { Plan } from '../../../src/model/plan/plan.ts'
import { watch } from '../../../src/steps/watch.ts'
import { fakeClock } from '../../fakes/clock.ts'
import { action, experiment, fakePlan, ID, instance, moment, OTHER_ID, openLedger, unstarted } from '../../fakes/timeline.ts'
import { type FakeWorld, fakeWorld, type Overrides, rejecting, STARTS_MS } from '../../fakes/world.ts'

/** An experiment started from template EXT1, both in the ledger, watched to its end. */
async function watched(overrides: Overrides = {}, changes: Partial<Plan> = {}) {
  const plan = fakePlan(changes)
  const world = fakeWorld({ durationMs: plan.durationMs, ...overrides })
  const ledger = openLedger([
    { kind: 'template', name: 'token-1', id: 'EXT1' },
    { kind: 'experiment', name: 'token-2', id: 'EXP1', templateId: 'EXT1' },
  ])
  world.log.record({ kind: 'starting', templateId: 'EXT1', attempt: 1 })
  world.log.record({ kind: 'started', snapshot: await world.fis.startExperiment({ templateId: 'EXT1', token: 'token-2', tags: {} }) })
  const ending = await watch(withActions(world), plan, { ledger, templateId: 'EXT1' })
  return { world, ledger, ending, tookMs: world.clock.monotonicMs() }
}

/** The small AWS knows the actions by the template, which these tests do not create. */
function withActions(world: FakeWorld): FakeWorld {
  for (const [id, one] of world.account.experiments) world.account.experiments.set(id, { ...one, actions: ['signal-1'] })
  return world
}

function gaps(world: FakeWorld, name: string): readonly number[] {
  const times = world.calls.filter((one) => one.name === name).map(({ atMs }) => atMs)
  return times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0))
}

describe('a watch that goes well', () => {
  it.each([
    ['PT2M', 120_000],
    ['PT15M', 900_000],
  ])('ends within seconds of the interruption, %s after t0', async (_, durationMs) => {
    const { ending, tookMs, world } = await watched({}, { durationMs, timeoutMs: durationMs + 300_000 })
    expect(ending).toBe('landed')
    expect(tookMs).toBeGreaterThanOrEqual(STARTS_MS + durationMs)
    expect(tookMs).toBeLessThan(STARTS_MS + durationMs + 5000)
    expect(world.recorded('ended')).toMatchObject([{ ending: 'landed' }])
  })

  it('looks neither more often than every two seconds nor less often than the poll interval', async () => {
    const { world } = await watched({ fis: { readExperiment: async () => experiment({ actions: [action({ startAt: moment(1) })] }) } })
    for (const source of ['fis.readExperiment', 'ec2.readInstances']) {
      expect(Math.min(...gaps(world, source))).toBeGreaterThanOrEqual(2000)
      expect(Math.max(...gaps(world, source))).toBeLessThanOrEqual(10_000)
    }
  })

  it.each([
    ['notice', 12_500],
    ['rebalance', 10_000],
  ] as const)('reads EC2 less often before the notice with react-to: notice, not with rebalance (%s)', async (reactTo, longestMs) => {
    const { world } = await watched({}, { durationMs: 900_000, timeoutMs: 1_200_000, reactTo })
    const times = world.calls.filter(({ name }) => name === 'ec2.readInstances').map(({ atMs }) => atMs)
    const noticeMs = STARTS_MS + 780_000
    const before = times.filter((atMs) => atMs < noticeMs)
    const after = times.filter((atMs) => atMs >= noticeMs)
    expect(Math.max(...before.slice(1).map((atMs, nth) => atMs - (before[nth] ?? 0)))).toBe(longestMs)
    expect(Math.max(...after.slice(1).map((atMs, nth) => atMs - (after[nth] ?? 0)))).toBeLessThanOrEqual(10_000)
    expect(after[0]).toBe(noticeMs + 1000)
  })

  it.each([
    // A plain run makes 11 calls before its start. To the proved interruption it makes at most 40 with PT2M, and 110 with PT15M.
    ['PT2M', 120_000, 40 - 11],
    ['PT15M', 900_000, 110 - 11],
  ])('costs few calls, however many targets there are: %s', async (_, durationMs, most) => {
    const ids = Array.from({ length: 50 }, (_, nth) => `i-0${String(nth).padStart(16, '0')}`)
    const timeoutMs = durationMs + 300_000
    const [one, many] = await Promise.all(
      [[ID], ids].map(async (instanceIds) => {
        const { world, ending } = await watched({}, { durationMs, timeoutMs, instanceIds })
        expect(ending).toBe('landed')
        return world.calls.length
      }),
    )
    expect(one).toBeLessThanOrEqual(most)
    expect(many).toBe(one)
  })

  it('takes the template and the experiment out of the ledger', async () => {
    expect((await watched()).ledger.state()?.entries).toEqual([])
  })

  it('does not ask FIS again once it is done', async () => {
    const { world } = await watched()
    expect(world.recorded('experiment').filter(({ snapshot }) => snapshot.status === 'completed')).toHaveLength(1)
    expect(world.calls.findLast(({ name }) => name === 'fis.readExperiment')?.atMs).toBeLessThan(60_000)
  })

  it('gives a sign of life while EC2 shows no change', async () => {
    const { world } = await watched({}, { durationMs: 900_000, timeoutMs: 1_200_000 })
    const waiting = world.recorded('waiting')
    expect(waiting.length).toBeGreaterThan(10)
    expect(waiting.length).toBeLessThan(900 / 25)
    expect(waiting[0]).toMatchObject({ ended: 0, of: 1 })
  })

  it('is over as soon as FIS is, with wait-for: experiment', async () => {
    const { ending, tookMs } = await watched({}, { waitFor: 'experiment' })
    expect(ending).toBe('signal-sent')
    expect(tookMs).toBeLessThan(40_000)
  })

  it.each([
    ['an hour fast', 3600],
    ['an hour slow', -3600],
  ])('is not misled by a wall clock that is %s', async (_, wrongBy) => {
    const { ending, tookMs } = await watched({ clock: fakeClock(moment(wrongBy)) })
    expect(ending).toBe('landed')
    expect(tookMs).toBeLessThan(STARTS_MS + 120_000 + 10_000)
  })

  it('is not misled by one look in which EC2 does not show the target', async () => {
    let polls = 0
    const readInstances = async () => (++polls === 3 ? [] : [instance()])
    const { ending } = await watched({ ec2: { readInstances } })
    expect(ending).toBe('timed-out')
  })
})

describe('the template', () => {
  it('goes right after the first action has started, not before', async () => {
    const { world } = await watched()
    const seen = world.recorded('experiment').find(({ snapshot }) => snapshot.actions.some(({ startAt }) => startAt !== undefined))
    expect(world.calls.find(({ name }) => name === 'fis.deleteTemplate')?.atMs).toBe(seen?.atMs)
    expect(world.called('fis.deleteTemplate')).toHaveLength(1)
  })

  it('stays when no action starts: another start may need it', async () => {
    const { world, ending, ledger } = await watched({ fis: { readExperiment: async () => unstarted({ status: 'failed' }) } })
    expect(ending).toBe('never-started')
    expect(world.called('fis.deleteTemplate')).toEqual([])
    expect(ledger.state()?.entries.map(({ kind }) => kind)).toEqual(['template'])
  })

  it('is gone before the watch ends, however slow that is', async () => {
    let gone = false
    const deleteTemplate = async () => {
      for (let turn = 0; turn < 100; turn++) await Promise.resolve()
      gone = true
    }
    const readExperiment = async () => experiment({ status: 'completed' })
    const { ending } = await watched({ fis: { deleteTemplate, readExperiment } }, { waitFor: 'experiment' })
    expect([ending, gone]).toEqual(['signal-sent', true])
  })

  it('that could not be deleted is left for the end, and tried once', async () => {
    const { world, ledger, ending } = await watched({ fis: { deleteTemplate: rejecting('denied') } })
    expect(ending).toBe('landed')
    expect(world.called('fis.deleteTemplate')).toHaveLength(1)
    expect(ledger.state()?.entries).toMatchObject([{ id: 'EXT1' }])
  })
})

describe('a watch that goes badly', () => {
  it('times out exactly at the time-out, with the experiment still in the ledger', async () => {
    const { ending, tookMs, ledger } = await watched({
      fis: { readExperiment: async () => experiment() },
      ec2: { readInstances: async () => [instance()] },
    })
    expect(ending).toBe('timed-out')
    expect(tookMs).toBe(420_000)
    expect(ledger.state()?.entries).toMatchObject([{ id: 'EXP1' }])
  })

  it('takes a last look at the time-out', async () => {
    const readInstances = async () => [
      instance({ state: clock.monotonicMs() >= 125_000 ? 'terminated' : 'running', reasonCode: 'Server.SpotInstance' }),
    ]
    const clock = fakeClock()
    const { ending } = await watched({ clock, ec2: { readInstances } }, { timeoutMs: 125_000, pollIntervalMs: 60_000 })
    expect(ending).toBe('landed')
  })

  it('does not ask FIS once more at the time-out, neither when it is done nor sooner than two seconds after the last look', async () => {
    const stays = { ec2: { readInstances: async () => [instance()] } }
    const { world: over } = await watched(stays)
    expect(over.recorded('experiment').filter(({ snapshot }) => snapshot.status === 'completed')).toHaveLength(1)
    const { world: busy } = await watched(
      { ...stays, fis: { readExperiment: async () => experiment() } },
      { timeoutMs: 120_000, pollIntervalMs: 3000 },
    )
    expect(Math.min(...gaps(busy, 'fis.readExperiment'))).toBeGreaterThanOrEqual(2000)
  })

  it('watches EC2 until two minutes past the interruption when the experiment fails after its start', async () => {
    const { ending, tookMs } = await watched({
      fis: { readExperiment: async () => experiment({ status: 'failed', actions: [action({ startAt: moment(1) })] }) },
      ec2: { readInstances: async () => [instance()] },
    })
    expect(ending).toBe('experiment-failed')
    expect(tookMs).toBeGreaterThanOrEqual(241_000)
    expect(tookMs).toBeLessThan(252_000)
  })

  it('waits for every target', async () => {
    const readInstances = async () => [instance({ state: 'terminated', reasonCode: 'Client.X' }), instance({ id: OTHER_ID })]
    expect((await watched({ ec2: { readInstances } }, { instanceIds: [ID, OTHER_ID] })).ending).toBe('timed-out')
  })

  it.each([
    ['fis', { fis: { readExperiment: rejecting('unreachable', 'no answer') } }],
    ['ec2', { ec2: { readInstances: rejecting('unreachable', 'no answer') } }],
  ])('is lost when %s cannot be read five times in a row', async (source, overrides) => {
    const { ending, world } = await watched(overrides)
    expect(ending).toBe('unreadable')
    expect(world.recorded('unread').map(({ inARow }) => inARow)).toEqual([1, 2, 3, 4, 5])
    expect(world.recorded('unread')[0]).toMatchObject({ source, why: expect.stringContaining('no answer') })
  })

  it('goes on when it can be read again, and counts anew', async () => {
    let polls = 0
    const readExperiment = async () => {
      polls++
      if (polls === 1 || (polls > 3 && polls <= 7)) return rejecting('throttled', 'slow down')()
      return experiment({ status: polls > 8 ? 'completed' : 'running', actions: [action({ startAt: moment(1) })] })
    }
    const { ending, world } = await watched({ fis: { readExperiment } })
    expect(ending).toBe('landed')
    expect(world.recorded('unread').map(({ inARow }) => inARow)).toEqual([1, 0, 1, 2, 3, 4, 0])
  })
})

describe('an early stop', () => {
  const first = action({ name: 'signal-1', startAt: moment(1) })
  const second = { name: 'signal-2', status: 'pending', reason: '' }
  const both = [first, action({ name: 'signal-2', startAt: moment(9) })]

  async function stopped(stopExperiment: () => Promise<void>) {
    let stops = 0
    const clock = fakeClock()
    const readExperiment = async () => {
      const actions = clock.monotonicMs() < 9000 ? [first, second] : both
      return experiment({ status: stops > 0 ? 'stopped' : 'running', actions })
    }
    const fis = {
      readExperiment,
      stopExperiment: async () => {
        await stopExperiment()
        stops += 1
      },
    }
    return await watched(
      { clock, fis, durationMs: 3_600_000 },
      { earlyStop: true, durationMs: 900_000, timeoutMs: 1_200_000, instanceIds: [ID] },
    )
  }

  it('is sent once, as soon as every action has started, and EC2 is watched until 18 minutes after t0', async () => {
    const { world, ending, tookMs } = await stopped(async () => undefined)
    const sent = world.calls.filter(({ name }) => name === 'fis.stopExperiment')
    expect(sent).toHaveLength(1)
    expect(sent[0]?.atMs).toBeGreaterThanOrEqual(9000)
    expect(sent[0]?.atMs).toBeLessThan(20_000)
    expect(ending).toBe('early-stopped')
    expect(tookMs).toBeGreaterThanOrEqual(18 * 60_000)
  })

  it('is sent again where it fails', async () => {
    let left = 2
    const { world } = await stopped(async () => {
      left -= 1
      if (left >= 0) return await rejecting('throttled')()
    })
    expect(world.calls.filter(({ name }) => name === 'fis.stopExperiment')).toHaveLength(3)
    expect(world.recorded('stopping')).toHaveLength(1)
    expect(world.recorded('warned').length).toBe(2)
  })
})
