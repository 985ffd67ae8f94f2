import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Activity,
  type Fate,
  isExpired,
  isOfRun,
  judgeLeftover,
  judgeListing,
  type SweepScope,
} from '../../../../src/model/cleanup/leftover.ts'
import { TAG, type Tags } from '../../../../src/model/tags.ts'
import { INVOCATION, moment } from '../../../fakes/timeline.ts'

const NOW = moment(0)

function tags(changes: Tags = {}): Tags {
  return {
    [TAG.managedBy]: 'spot-interrupt',
    [TAG.invocation]: INVOCATION,
    [TAG.createdAt]: moment(-3600).toISOString(),
    [TAG.expiresAt]: moment(3600).toISOString(),
    [TAG.run]: 'o/r/42/1',
    ...changes,
  }
}

const OVER = { [TAG.expiresAt]: moment(-1).toISOString() }

describe('isOfRun', () => {
  it.each([
    ['o/r/42', 'o/r/42/1', true],
    ['o/r/42', 'o/r/42/17', true],
    ['o/r/42', 'o/r/421/1', false],
    ['o/r/4', 'o/r/42/1', false],
    ['o/r/42', 'o/r/42', false],
    ['o/r/42', 'o/r/42/', false],
    ['o/r/42', 'o/r/42/1/2', false],
    ['o/r/42', 'o/r/42/x1', false],
    ['o/r/42', 'x/o/r/42/1', false],
    ['o/r', 'o/r/42/1', false],
    ['o/dependabot[bot]/1', 'o/dependabot-bot-/1/1', true],
  ])('of %s is %s: %s', (run, value, expected) => {
    expect(isOfRun(tags({ [TAG.run]: value }), run)).toBe(expected)
  })

  it('is nothing without the tag', () => {
    expect(isOfRun({}, '')).toBe(false)
  })
})

describe('isExpired', () => {
  it.each([
    [-1, true],
    [0, false],
    [1, false],
  ])('%d seconds from now: %s', (seconds, expected) => {
    expect(isExpired(tags({ [TAG.expiresAt]: moment(seconds).toISOString() }), NOW)).toBe(expected)
  })

  it.each(['', 'never', '2026-13-45'])('never for %j, however old', (value) => {
    expect(isExpired(tags({ [TAG.expiresAt]: value, [TAG.createdAt]: '2001-01-01T00:00:00Z' }), NOW)).toBe(false)
    expect(isExpired({ [TAG.createdAt]: '2001-01-01T00:00:00Z' }, NOW)).toBe(false)
  })
})

const JOB = 'build/7'
const FAR = moment(3600)
const OTHER = { [TAG.run]: 'o/r/7/1' }

/** What is asked for, by name. */
const SCOPES = {
  'the run by name': { run: 'o/r/42', expired: false, now: NOW },
  'this job': { run: 'o/r/42', job: JOB, expired: false, now: NOW },
  'this job, and what has expired': { run: 'o/r/42', job: JOB, expired: true, now: NOW },
  'a job whose leg is not known, and what has expired': { run: 'o/r/42', job: '', expired: true, now: NOW },
  'what has expired': { run: null, expired: true, now: NOW },
  nothing: { run: null, expired: false, now: NOW },
} as const satisfies Record<string, SweepScope>

/** What there may be, by name: tags, and what AWS shows of the experiment. */
const THINGS = {
  mine: [tags({ [TAG.job]: JOB })],
  'mine, pending': [tags({ [TAG.job]: JOB }), { pendingUntil: FAR, startAt: NOW }],
  'a sibling’s': [tags({ [TAG.job]: 'build/8' })],
  'a sibling’s, pending': [tags({ [TAG.job]: 'build/8' }), { pendingUntil: FAR, startAt: NOW }],
  'a sibling’s, expired': [tags({ ...OVER, [TAG.job]: 'build/8' })],
  'a sibling’s, expired by its tag only': [tags({ ...OVER, [TAG.job]: 'build/8' }), { pendingUntil: FAR, startAt: moment(-4 * 3600) }],
  'of an old version, without a job': [tags()],
  'another run’s': [tags(OTHER)],
  'another run’s, expired': [tags({ ...OVER, ...OTHER })],
  'another run’s, expired and over': [tags({ ...OVER, ...OTHER }), { pendingUntil: NOW, startAt: moment(-300) }],
  'another run’s, expired by its tag only': [tags({ ...OVER, ...OTHER }), { pendingUntil: FAR, startAt: moment(-60) }],
  'another run’s, expired by its tag, start not known': [tags({ ...OVER, ...OTHER }), { pendingUntil: FAR }],
  'another run’s, pending for longer than any run lasts': [
    tags({ ...OVER, ...OTHER }),
    { pendingUntil: FAR, startAt: moment(-4 * 3600 - 1) },
  ],
  'somebody else’s': [{ ...tags(OVER), [TAG.managedBy]: 'terraform' }],
} as const satisfies Record<string, readonly [Tags, Activity?]>

type Scope = keyof typeof SCOPES
type Thing = keyof typeof THINGS

/** All fates but `not-meant`. */
const FATES: Readonly<Record<Scope, Partial<Record<Thing, Fate>>>> = {
  'the run by name': {
    mine: 'run',
    'mine, pending': 'run',
    'a sibling’s': 'run',
    'a sibling’s, pending': 'run',
    'a sibling’s, expired': 'run',
    'a sibling’s, expired by its tag only': 'run',
    'of an old version, without a job': 'run',
  },
  'this job': {
    mine: 'run',
    'mine, pending': 'run',
    'a sibling’s': 'spared',
    'a sibling’s, pending': 'spared',
    'a sibling’s, expired': 'spared',
    'a sibling’s, expired by its tag only': 'spared',
    'of an old version, without a job': 'spared',
  },
  'this job, and what has expired': {
    mine: 'run',
    'mine, pending': 'run',
    'a sibling’s': 'spared',
    'a sibling’s, pending': 'spared',
    'a sibling’s, expired': 'expired',
    'a sibling’s, expired by its tag only': 'spared',
    'of an old version, without a job': 'spared',
    'another run’s, expired': 'expired',
    'another run’s, expired and over': 'expired',
    'another run’s, expired by its tag only': 'spared',
    'another run’s, expired by its tag, start not known': 'spared',
    'another run’s, pending for longer than any run lasts': 'expired',
  },
  'a job whose leg is not known, and what has expired': {
    mine: 'spared',
    'mine, pending': 'spared',
    'a sibling’s': 'spared',
    'a sibling’s, pending': 'spared',
    'a sibling’s, expired': 'expired',
    'a sibling’s, expired by its tag only': 'spared',
    'of an old version, without a job': 'spared',
    'another run’s, expired': 'expired',
    'another run’s, expired and over': 'expired',
    'another run’s, expired by its tag only': 'spared',
    'another run’s, expired by its tag, start not known': 'spared',
    'another run’s, pending for longer than any run lasts': 'expired',
  },
  'what has expired': {
    'a sibling’s, expired': 'expired',
    'a sibling’s, expired by its tag only': 'spared',
    'another run’s, expired': 'expired',
    'another run’s, expired and over': 'expired',
    'another run’s, expired by its tag only': 'spared',
    'another run’s, expired by its tag, start not known': 'spared',
    'another run’s, pending for longer than any run lasts': 'expired',
  },
  nothing: {},
}

describe('judgeLeftover', () => {
  const cells = (Object.keys(SCOPES) as Scope[]).flatMap((scope) =>
    (Object.keys(THINGS) as Thing[]).map((thing) => [scope, thing, FATES[scope][thing] ?? 'not-meant'] as const),
  )

  it.each(cells)('where %s is meant, %s is %s', (scope, thing, fate) => {
    const [of, activity] = THINGS[thing] as readonly [Tags, Activity?]
    expect(judgeLeftover(of, SCOPES[scope], activity)).toBe(fate)
  })

  it.each([TAG.managedBy, TAG.invocation, TAG.createdAt])('means nothing that is not ours, for want of %s', (key) => {
    for (const scope of Object.values(SCOPES)) expect(judgeLeftover(tags({ ...OVER, [key]: 'x' }), scope)).toBe('not-meant')
  })

  it('never means what others made, whatever their tags', () => {
    const foreign = fc
      .dictionary(fc.constantFrom(...Object.values(TAG), 'team'), fc.string())
      .filter((one) => one[TAG.managedBy] !== 'spot-interrupt')
    fc.assert(
      fc.property(
        foreign,
        fc.string(),
        fc.boolean(),
        (one, run, expired) => judgeLeftover(one, { run, expired, now: NOW }) === 'not-meant',
      ),
    )
  })

  it('spares what is pending and not of the own job, whatever the clock of its runner', () => {
    const hours = fc.integer({ min: -48, max: 48 })
    fc.assert(
      fc.property(hours, hours, fc.constantFrom(JOB, ''), fc.boolean(), (created, expires, job, expired) => {
        const clocks = { [TAG.createdAt]: moment(created * 3600).toISOString(), [TAG.expiresAt]: moment(expires * 3600).toISOString() }
        const fate = judgeLeftover(
          tags({ ...clocks, [TAG.job]: 'build/8' }),
          { run: 'o/r/42', job, expired, now: NOW },
          { pendingUntil: moment(1), startAt: moment(-3600) },
        )
        expect(fate).toBe('spared')
      }),
    )
  })
})

it('takes no tag for that of a job whose leg is not known', () => {
  const scope = { run: 'o/r/42', job: '', expired: false, now: NOW }
  expect(judgeLeftover(tags({ [TAG.job]: '' }), scope)).toBe('spared')
})

describe('judgeListing', () => {
  const scope = { run: 'o/r/42', expired: true, now: NOW }

  it('names what is meant, of which run, and why', () => {
    const listed = [
      { id: 'EXT1', tags: tags() },
      { id: 'EXT2', tags: {} },
      { id: 'EXT3', tags: tags({ ...OVER, [TAG.run]: '' }) },
    ]
    expect(judgeListing('template', listed, { scope }).meant).toEqual([
      { resource: 'template', id: 'EXT1', run: 'o/r/42/1', because: 'run' },
      { resource: 'template', id: 'EXT3', run: '', because: 'expired' },
    ])
  })

  it('can do without the name of the run', () => {
    const { [TAG.run]: run, ...rest } = tags(OVER)
    expect(judgeListing('experiment', [{ id: 'EXP1', tags: rest }], { scope: { ...scope, run: null } }).meant).toMatchObject([{ run: '' }])
  })

  it('tells what is spared, and whose', () => {
    const listed = [
      { id: 'EXP1', tags: tags({ ...OVER, ...OTHER }), activity: { pendingUntil: FAR, startAt: NOW } },
      { id: 'EXP2', tags: tags(OTHER) },
    ]
    const judged = judgeListing('experiment', listed, { scope })
    expect(judged).toEqual({
      meant: [],
      spared: [{ resource: 'experiment', id: 'EXP1', run: 'o/r/7/1' }],
      busy: new Set([`o/r/7/1 ${INVOCATION}`]),
    })
  })

  it('spares the expired template of an invocation that is busy, but takes what was named', () => {
    const listed = [
      { id: 'EXT1', tags: tags({ ...OVER, ...OTHER }) },
      { id: 'EXT2', tags: tags({ ...OVER, ...OTHER, [TAG.invocation]: INVOCATION.replace('6', '7') }) },
      { id: 'EXT3', tags: tags() },
    ]
    const { meant, spared } = judgeListing('template', listed, { scope, busy: new Set([`o/r/7/1 ${INVOCATION}`]) })
    expect(meant.map(({ id }) => id)).toEqual(['EXT2', 'EXT3'])
    expect(spared).toEqual([{ resource: 'template', id: 'EXT1', run: 'o/r/7/1' }])
  })
})
