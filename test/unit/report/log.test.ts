import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Event, Stamped } from '../../../src/model/timeline/event.ts'
import { toLines, toTexts } from '../../../src/report/log.ts'
import { action, experiment, ID, instance, moment, OTHER_ID, planned, spot } from '../../fakes/timeline.ts'

const ZONE = 'Asia/Kolkata'
const STAMP = '[2025-08-23 02:04:26 IST]'

function stamped(event: Event): Stamped {
  return { ...event, seenAt: new Date('2025-08-22T20:34:26Z'), awsAt: new Date('2025-08-22T20:34:26Z'), atMs: 0 }
}

/** The lines without their timestamps; the indent of polls is kept. */
function lines(event: Event): readonly string[] {
  return toLines(stamped(event), ZONE).map((line) => line.replace(`${STAMP} `, ''))
}

function poll(status: string, more = false, reason = 'Experiment is running.') {
  return { kind: 'experiment', poll: 3, snapshot: experiment({ status, reason }), sinceMs: 20_000, more } as const
}

describe('toLines', () => {
  it('stamps every line in the wanted zone', () => {
    expect(toLines(stamped({ kind: 'template', id: 'EXT1' }), ZONE)).toEqual([`${STAMP} ✓ Template: EXT1`])
    expect(toLines(stamped({ kind: 'template', id: 'EXT1' }), 'UTC')).toEqual(['[2025-08-22 20:34:26 UTC] ✓ Template: EXT1'])
  })

  it('has one time zone in one line, and UTC where the line has no time of its own', () => {
    const why = 'HTTP 503'
    const sentAt = new Date('2025-08-22T20:34:24Z')
    const event = stamped({ kind: 'probe', name: 'web', nth: 1, healthy: false, sentAt, sentMs: 1, why })
    expect(toLines(event, ZONE)).toEqual([`  ${STAMP} ⚠ Probe web failed (sent at 02:04:24 IST): HTTP 503`])
    expect(toTexts(event)).toEqual(['⚠ Probe web failed (sent at 20:34:24 UTC): HTTP 503'])
  })

  it('indents polls before the stamp', () => {
    expect(toLines(stamped(poll('running')), ZONE)).toEqual([`  ${STAMP} Poll #3 (20s elapsed) - running (Experiment is running.)`])
  })

  it.each<[Event, readonly string[]]>([
    [{ kind: 'phase-begun', phase: 'setup' }, ['=== SETUP PHASE ===']],
    [{ kind: 'phase-begun', phase: 'experiment' }, ['=== EXPERIMENT PHASE ===']],
    [{ kind: 'phase-begun', phase: 'cleanup' }, ['=== CLEANUP PHASE ===']],
    [{ kind: 'phase-ended', phase: 'setup', ok: true, tookMs: 6700 }, ['✓ Setup phase completed in 6s']],
    [{ kind: 'phase-ended', phase: 'cleanup', ok: false, tookMs: 6700 }, ['✗ Cleanup phase failed after 6s']],
    [{ kind: 'caller', account: '1', arn: 'arn:x', source: 'profile ci' }, ['✓ Credentials of account 1 (arn:x), from profile ci']],
    [{ kind: 'warned', what: 'Mind this.' }, ['⚠ Mind this.']],
    [{ kind: 'role', origin: 'given', name: 'r', arn: 'arn:r' }, ['✓ Using the given role: arn:r']],
    [{ kind: 'role', origin: 'reused', name: 'r', arn: 'arn:r' }, ['✓ Using existing role: arn:r']],
    [{ kind: 'role', origin: 'created', name: 'r', arn: 'arn:r' }, ['✓ Created role: arn:r']],
    [{ kind: 'role', origin: 'mended', name: 'r', arn: 'arn:r' }, ['✓ Added the missing policy to role: arn:r']],
    [{ kind: 'starting', templateId: 'EXT1', attempt: 1 }, ['Starting experiment from template EXT1 ...']],
    [{ kind: 'starting', templateId: 'EXT1', attempt: 2 }, ['Starting experiment from template EXT1, attempt 2 ...']],
    [{ kind: 'started', snapshot: experiment({ status: 'initiating' }) }, ['✓ Experiment EXP1 started (state: initiating)']],
    [poll('running', false, ''), ['  Poll #3 (20s elapsed) - running']],
    [poll('completed', true, ''), ['  Poll #3 (20s elapsed) - completed', '✓ FIS: completed after 20s; waiting for EC2']],
    [poll('completed', false, ''), ['  Poll #3 (20s elapsed) - completed', '✓ FIS: completed after 20s']],
    [poll('failed', false, 'No.'), ['  Poll #3 (20s elapsed) - failed (No.)', '✗ FIS: failed after 20s']],
    [{ kind: 'target', snapshot: { id: ID } }, [`  EC2: ${ID} not returned by DescribeInstances`]],
    [{ kind: 'target', snapshot: { id: ID, instance: instance() } }, [`  EC2: ${ID} running`]],
    [
      { kind: 'target', snapshot: { id: ID, instance: instance({ state: 'terminated', reasonCode: 'Server.X' }), spot: spot() } },
      [`  EC2: ${ID} terminated (Server.X; Spot request fulfilled)`],
    ],
    [
      { kind: 'waiting', ended: 1, of: 2, sinceMs: 60_000, dueInMs: 65_000 },
      ['  Waiting for EC2 (1m 0s elapsed): 1 of 2 ended, interruption due in 1m 5s'],
    ],
    [
      { kind: 'waiting', ended: 0, of: 1, sinceMs: 150_000, dueInMs: -30_000 },
      ['  Waiting for EC2 (2m 30s elapsed): 0 of 1 ended, interruption was due 30s ago'],
    ],
    [{ kind: 'unread', source: 'fis', why: 'no answer', inARow: 2 }, ['⚠ FIS could not be read (2 in a row): no answer']],
    [{ kind: 'unread', source: 'ec2', why: '', inARow: 0 }, ['✓ EC2 can be read again']],
    [{ kind: 'planned', plan: planned() }, []],
    [{ kind: 'ended', ending: 'landed' }, []],
    [{ kind: 'removed', resource: 'template', id: 'EXT1', how: 'deleted' }, ['✓ Template deleted: EXT1']],
    [{ kind: 'removed', resource: 'experiment', id: 'EXP1', how: 'stopped' }, ['✓ Experiment stopped: EXP1']],
    [{ kind: 'removed', resource: 'role', id: 'r', how: 'gone' }, ['✓ Role r was already deleted, or belongs to another run']],
    [{ kind: 'removed', resource: 'experiment', id: 'EXP1', how: 'ended' }, ['✓ Experiment ended by itself: EXP1']],
    [
      { kind: 'found', resource: 'template', id: 'EXT1', run: 'o/r/1/1', because: 'expired' },
      ['Expired leftover of o/r/1/1 would be removed: template EXT1'],
    ],
    [{ kind: 'found', resource: 'role', id: 'r', run: '', because: 'run' }, ['Leftover of a run would be removed: role r']],
    [
      { kind: 'spared', resource: 'experiment', id: 'EXP1', run: 'o/r/1/1' },
      ['Experiment EXP1 of o/r/1/1 is left alone: another job may be using it'],
    ],
    [{ kind: 'passed', text: 'i-1 interrupted' }, ['✓ SUCCESS: i-1 interrupted']],
    [{ kind: 'failed', text: 'Timed out.' }, ['✗ Timed out.']],
  ])('words %j', (event, expected) => {
    expect(lines(event)).toEqual(expected)
  })

  it('announces mode, duration and targets', () => {
    expect(lines({ kind: 'announced', plan: planned({ durationMs: 150_000, instanceIds: [ID, OTHER_ID] }) })).toEqual([
      'Mode: SPOT INTERRUPTION (duration: PT150S)',
      `Target instances: ${ID}, ${OTHER_ID}`,
    ])
    expect(lines({ kind: 'announced', plan: planned({ mode: 'rebalance' }) })).toEqual([
      'Mode: REBALANCE RECOMMENDATION',
      `Target instance: ${ID}`,
    ])
  })

  it.each([
    [1, /: 1 running Spot instance$/],
    [2, /: 2 running Spot instances$/],
  ])('counts %d checked targets', (targets, words) => {
    expect(lines({ kind: 'checked', targets })[0]).toMatch(words)
  })

  it('tells why and when a start is repeated', () => {
    expect(lines({ kind: 'repeated', reason: 'Unable to assume role.', pauseMs: 5000 })[0]).toMatch(/Unable to assume role\. .* in 5s/)
    expect(lines({ kind: 'repeated', reason: '', pauseMs: 5000 })[0]).toContain('FIS gave no reason')
  })

  it('tells fifty changes of a probe, then once that it stops telling', () => {
    const change = (nth: number): Event => ({ kind: 'probe', name: 'web', nth, healthy: true, sentAt: moment(0), sentMs: 0, why: '' })
    expect(lines(change(50))).toEqual([expect.stringContaining('✓ Probe web is healthy again')])
    expect(lines(change(51))).toEqual(['  ⚠ Probe web keeps changing: the report has its further changes, this log does not'])
    expect([...lines(change(52)), ...lines(change(900))]).toEqual([])
  })

  it('says what is kept and how to have it removed, and that a stop may come too late', () => {
    expect(lines({ kind: 'kept', resource: 'role', id: 'r' })[0]).toMatch(/Role r retained .*delete-role: true/)
    expect(lines({ kind: 'recalled', id: 'EXP1' })[0]).toMatch(/StopExperiment sent for EXP1; the interruption may still come/)
  })

  it('prints the commands for what is left, a line each', () => {
    const shown = lines({ kind: 'left', resource: 'template', id: 'EXT1', why: 'denied', commands: ['aws one', 'aws two'] })
    expect(shown[0]).toBe('✗ Template EXT1 could not be removed: denied')
    expect(shown.slice(1)).toEqual(['By hand: aws one', 'By hand: aws two'])
  })

  it('is never a command of the runner, and never more than a line, whatever inputs and AWS say', () => {
    const nasty = fc.constantFrom('::error::x', '\n::set-output name=a::b', '##[error]x', '\r##[command]', '\u2028::warning::', ' ::x')
    const text = fc.oneof(nasty, fc.string(), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(text, fc.constantFrom('running', 'completed'), (said, status) => {
        for (const event of everyEvent(said, status)) for (const line of toLines(stamped(event), ZONE)) expectHarmless(line)
      }),
      { numRuns: 100 },
    )
  })
})

function expectHarmless(line: string): void {
  expect(line).toMatch(/^( {2})?\[2025-08-23 02:04:26 IST\]/)
  expect(line.trimStart()).not.toMatch(/^::/)
  expect(line).not.toContain('##[')
  expect(line).not.toMatch(/[\n\r\u2028\u2029\u0085]/)
}

/** Every event that holds text from outside, with that text in all such places. */
function everyEvent(said: string, status: string): readonly Event[] {
  const error = { code: said, location: said }
  const snapshot = experiment({ id: said, status: said || status, reason: said, error, actions: [action({ reason: said })] })
  return [
    { kind: 'caller', account: said, arn: said, source: said },
    { kind: 'warned', what: said },
    { kind: 'role', origin: 'given', name: said, arn: said },
    { kind: 'template', id: said },
    { kind: 'starting', templateId: said, attempt: 2 },
    { kind: 'started', snapshot },
    { kind: 'repeated', reason: said, pauseMs: 1 },
    { kind: 'experiment', poll: 1, snapshot, sinceMs: 1, more: true },
    { kind: 'experiment', poll: 1, snapshot: { ...snapshot, status }, sinceMs: 1, more: true },
    { kind: 'announced', plan: planned({ region: said, instanceIds: [said] }) },
    { kind: 'target', snapshot: { id: said } },
    {
      kind: 'target',
      snapshot: {
        id: said,
        instance: instance({ state: said, reasonCode: said, transition: said }),
        spot: spot({ code: said, updatedAt: moment(0) }),
      },
    },
    { kind: 'unread', source: 'fis', why: said, inARow: 1 },
    { kind: 'recalled', id: said },
    { kind: 'removed', resource: 'role', id: said, how: 'deleted' },
    { kind: 'removed', resource: 'role', id: said, how: 'gone' },
    { kind: 'kept', resource: 'role', id: said },
    { kind: 'left', resource: 'role', id: said, why: said, commands: [said] },
    { kind: 'passed', text: said },
    { kind: 'failed', text: said },
  ]
}
