import { describe, expect, it } from 'vitest'
import type { Event, Timeline } from '../../../src/model/timeline/event.ts'
import { OUTPUT_NAMES, toEarlyOutputs, toOutputs } from '../../../src/report/outputs.ts'
import { reported } from '../../fakes/conclusion.ts'
import { at, begun, experiment, experimentPolled, ID, instance, moment, OTHER_ID, planned, targetPolled } from '../../fakes/timeline.ts'

const PLAN = planned({ instanceIds: [OTHER_ID, ID] })

function outputs(timeline: Timeline) {
  return toOutputs(reported(timeline, { pass: true, text: '', hint: '' }))
}

describe('toOutputs', () => {
  it('has every output, empty where there is no value, after bad input', () => {
    const given = outputs([])
    expect(Object.keys(given)).toEqual([...OUTPUT_NAMES])
    const { interrupted, verdict, rehearsal, ...rest } = given
    expect({ interrupted, verdict, rehearsal }).toEqual({ interrupted: 'false', rehearsal: 'false', verdict: 'not-judged' })
    expect(new Set(Object.values(rest))).toEqual(new Set(['']))
  })

  it('tells the run, ids in the order given, JSON compact', () => {
    const snapshot = experiment({ status: 'completed', reason: 'Done.\n', endAt: moment(3723.9) })
    const ended = instance({ state: 'terminated', reasonCode: 'Server.SpotInstanceTermination' })
    const given = outputs([
      at(-9, { kind: 'planned', plan: PLAN }),
      at(-8, { kind: 'role', origin: 'reused', name: 'r', arn: 'arn:r' }),
      at(-7, { kind: 'template', id: 'EXT1' }),
      ...begun(),
      targetPolled(1, { instance: instance({ id: OTHER_ID }) }, OTHER_ID),
      targetPolled(121, { instance: ended }),
      experimentPolled(122, snapshot),
    ])
    expect(given).toMatchObject({
      'experiment-id': 'EXP1',
      'template-id': 'EXT1',
      'role-arn': 'arn:r',
      'instance-ids': `["${OTHER_ID}","${ID}"]`,
      state: 'completed',
      reason: 'Done.',
      elapsed: '1h 2m 3s',
      'elapsed-seconds': '3723',
      interrupted: 'unknown',
    })
    expect(given.targets).not.toMatch(/[\n ]{2}/)
    expect(JSON.parse(given.targets)).toEqual([
      {
        id: OTHER_ID,
        outcome: 'unknown',
        evidence: 'EC2 last showed it running, and its interruption may still come',
        state: 'running',
        t0: moment(0).toISOString(),
        leftAt: null,
        endedAt: null,
      },
      {
        id: ID,
        outcome: 'interrupted',
        evidence: 'StateReason Server.SpotInstanceTermination, cause by time',
        state: 'terminated',
        t0: moment(0).toISOString(),
        leftAt: moment(121).toISOString(),
        endedAt: moment(121).toISOString(),
      },
    ])
  })

  it('has the time from t0 until the last target left, once every target has', () => {
    const gone = (seconds: number, id: string) => targetPolled(seconds, { instance: instance({ id, state: 'shutting-down' }) }, id)
    const run = [at(-9, { kind: 'planned', plan: PLAN }), ...begun(), gone(121, ID)] as const
    expect(outputs(run)['interruption-seconds']).toBe('')
    expect(outputs([...run, gone(123, OTHER_ID)])['interruption-seconds']).toBe('123')
    expect(outputs([])['interruption-seconds']).toBe('')
  })

  it('leaves `interrupted` empty where nothing is interrupted', () => {
    expect(outputs([at(-9, { kind: 'planned', plan: { ...PLAN, mode: 'rebalance' } }), ...begun()]).interrupted).toBe('')
  })

  it('is never negative, whatever AWS’s clock says', () => {
    const snapshot = experiment({ status: 'failed', endAt: moment(-5) })
    expect(outputs([at(-9, { kind: 'planned', plan: PLAN }), ...begun(), experimentPolled(1, snapshot)])).toMatchObject({
      elapsed: '0s',
      'elapsed-seconds': '0',
    })
  })
})

describe('toEarlyOutputs', () => {
  it.each<[Event, object]>([
    [{ kind: 'planned', plan: PLAN }, { 'instance-ids': `["${OTHER_ID}","${ID}"]` }],
    [{ kind: 'role', origin: 'created', name: 'r', arn: 'arn:r' }, { 'role-arn': 'arn:r' }],
    [{ kind: 'template', id: 'EXT1' }, { 'template-id': 'EXT1' }],
    [{ kind: 'started', snapshot: experiment() }, { 'experiment-id': 'EXP1' }],
    [{ kind: 'warned', what: 'x' }, {}],
  ])('sets an id the moment it is known: %j', (event, expected) => {
    expect(toEarlyOutputs(event)).toEqual(expected)
  })
})
