import { describe, expect, it } from 'vitest'
import { toAnswers } from '../../scripts/live/answers.ts'
import type { Change, Track } from '../../scripts/live/track.ts'

const T0 = Date.parse('2026-03-01T12:00:00Z')
const at = (seconds: number) => new Date(T0 + seconds * 1000).toISOString()
type Script = readonly (readonly [seconds: number, of: Change['of'], value: string])[]

/** An interruption with D = PT2M that goes as it is documented, but for what the test says. `[]` of a kind leaves its changes out. */
function track(changes: Partial<Record<Change['of'], readonly (readonly [number, string])[]>> = {}, more: Partial<Track> = {}): Track {
  const usual = {
    experiment: [
      [-2, 'initiating'],
      [0, 'running'],
      [20, 'completed'],
    ],
    action: [
      [0, 'running'],
      [20, 'completed'],
    ],
    instance: [
      [-5, 'running'],
      [121, 'shutting-down'],
      [130, 'terminated'],
    ],
    reason: [
      [-5, ''],
      [121, 'Server.SpotInstanceTermination'],
    ],
    request: [
      [-5, 'fulfilled'],
      [121, 'instance-terminated-by-experiment'],
    ],
    ...changes,
  } as const
  const script = Object.entries(usual).flatMap(([of, list]) =>
    list.map(([seconds, value]) => [seconds, of as Change['of'], value] as const),
  )
  return {
    experiment: 'EXP1',
    durationSeconds: 120,
    createdAt: at(-2),
    actionAt: at(0),
    endedAt: at(20),
    hasTags: true,
    resolvedKeys: ['arn'],
    watchedUntil: at(300),
    changes: toChanges(script),
    ...more,
  }
}

function toChanges(script: Script): readonly Change[] {
  return script.toSorted(([a], [b]) => a - b).map(([seconds, of, value]) => ({ at: at(seconds), of, value }))
}

const ask = (interruption: Track) => toAnswers({ region: 'eu-west-1', interruption, refused: {} })
const stays = { instance: [[-5, 'running']] } as const

describe('an interruption', () => {
  it.each([
    [3, 'notice'],
    [20, 'early'],
    [45, 'early'],
    [110, 'interruption'],
    [121, 'interruption'],
  ] as const)('that FIS completes %i s after t0 is `completed: %s`', (seconds, word) => {
    expect(ask(track({}, { endedAt: at(seconds) })).switches.completed).toBe(word)
  })

  it('that FIS completes at another time has no answer, and says the time', () => {
    expect(ask(track({}, { endedAt: at(80) })).open.completed).toContain('80 s after t0')
  })

  it.each([
    [100, 'on-time'],
    [160, 'on-time'],
    [200, 'later'],
    [270, 'later'],
  ] as const)('that ends the instance %i s after t0 is `ends: %s`', (seconds, word) => {
    expect(
      ask(
        track({
          instance: [
            [-5, 'running'],
            [seconds, 'shutting-down'],
          ],
        }),
      ).switches.ends,
    ).toBe(word)
  })

  it.each([
    [1, 'notice'],
    [70, 'notice'],
    [90, 'termination'],
    [125, 'termination'],
  ] as const)('whose Spot request shows the code %i s after t0 is `spotCode: %s`', (seconds, word) => {
    expect(
      ask(
        track({
          request: [
            [-5, 'fulfilled'],
            [seconds, 'instance-terminated-by-experiment'],
          ],
        }),
      ).switches.spotCode,
    ).toBe(word)
  })

  it('that has not ended the instance answers only what it can', () => {
    const { switches, open } = ask(track(stays))
    expect(switches).not.toHaveProperty('ends')
    expect(open).toMatchObject({ ends: 'the instance did not end', stateReason: 'the instance did not end', spotCode: expect.any(String) })
    expect(switches).toMatchObject({
      completed: 'early',
      experimentTags: true,
      resolvedKey: 'arn',
      startDelaySeconds: 2,
      pendingSeconds: 0,
    })
  })

  it('whose instance has no reason is `stateReason: none`', () => {
    expect(ask(track({ reason: [[-5, '']] })).switches.stateReason).toBe('none')
  })
})

describe('an interruption that is stopped', () => {
  const stop = (one: Track) => toAnswers({ region: 'eu-west-1', stop: one, refused: {} })
  const stopped = { stoppedAt: at(5) }

  it('is ignored if the instance ends all the same', () => {
    expect(stop(track({}, stopped)).switches.stop).toBe('ignores')
  })

  it('is recalled if the instance is there long after its time', () => {
    expect(stop(track(stays, stopped)).switches.stop).toBe('recalls')
  })

  it('has no answer if nobody watched for long enough, or stopped it', () => {
    expect(stop(track(stays, { ...stopped, watchedUntil: at(200) })).open.stop).toContain('200 s only')
    expect(stop(track()).open.stop).toContain('was not stopped')
  })
})

it('what was not asked is open', () => {
  const { switches, open } = toAnswers({ region: 'eu-west-1', refused: { token: true } })
  expect(switches).toEqual({ token: 'conflict' })
  expect(open).toMatchObject({ completed: 'no such run', stop: 'no such run', stopFinished: 'not asked', rebalanceRegions: 'not asked' })
})
