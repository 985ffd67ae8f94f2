import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Inputs, parseInputs } from '../../../../src/model/inputs/main.ts'
import { toPlanned } from '../../../../src/model/plan/plan.ts'
import { ID } from '../../../fakes/timeline.ts'

const ARN = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/my-web/0123456789abcdef'

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

const lines = (count: number) => Array.from({ length: count }, (_, index) => `c${index}=asg:g${index}`).join('\n')

describe('the input capacity', () => {
  it('is absent without a line', () => {
    expect(parse({}).capacity).toBeUndefined()
    expect(parse({ capacity: '\n \n' }).capacity).toBeUndefined()
    expect(toPlanned(parse({}))).not.toHaveProperty('capacityRules')
  })

  it.each([
    ['web=asg:my group/1', 'asg:my group/1', { by: 'asg', group: 'my group/1' }],
    ['web = asg:auto', 'asg:auto', { by: 'own-asg' }],
    ['web=asg: workers', 'asg:workers', { by: 'asg', group: 'workers' }],
    [`web=target-group:${ARN}`, 'target-group:my-web', { by: 'target-group', arn: ARN }],
    ['web=ecs:shop/web_1', 'ecs:shop/web_1', { by: 'ecs', cluster: 'shop', service: 'web_1' }],
    ['web=tags:app=web=1', 'tags:app=web=1', { by: 'tags', key: 'app', value: 'web=1' }],
    ['web=tags:karpenter.sh/nodepool=', 'tags:karpenter.sh/nodepool=', { by: 'tags', key: 'karpenter.sh/nodepool', value: '' }],
  ])('takes %j', (line, shown, source) => {
    expect(parse({ capacity: line }).capacity?.capacities).toEqual([{ name: 'web', shown, source }])
  })

  it('takes ten lines, and the times that it shares with probes', () => {
    const inputs = parse({ capacity: `\n${lines(10)}\n`, 'observe-for': '2m', 'recovery-timeout': '10m', 'react-within': '30s' })
    expect(inputs.capacity).toMatchObject({ observeMs: 120_000, recoveryMs: 600_000 })
    expect(toPlanned(inputs)).toMatchObject({ capacityRules: inputs.capacity, reactWithinMs: 30_000 })
  })

  it.each([
    ['web', 'line 1, web'],
    ['web=', 'line 1, web='],
    ['web=asg:', 'line 1, web=asg:'],
    ['web=asg:a:b', 'line 1, web=asg:a:b'],
    ['web=nlb:a', 'line 1, web=nlb:a'],
    ['ok=asg:a\n\nb ad=asg:b', 'line 3, b ad=asg:b'],
    ['a=x\nb=y\nc=z', 'line 1, a=x, and 2 more'],
    [`${'n'.repeat(41)}=asg:a`, 'line 1, nnnn'],
    ['web=ecs:shop', 'line 1, web=ecs:shop'],
    ['web=ecs:a/b/c', 'line 1, web=ecs:a/b/c'],
    ['web=tags:app', 'line 1, web=tags:app'],
    ['web=tags:=x', 'line 1, web=tags:=x'],
    [`web=target-group:${ARN.slice(0, -1)}`, 'line 1, web=target-group:arn'],
    ['web=target-group:my-web', 'line 1, web=target-group:my-web'],
    ['web=asg:a\nweb=asg:b', 'a name twice'],
    [lines(11), '11 capacities'],
  ])('refuses %j', (capacity, shown) => {
    expect(complaint({ capacity })).toContain(`capacity: got "${shown}`)
    expect(complaint({ capacity })).toContain('allowed: at most 10, one a line: `name=asg:GROUP`')
  })

  it('refuses a target group of another region', () => {
    expect(complaint({ capacity: `web=target-group:${ARN.replace('eu-west-1', 'us-east-1')}` })).toContain(
      'target groups of the region eu-west-1',
    )
  })

  it('refuses to judge what comes after the wait', () => {
    const given = { capacity: 'a=asg:auto', 'wait-for': 'experiment' }
    expect(complaint(given)).toContain('capacity: got "1 capacity"; allowed: none with `wait-for: experiment`')
    expect(parse({ ...given, mode: 'rebalance' }).capacity?.capacities).toHaveLength(1)
  })

  it('is something to judge', () => {
    expect(parse({ capacity: 'a=asg:auto', 'require-verdict': 'true', 'observe-for': '30s' }).requireVerdict).toBe(true)
    expect(complaint({ 'require-verdict': 'true' })).toContain('give `probes` or `capacity`, or leave it out')
    expect(complaint({ 'react-within': '30s' })).toContain(
      'react-within: got "PT30S"; allowed: nothing while `probes` and `capacity` are empty',
    )
    expect(complaint({ 'observe-for': '30s' })).toContain('while `probes` and `capacity` are empty')
    expect(parse({ probes: 'web=https://a.test', 'react-within': '30s' }).reactWithinMs).toBe(30_000)
  })

  it('is reported together with everything else that is wrong', () => {
    const said = complaint({ capacity: 'web', 'react-within': '1h', 'max-targets': 'x' })
    for (const name of ['capacity', 'react-within', 'max-targets']) expect(said).toContain(`${name}: got`)
  })

  it('takes a line exactly where it shows every part of it, and never throws', () => {
    const line = fc.tuple(fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/), fc.stringMatching(/^[A-Za-z0-9_.-]{1,60}$/))
    fc.assert(
      fc.property(line, ([name, group]) => {
        const [one] = parse({ capacity: `${name}=asg:${group}` }).capacity?.capacities ?? []
        expect(`${one?.name}=${one?.shown}`).toBe(`${name}=asg:${group}`)
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        try {
          for (const one of parse({ capacity: text }).capacity?.capacities ?? []) expect(one.name).toMatch(/^[A-Za-z0-9_-]{1,40}$/)
        } catch (thrown) {
          expect(thrown).toMatchObject({ fault: 'usage' })
        }
      }),
    )
  })
})
