import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ActionError } from '../../../../src/model/errors.ts'
import { FIELDS, parseInputs } from '../../../../src/model/inputs/main.ts'
import { ID, ids, OTHER_ID } from '../../../fakes/timeline.ts'

const GOOD = { 'instance-id': ID, region: 'eu-west-1' }

function parse(given: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  return parseInputs((name) => given[name] ?? '', env)
}

/** The error's message; fails when there is none, or one that is not `usage`. */
function complaint(given: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): string {
  try {
    parse(given, env)
  } catch (thrown) {
    if (thrown instanceof ActionError && thrown.fault === 'usage') return thrown.message
    throw thrown
  }
  throw new Error('this was taken')
}

describe('parseInputs', () => {
  it('takes targets by tag or by group, and what protects others', () => {
    const aimed = parse({
      region: 'eu-west-1',
      'target-tags': 'aws:autoscaling:groupName = w*b\n a = b=c',
      'availability-zone': 'eu-west-1a',
      selection: 'PERCENT(20)',
      'keep-running': '2',
      'exclude-tags': 'keep\nstage=prod',
      'require-tag': 'chaos=',
      'allowed-accounts': '123456789012, 210987654321',
    })
    const aim = { by: 'tags', tags: { 'aws:autoscaling:groupName': 'w*b', a: 'b=c' } }
    expect(aimed).toMatchObject({
      instanceIds: [],
      aim: { aim, zone: 'eu-west-1a', selection: { kind: 'PERCENT', n: 20 }, keepRunning: 2 },
      guards: {
        excludeTags: [
          { key: 'keep', value: null },
          { key: 'stage', value: 'prod' },
        ],
        requireTag: { key: 'chaos', value: '' },
        allowedAccounts: ['123456789012', '210987654321'],
      },
    })
    expect(parse({ region: 'eu-west-1', 'auto-scaling-group': 'workers' }).aim?.aim).toEqual({ by: 'group', group: 'workers' })
  })

  it('has a default for everything but the targets and the region', () => {
    expect(parse(GOOD)).toEqual({
      instanceIds: [ID],
      region: 'eu-west-1',
      mode: 'interruption',
      durationMs: 120_000,
      roleArn: null,
      roleName: 'FIS-SpotMinimalRole',
      createRole: true,
      deleteRole: false,
      waitFor: 'interruption',
      reactTo: 'notice',
      requireVerdict: false,
      pollIntervalMs: 10_000,
      timeoutMs: 420_000,
      maxTargets: 5,
      timezone: 'Asia/Kolkata',
      tags: {},
      sweep: true,
      rehearsal: false,
    })
  })

  it('takes what is given for each of them', () => {
    const given = {
      'instance-id': `${ID} ${OTHER_ID}`,
      region: 'cn-north-1',
      mode: 'interruption',
      duration: '15m',
      'react-to': 'rebalance',
      'role-arn': 'arn:aws-cn:iam::123456789012:role/path/fis',
      'role-name': 'My_Role+=,.@-1',
      'create-role': 'false',
      'wait-for': 'experiment',
      'poll-interval': '2s',
      timeout: '1h',
      'max-targets': '2',
      timezone: 'UTC',
      tags: 'a=b',
      rehearsal: 'true',
    }
    expect(parse(given)).toEqual({
      instanceIds: [ID, OTHER_ID],
      region: 'cn-north-1',
      mode: 'interruption',
      durationMs: 900_000,
      reactTo: 'rebalance',
      requireVerdict: false,
      roleArn: 'arn:aws-cn:iam::123456789012:role/path/fis',
      roleName: 'My_Role+=,.@-1',
      createRole: false,
      deleteRole: false,
      waitFor: 'experiment',
      pollIntervalMs: 2000,
      timeoutMs: 3_600_000,
      maxTargets: 2,
      timezone: 'UTC',
      tags: { a: 'b' },
      sweep: true,
      rehearsal: true,
    })
  })

  it('waits five minutes longer than the duration', () => {
    expect(parse({ ...GOOD, duration: 'PT15M' }).timeoutMs).toBe(20 * 60_000)
  })

  it.each([
    ['the input', { region: 'eu-west-1' }, { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-2' }, 'eu-west-1'],
    ['AWS_REGION', {}, { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-2' }, 'us-east-1'],
    ['AWS_DEFAULT_REGION', { region: ' ' }, { AWS_REGION: '', AWS_DEFAULT_REGION: 'us-east-2' }, 'us-east-2'],
  ])('takes the region from %s first', (_, given, env, region) => {
    expect(parse({ 'instance-id': ID, ...given }, env).region).toBe(region)
  })

  it.each([
    ['no region', { region: '' }, 'region: nothing was given'],
    ['a bad region', { region: 'Frankfurt' }, 'region: got "Frankfurt"'],
    ['no target', { 'instance-id': '' }, 'instance-id: nothing was given'],
    ['only separators for targets', { 'instance-id': ', ,' }, 'instance-id: nothing was given'],
    ['a bad id', { 'instance-id': 'i-xyz' }, 'instance-id: got "i-xyz"'],
    ['more targets than max-targets', { 'instance-id': ids(6).join() }, 'instance-id: got "6 instances"; allowed: at most 5'],
    ['a mode', { mode: 'stop' }, 'mode: got "stop"; allowed: `interruption` or `rebalance`'],
    ['a short duration', { duration: '119s' }, 'duration: got "119s"; allowed: PT2M to PT15M'],
    ['a long duration', { duration: 'PT15M1S' }, 'duration: got "PT15M1S"'],
    ['a bare number', { duration: '120' }, 'duration: got "120"'],
    ['a role ARN of something else', { 'role-arn': 'arn:aws:iam::123456789012:user/me' }, 'role-arn: got'],
    ['a role name', { 'role-name': 'a role' }, 'role-name: got "a role"'],
    ['a boolean', { 'create-role': 'no' }, 'create-role: got "no"; allowed: `true` or `false`'],
    ['delete-role', { 'delete-role': 'on' }, 'delete-role: got "on"'],
    ['wait-for', { 'wait-for': 'ever' }, 'wait-for: got "ever"'],
    ['a poll-interval below 2s', { 'poll-interval': '1s' }, 'poll-interval: got "1s"'],
    ['a poll-interval above 60s', { 'poll-interval': '61s' }, 'poll-interval: got "61s"'],
    ['a timeout below the duration', { timeout: '119s' }, 'timeout: got "119s"; allowed: at least the duration, PT2M'],
    ['a timeout above an hour', { timeout: '61m' }, 'timeout: got "61m"; allowed: PT1S to PT60M'],
    ['react-to', { 'react-to': 'interruption' }, 'react-to: got "interruption"; allowed: `notice` or `rebalance`'],
    [
      'require-verdict without anything to judge',
      { 'require-verdict': 'true' },
      'require-verdict: got "true"; allowed: `false` where nothing',
    ],
    ['a duration where nothing is interrupted', { mode: 'rebalance', duration: '3m' }, 'duration: got "3m"; allowed: `PT2M`, the default'],
    ['two ways to name targets', { 'target-tags': 'a=b' }, 'target-tags: got "a=b"; allowed: exactly one of'],
    [
      'tags and a group',
      { 'instance-id': '', 'target-tags': 'a=b', 'auto-scaling-group': 'g' },
      'auto-scaling-group: got "g"; allowed: exactly one of',
    ],
    ['a target tag without a value', { 'instance-id': '', 'target-tags': 'app' }, 'target-tags: got "app"'],
    ['a target tag twice', { 'instance-id': '', 'target-tags': 'a=b\na=c' }, 'target-tags: got'],
    ['a selection of named targets', { selection: 'ALL' }, 'selection: got "ALL"; allowed: nothing together with `instance-id`'],
    ['a zone of named targets', { 'availability-zone': 'eu-west-1a' }, 'availability-zone: got "eu-west-1a"; allowed: nothing together'],
    ['named targets that keep running', { 'keep-running': '1' }, 'keep-running: got "1"; allowed: nothing together with `instance-id`'],
    [
      'a zone of another region',
      { 'instance-id': '', 'target-tags': 'a=b', 'availability-zone': 'us-east-1a' },
      'a zone of the region eu-west-1',
    ],
    ...['eu-west-1', 'eu-west-1-', 'eu-west-11a', 'eu-west-1ab'].map((zone): [string, Record<string, string>, string] => [
      `a zone that is none of the region: ${zone}`,
      { 'instance-id': '', 'target-tags': 'a=b', 'availability-zone': zone },
      `availability-zone: got "${zone}"`,
    ]),
    ['a share above all', { 'instance-id': '', 'target-tags': 'a=b', selection: 'PERCENT(101)' }, 'with n from 1 to 100'],
    ['a key that is too long', { 'instance-id': '', 'target-tags': `${'k'.repeat(129)}=v` }, 'keys of 1 to 128 and values of up to 256'],
    ['a selection above max-targets', { 'instance-id': '', 'target-tags': 'a=b', selection: 'COUNT(6)' }, 'selection: got "COUNT(6)"'],
    ['no selection', { 'instance-id': '', 'target-tags': 'a=b', selection: 'COUNT(0)' }, 'selection: got "COUNT(0)"'],
    ['two required tags', { 'require-tag': 'a\nb' }, 'require-tag: got'],
    ['an account that is none', { 'allowed-accounts': '123' }, 'allowed-accounts: got "123"'],
    ['ids that are not all texts', { 'instance-id': `["${ID}", 1]` }, 'instance-id: got'],
    ['ids in broken JSON', { 'instance-id': `["${ID}"` }, 'instance-id: got'],
    ['no ids in JSON', { 'instance-id': '[]' }, 'instance-id: nothing was given'],
    ['max-targets', { 'max-targets': '51' }, 'max-targets: got "51"'],
    ['a time zone', { timezone: 'IST+5' }, 'timezone: got "IST+5"'],
    ['a tag', { tags: 'ManagedBy=me' }, 'tags: got "ManagedBy=me"'],
    [
      'delete-role together with role-arn',
      { 'delete-role': 'true', 'role-arn': 'arn:aws:iam::123456789012:role/fis' },
      'delete-role: got "true"; allowed: `false` together with `role-arn`',
    ],
  ])('refuses %s, telling input, value and rule', (_, given, sentence) => {
    expect(complaint({ ...GOOD, ...given })).toContain(sentence)
  })

  it('takes ids as a JSON array, each once', () => {
    expect(parse({ ...GOOD, 'instance-id': `[ "${ID}", "${OTHER_ID}",\n"${ID}" ]` }).instanceIds).toEqual([ID, OTHER_ID])
  })

  it('takes require-verdict where there is something to judge, and the default duration in any notation with mode: rebalance', () => {
    expect(parse({ ...GOOD, 'require-verdict': 'True', probes: 'web=https://example.com/' }).requireVerdict).toBe(true)
    expect(parse({ ...GOOD, mode: 'rebalance', duration: '120s' }).durationMs).toBe(120_000)
  })

  it('takes a timeout equal to the duration, and any in a mode without a duration', () => {
    expect(parse({ ...GOOD, timeout: '2m' }).timeoutMs).toBe(120_000)
    expect(parse({ ...GOOD, timeout: '30s', mode: 'rebalance' }).timeoutMs).toBe(30_000)
  })

  it('tells everything that is wrong at once', () => {
    const text = complaint({ mode: 'x', duration: '1m', timezone: '?', 'poll-interval': '0s', timeout: 'soon' })
    for (const name of ['instance-id', 'region', 'mode', 'duration', 'timezone', 'poll-interval', 'timeout'])
      expect(text).toContain(`${name}: `)
  })

  it('shortens what is given too long to be shown', () => {
    expect(complaint({ ...GOOD, mode: 'x'.repeat(5000) }).length).toBeLessThan(400)
  })

  it('throws nothing but a usage error whatever strings are given', () => {
    const names = Object.keys(FIELDS)
    const near = fc.constantFrom('', ID, 'eu-west-1', 'true', 'PT2M', '0s', '99999999h', 'a=b', '__proto__=1', 'UTC', '7')
    const text = fc.oneof(near, fc.string(), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), text), fc.option(text, { nil: undefined }), (given, region) => {
        try {
          parseInputs((name) => given[name] ?? '', { AWS_REGION: region })
        } catch (thrown) {
          expect(thrown).toMatchObject({ name: 'ActionError', fault: 'usage' })
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('rehearsal', () => {
  it.each([
    ['', undefined, false],
    ['', '', false],
    ['', 'true', true],
    ['', 'false', false],
    ['true', undefined, true],
    ['true', 'false', true],
    // An explicit `false` wins.
    ['false', 'true', false],
  ])('given %j beside SPOT_INTERRUPT_REHEARSAL=%j is %s', (rehearsal, variable, expected) => {
    const env = variable === undefined ? {} : { SPOT_INTERRUPT_REHEARSAL: variable }
    expect(parse({ ...GOOD, rehearsal }, env).rehearsal).toBe(expected)
  })

  it.each([
    [{ rehearsal: 'yes' }, {}],
    [{}, { SPOT_INTERRUPT_REHEARSAL: 'yes' }],
  ])('refuses %j beside %j', (given, env) => {
    expect(complaint({ ...GOOD, ...given }, env)).toContain('rehearsal: got "yes"; allowed: `true` or `false`, or nothing')
  })
})
