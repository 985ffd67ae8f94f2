import { describe, expect, it } from 'vitest'
import { type Inputs, parseInputs } from '../../../../src/model/inputs/main.ts'
import { findTooFew } from '../../../../src/model/inputs/probes.ts'
import { longestRunMs, toPlan, toPlanned } from '../../../../src/model/plan/plan.ts'
import { EPOCH } from '../../../fakes/clock.ts'
import { probeRules } from '../../../fakes/probe-rules.ts'
import { ACCOUNT, ID, INVOCATION } from '../../../fakes/timeline.ts'

const WEB = 'web=https://example.com/health?key=s3cret'

function parse(given: Readonly<Record<string, string>>): Inputs {
  const all: Readonly<Record<string, string>> = { 'instance-id': ID, region: 'eu-west-1', ...given }
  return parseInputs((name) => all[name] ?? '', {})
}

function complaint(given: Readonly<Record<string, string>>): string {
  try {
    parse(given)
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : ''
  }
  throw new Error('this was taken')
}

describe('the inputs of probes', () => {
  it('are absent without probes', () => {
    expect(parse({}).probes).toBeUndefined()
    expect(parse({ 'max-outage': '30s', 'min-availability': '80', 'abort-on-outage': 'false' }).probes).toBeUndefined()
    expect(toPlanned(parse({})).probeRules).toBeUndefined()
  })

  it('have the defaults of the contract', () => {
    expect(parse({ probes: WEB }).probes?.rules).toEqual({
      probes: [{ name: 'web', shown: 'https://example.com/health' }],
      intervalMs: 2000,
      timeoutMs: 5000,
      minAvailability: 80,
      maxOutageMs: 30_000,
      observeMs: 60_000,
      recoveryMs: 300_000,
      abortOnOutage: false,
    })
  })

  it('give each probe its own headers', () => {
    const { probeTargets } =
      parse({ probes: `${WEB}\napi=http://example.com`, 'probe-headers': 'web: X-A: 1\nweb: X-B: 2\napi: X-A: 3' }).probes ?? {}
    expect(probeTargets?.map(({ headers }) => headers)).toEqual([{ 'X-A': '1', 'X-B': '2' }, { 'X-A': '3' }])
  })

  it('never come to the plan with their secrets', () => {
    const inputs = parse({ probes: WEB, 'probe-headers': 'web: Authorization: t0ken' })
    const plan = toPlan(inputs, { run: 'o/r/1/1', invocation: INVOCATION, job: 'test', leg: '1' }, { account: ACCOUNT, now: EPOCH })
    expect(JSON.stringify(plan)).not.toMatch(/s3cret|t0ken/)
    expect(plan.probeRules?.probes).toEqual([{ name: 'web', shown: 'https://example.com/health' }])
  })

  it.each([
    [
      '`wait-for: experiment`',
      { probes: WEB, 'wait-for': 'experiment' },
      'probes: got "1 probe"; allowed: none with `wait-for: experiment`',
    ],
    [
      'a header for a probe that is not there',
      { probes: WEB, 'probe-headers': 'api: X-A: s3cret' },
      'probe-headers: got "a header for api"',
    ],
    ['a header for tcp', { probes: 'db=tcp://db:1', 'probe-headers': 'db: X-A: s3cret' }, 'probe-headers: got "a header for db"'],
    ['headers without probes', { 'probe-headers': 'web: X-A: s3cret' }, 'probe-headers: got "a header for web"'],
    ['an interval of half a second', { probes: WEB, 'probe-interval': '500ms' }, 'probe-interval: got "500ms"'],
    ['more than 100 per cent', { probes: WEB, 'min-availability': '100.1' }, 'min-availability: got "100.1"'],
    ['a per cent sign', { probes: WEB, 'min-availability': '99%' }, 'min-availability: got "99%"'],
    ['a bad address with a secret', { probes: `${WEB}\napi=ftp://u:s3cret@h/?k=s3cret` }, 'probes: got "line 2, which cannot be parsed"'],
    ['a bad header with a secret', { probes: WEB, 'probe-headers': 'web s3cret' }, 'probe-headers: got "line 1, which cannot be parsed"'],
    [
      'checks too far apart for max-outage',
      { probes: WEB, 'probe-interval': '1m' },
      'max-outage: got "PT30S with a probe-interval of PT1M and a probe-timeout of PT5S"; allowed: at least PT65S',
    ],
    ['a time-out too long for max-outage', { probes: WEB, 'probe-timeout': '29s' }, 'allowed: at least PT31S'],
    ['no outage at all', { probes: WEB, 'max-outage': '0s' }, 'allowed: at least PT7S'],
    [
      'a recovery wait too short for 30 checks',
      { probes: WEB, 'probe-interval': '10s', 'recovery-timeout': '299s' },
      'recovery-timeout: got "PT299S with a probe-interval of PT10S"; allowed: at least PT5M',
    ],
  ])('refuse %s, and show no secret', (_, given, said) => {
    const text = complaint(given)
    expect(text).toContain(said)
    expect(text).not.toContain('s3cret')
  })

  it('are taken with `wait-for: experiment` in rebalance mode, where nothing else is waited for', () => {
    expect(parse({ probes: WEB, 'wait-for': 'experiment', mode: 'rebalance' }).probes?.probeTargets).toHaveLength(1)
  })

  it('take the tightest limits that can be measured', () => {
    const tight = { 'probe-interval': '1s', 'probe-timeout': '1s', 'max-outage': '2s', 'recovery-timeout': '30s' }
    const { rules } = parse({ probes: WEB, ...tight, 'observe-for': 'PT0S', 'min-availability': '99.95' }).probes ?? {}
    expect(rules).toMatchObject({ maxOutageMs: 2000, recoveryMs: 30_000, observeMs: 0, minAvailability: 99.95 })
  })

  it.each([
    ['probe-interval', '5s', 'PT5S'],
    ['probe-timeout', '1s', 'PT1S'],
    ['min-availability', '99.9', '99.9'],
    ['max-outage', '1s', 'PT1S'],
    ['observe-for', '0s', 'PT0S'],
    ['recovery-timeout', '10m', 'PT10M'],
    ['abort-on-outage', 'true', 'true'],
  ])('refuse %s off its default where there is nothing to judge', (input, value, shown) => {
    for (const probes of ['', ' \n ']) {
      const text = complaint({ probes, [input]: value })
      expect(text).toContain(`${input}: got "${shown}"; allowed: only its default`)
      expect(text).toContain('nothing to judge')
    }
    // Probes that cannot be parsed are not no probes.
    expect(complaint({ probes: 'nonsense', [input]: value })).not.toContain('nothing to judge')
  })

  it('make the run longer by baseline, the wait for the last states, observation and recovery wait', () => {
    const plain = longestRunMs(parse({}))
    expect(longestRunMs(parse({ probes: WEB })) - plain).toBe(30_000 + 60_000 + 60_000 + 300_000 + 3 * 5000)
  })
})

describe('findTooFew', () => {
  const rules = (observeMs: number) => probeRules({ intervalMs: 20_000, observeMs })
  const long = { mode: 'interruption', durationMs: 900_000 } as const

  it('warns when ten checks do not fit in what is judged', () => {
    expect(findTooFew(rules(80_000), long)).toBeUndefined()
    expect(findTooFew(rules(79_000), long)).toContain('every PT20S gives fewer than 10 checks in the PT199S')
  })

  it('does not warn where the recovery wait goes on until there are enough', () => {
    expect(findTooFew(rules(0), { mode: 'interruption', durationMs: 120_000 })).toBeUndefined()
    expect(findTooFew(rules(0), { mode: 'rebalance', durationMs: 120_000 })).toBeUndefined()
  })
})
