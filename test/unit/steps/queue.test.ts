import { describe, expect, it } from 'vitest'
import { ActionError, type Fault } from '../../../src/model/errors.ts'
import { startWhenFree } from '../../../src/steps/queue.ts'
import { fakeWorld, type Overrides } from '../../fakes/world.ts'

/** Starts version 0 of something; each confirmation makes it one later. The first `times` starts reject with `fault`. */
async function started(times: number, { fault = 'quota', overrides = {} }: { fault?: Fault; overrides?: Overrides } = {}) {
  const world = fakeWorld(overrides)
  const starts: { version: number; atMs: number }[] = []
  const result = await startWhenFree(world, 0, {
    confirm: async (version) => version + 1,
    start: async (version) => {
      starts.push({ version, atMs: world.clock.monotonicMs() })
      if (starts.length <= times) throw new ActionError(fault, 'no more experiments')
    },
  }).catch((thrown: unknown) => thrown)
  return { world, starts, result }
}

describe('startWhenFree', () => {
  it('confirms before each start, and resolves with what it has started', async () => {
    const { world, starts, result } = await started(2)
    expect(starts).toEqual([
      { version: 1, atMs: 0 },
      { version: 2, atMs: 15_000 },
      { version: 3, atMs: 30_000 },
    ])
    expect(result).toBe(3)
    expect(world.recorded('queued')).toMatchObject([
      { why: 'no more experiments', pauseMs: 15_000, leftMs: 585_000 },
      { why: 'no more experiments', pauseMs: 15_000, leftMs: 570_000 },
    ])
  })

  it('does not wait for anything but a free experiment', async () => {
    const { world, starts, result } = await started(1, { fault: 'denied' })
    expect(result).toMatchObject({ fault: 'denied' })
    expect(starts).toHaveLength(1)
    expect(world.recorded('queued')).toEqual([])
  })

  it('does not wait when it is the confirmation that meets a quota', async () => {
    const world = fakeWorld()
    const confirm = () => Promise.reject(new ActionError('quota', 'no more templates'))
    await expect(startWhenFree(world, 0, { confirm, start: async () => {} })).rejects.toMatchObject({ message: 'no more templates' })
    expect(world.clock.monotonicMs()).toBe(0)
  })

  it('ends cancelled, not with the quota, when the job is cancelled meanwhile', async () => {
    const { starts, result } = await started(1000, { overrides: { cancel: AbortSignal.abort() } })
    expect(result).toMatchObject({ fault: 'cancelled' })
    expect(starts).toHaveLength(1)
  })

  it('gives up after 10 minutes', async () => {
    const { starts, result } = await started(1000)
    expect(result).toMatchObject({ fault: 'quota' })
    expect(starts.at(-1)?.atMs).toBe(600_000)
  })
})
