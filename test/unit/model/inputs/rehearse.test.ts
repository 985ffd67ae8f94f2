import { describe, expect, it } from 'vitest'
import { isPath, parseRehearse } from '../../../../src/model/inputs/rehearse.ts'

const parse = (inputs: Readonly<Record<string, string>>, env = {}) => parseRehearse((name) => inputs[name] ?? '', env)

describe('parseRehearse', () => {
  it('has one instance in us-east-1, in real time, where nothing is given', () => {
    expect(parse({})).toEqual({ instances: 1, tags: {}, autoScalingGroup: null, scenario: null, speed: 1, region: 'us-east-1' })
  })

  it('takes the region of the environment, as the other actions do', () => {
    expect(parse({}, { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2' }).region).toBe('eu-west-1')
    expect(parse({ region: 'eu-north-1' }, { AWS_REGION: 'eu-west-1' }).region).toBe('eu-north-1')
  })

  it.each([
    ['aws:autoscaling:groupName=web', { 'aws:autoscaling:groupName': 'web' }],
    ['a = b\n\n c=', { a: 'b', c: '' }],
    ['kubernetes.io/cluster/x=owned', { 'kubernetes.io/cluster/x': 'owned' }],
    ['a=b=c', { a: 'b=c' }],
  ])('takes the tags %j', (tags, parsed) => {
    expect(parse({ tags }).tags).toEqual(parsed)
  })

  it.each([
    [{ tags: 'a' }, 'tags: got "a"'],
    [{ tags: '=b' }, 'tags: got'],
    [{ tags: 'a=1\na=2' }, 'tags: got'],
    [{ instances: '1001' }, 'instances: got "1001"'],
    [{ instances: '1.5' }, 'instances: got'],
    [{ speed: '-1' }, 'speed: got'],
    [{ speed: '1e3' }, 'speed: got'],
    [{ speed: '1001' }, 'speed: got'],
    [{ 'auto-scaling-group': 'a:b' }, 'auto-scaling-group: got'],
    [{ region: 'Europe' }, 'region: got'],
  ])('refuses %j', (inputs, problem) => {
    expect(() => parse(inputs)).toThrow(problem)
  })
})

describe('isPath', () => {
  it.each(['scenario.yml', '.github/rehearsal.json', 'a b.yaml', 'C:\\runner\\scenario.yml', '/srv/scenario.json'])(
    '%j is the path of a file',
    (text) => {
      expect(isPath(text)).toBe(true)
    },
  )

  it.each(['faults: []', 'faults:', '{"faults":[]}', ' { }', 'switches:\n  completed: early', 'a: 1 # x'])('%j is a scenario', (text) => {
    expect(isPath(text)).toBe(false)
  })
})
