import { describe, expect, it } from 'vitest'
import { type Inputs, parseInputs } from '../../../../src/model/inputs/main.ts'
import { longestRunMs, toPlan, toPlanned } from '../../../../src/model/plan/plan.ts'
import { EPOCH } from '../../../fakes/clock.ts'
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
  it('are absent without probes, whatever else is given', () => {
    expect(parse({ 'max-outage': '5s' }).probes).toBeUndefined()
    expect(toPlanned(parse({})).probeRules).toBeUndefined()
  })

  it('have the defaults of the contract', () => {
    expect(parse({ probes: WEB }).probes?.rules).toEqual({
      probes: [{ name: 'web', shown: 'https://example.com/health' }],
      intervalMs: 2000,
      timeoutMs: 5000,
      minAvailability: 90,
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
    ['a bad address with a secret', { probes: 'web=ftp://u:s3cret@h/?k=s3cret' }, 'probes: got "web=ftp://…@h/?…"'],
    ['a bad header with a secret', { probes: WEB, 'probe-headers': 'web s3cret' }, 'probe-headers: got "what can not be read in line 1"'],
  ])('refuse %s, and show no secret', (_, given, said) => {
    const text = complaint(given)
    expect(text).toContain(said)
    expect(text).not.toContain('s3cret')
  })

  it('are taken with `wait-for: experiment` in rebalance mode, where nothing else is waited for', () => {
    expect(parse({ probes: WEB, 'wait-for': 'experiment', mode: 'rebalance' }).probes?.probeTargets).toHaveLength(1)
  })

  it('take a limit of nothing and of everything', () => {
    const { rules } = parse({ probes: WEB, 'max-outage': '0s', 'observe-for': 'PT0S', 'min-availability': '99.95' }).probes ?? {}
    expect(rules).toMatchObject({ maxOutageMs: 0, observeMs: 0, minAvailability: 99.95 })
  })

  it('make the run longer by baseline, observation and recovery wait', () => {
    const plain = longestRunMs(parse({}))
    expect(longestRunMs(parse({ probes: WEB })) - plain).toBe(30_000 + 60_000 + 300_000 + 3 * 5000)
  })
})
