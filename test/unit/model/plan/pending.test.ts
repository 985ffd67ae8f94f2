import { describe, expect, it } from 'vitest'
import { describePending, findExperimentsToRead, toPending } from '../../../../src/model/plan/pending.ts'
import { TAG } from '../../../../src/model/tags.ts'
import { experiment, ID, INVOCATION, moment, OTHER_ID } from '../../../fakes/timeline.ts'

const OTHER_RUN = '0c9d2a7e-5f0b-4a3e-8a61-1f2e3d4c5b6a'
const TAGS = {
  [TAG.managedBy]: 'spot-interrupt',
  [TAG.invocation]: OTHER_RUN,
  [TAG.createdAt]: moment(-60).toISOString(),
  [TAG.run]: 'o/r/7/1',
}
const listed = (changes: object = {}) => ({ id: 'EXP9', status: 'running', tags: TAGS, createdAt: moment(-60), ...changes })
const NOW = moment(0)

describe('findExperimentsToRead', () => {
  it.each<[string, object]>([
    ['one that runs', {}],
    ['one that runs, however old', { createdAt: moment(-86_400) }],
    ['one that completed a while ago', { status: 'completed', createdAt: moment(-30 * 60) }],
    ['one that was stopped', { status: 'stopped' }],
    ['one that failed, which may have started', { status: 'failed' }],
    ['one whose age nobody knows', { status: 'completed', createdAt: undefined }],
  ])('reads %s', (_, changes) => {
    expect(findExperimentsToRead([listed(changes)], NOW, INVOCATION)).toHaveLength(1)
  })

  it.each<[string, object]>([
    ['one that completed an hour ago', { status: 'completed', createdAt: moment(-3600) }],
    ['one of this run', { tags: { ...TAGS, [TAG.invocation]: INVOCATION } }],
    ['one of somebody else', { tags: { team: 'chaos' } }],
  ])('does not read %s', (_, changes) => {
    expect(findExperimentsToRead([listed(changes)], NOW, INVOCATION)).toEqual([])
  })
})

describe('toPending', () => {
  const acted = (startS: number | undefined, durationMs: number | undefined = 120_000) => ({
    name: 'signal-1',
    status: '',
    reason: '',
    instanceIds: [ID, OTHER_ID],
    ...(durationMs === 0 ? {} : { durationMs }),
    ...(startS === undefined ? {} : { startAt: moment(startS) }),
  })
  const pending = (status: string, action: ReturnType<typeof acted>) =>
    toPending(listed(), experiment({ id: 'EXP9', status, startAt: moment(-60), actions: [action] }), NOW)
  const ids = (...given: Parameters<typeof pending>) => pending(...given).map(({ instanceId }) => instanceId)

  it.each(['running', 'completed', 'stopped', 'failed', 'cancelled'])(
    'names the targets of one that is %s until two minutes after its interruption was due',
    (status) => {
      expect(ids(status, acted(-239))).toEqual([ID, OTHER_ID])
      expect(ids(status, acted(-240))).toEqual([])
      expect(ids(status, acted(-1019, 900_000))).toEqual([ID, OTHER_ID])
    },
  )

  it('names the targets of one whose action has not started, unless it is over', () => {
    expect(ids('initiating', acted(undefined))).toEqual([ID, OTHER_ID])
    for (const status of ['failed', 'cancelled', 'stopped', 'completed']) expect(ids(status, acted(undefined))).toEqual([])
  })

  it('judges each action by itself', () => {
    const over = { ...acted(-300), instanceIds: [ID] }
    const coming = { ...acted(-10), name: 'signal-2', instanceIds: [OTHER_ID] }
    const found = toPending(listed(), experiment({ id: 'EXP9', status: 'completed', actions: [over, coming] }), NOW)
    expect(found).toEqual([{ instanceId: OTHER_ID, experimentId: 'EXP9', run: 'o/r/7/1', until: moment(230) }])
  })

  it('says until when only where the action has started', () => {
    expect(pending('running', acted(-10))[0]?.until).toEqual(moment(230))
    expect(pending('initiating', acted(undefined))[0]?.until).toBeUndefined()
  })

  it('has no targets where nothing is interrupted', () => {
    expect(ids('running', acted(-10, 0))).toEqual([])
  })
})

describe('describePending', () => {
  const one = { instanceId: ID, experimentId: 'EXP9', run: 'o/r/7/1', until: moment(3600) }

  it('names experiment, run and time, as far as they are known', () => {
    expect(describePending(one)).toBe(`${ID} is about to be interrupted by experiment EXP9 of run o/r/7/1, at the latest at 04:00:00 UTC`)
    expect(describePending({ ...one, run: '', until: undefined })).toBe(
      `${ID} is about to be interrupted by experiment EXP9 of another run`,
    )
  })
})
