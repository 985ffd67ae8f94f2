import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text as readText } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { stringify } from 'yaml'
import { type Opened, openRehearsal } from '../../simulator/rehearsal/open.ts'
import { parseScenario } from '../../simulator/rehearsal/scenario.ts'
import { toInstanceIds } from '../../simulator/rehearsal/settings.ts'
import { createToken } from '../../simulator/wire/oidc-token.ts'
import { expectExit } from '../exit.ts'

describe('a scenario', () => {
  it.each(['', '\n', '# nothing\n', '{}', 'actors: []\nfaults: []'])('may be empty: %j', (text) => {
    expect(parseScenario(text)).toMatchObject({ scenario: { actors: [], faults: [], switches: {}, seed: { instances: [] } } })
  })

  it('is YAML or JSON', () => {
    const scenario = { actors: [{ at: 'notice', do: 'terminate', by: 'autoscaling', instance: 'every', afterSeconds: 5 }] }
    expect(parseScenario(stringify(scenario))).toMatchObject({ scenario })
    expect(parseScenario(JSON.stringify(scenario))).toMatchObject({ scenario })
  })

  it.each([
    ['actors:\n  - at: notice\n    do: die', 'line 3: actors.0.do: expected ("terminate" | "stop"), got "die"'],
    ['actors:\n\n  - at: notice', 'line 3: actors.0.do: "do" is missing'],
    [
      'actors:\n  - autoScalingGroup: web\n    at: notice\n    do: suspend\n    processes: Launch',
      'line 5: actors.0.processes: expected Array, got "Launch"',
    ],
    [
      'actors:\n  - autoScalingGroup: web\n    at: notice\n    do: die',
      'line 4: actors.0.do: expected ("set-desired-capacity" | ("suspend" | "resume")), got "die"',
    ],
    ['faults:\n  - fault: throttle\n    nht: 1', 'line 3: faults.0.nht: there is no member of this name'],
    ['faults:\n  fault: throttle', 'line 1: faults: expected Array, got Object'],
    ['switches:\n  account: 123456789012', 'line 2: switches.account: expected string, got 123456789012'],
    ['{\n  "switches": {\n    "completed": "late" } }', 'line 3: switches.completed: expected'],
    ['seed:\n  instances:\n    - id: i-1', 'line 3: seed.instances.0.id: '],
    ['actor: []', 'line 1: actor: there is no member of this name'],
    ['- at: notice', 'line 1: a scenario has the members actors, faults, switches, seed'],
    ['a: [', 'line 1: '],
    ['a: 1\na: 2', 'line 2: Map keys must be unique'],
    ['\n\nfaults: *none', 'line 3: '],
  ])('%j is refused at its line', (text, problem) => {
    const parsed = parseScenario(text)
    expect('problems' in parsed ? parsed.problems[0] : parsed).toContain(problem)
  })

  it('is never read without end', () => {
    const bomb = [
      'a0: &a0 [x,x,x,x,x,x,x,x,x,x]',
      ...Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join()}]`),
    ]
    expect(parseScenario(bomb.join('\n'))).toMatchObject({ problems: [expect.stringContaining('alias')] })
  })

  it('whatever it is, it is read, or refused with a line', () => {
    const shaped = fc.oneof(
      fc.string(),
      fc.json(),
      fc.dictionary(fc.constantFrom('actors', 'faults', 'switches', 'seed'), fc.jsonValue()).map((one) => stringify(one)),
    )
    fc.assert(
      fc.property(shaped, (text) => {
        const parsed = parseScenario(text)
        if ('problems' in parsed) for (const problem of parsed.problems) expect(problem).toMatch(/^line [1-9]\d*: ./)
      }),
    )
  })
})

const WANTED = { instances: 2, region: 'us-east-1', tags: { team: 'a' }, autoScalingGroup: null, role: 'Own', scenario: null }

async function open(changes: Partial<typeof WANTED> | { readonly scenario: string }): Promise<Opened> {
  const opened = await openRehearsal({ ...WANTED, ...changes }, {})
  if ('problems' in opened) throw new Error(opened.problems.join())
  onTestFinished(() => opened.simulator.close())
  return opened
}

describe('a rehearsal', () => {
  it('has as many instances as are wanted, whose ids count on', () => {
    expect(toInstanceIds(18).slice(-3)).toEqual(['i-0123456789abcdeff', 'i-0123456789abcdf00', 'i-0123456789abcdf01'])
    expect(new Set(toInstanceIds(1000)).size).toBe(1000)
    for (const id of toInstanceIds(1000)) expect(id).toMatch(/^i-[0-9a-f]{17}$/)
  })

  it('lets an actor without an instance act on each, also on those of the seed', async () => {
    const seed = 'seed: {instances: [{id: i-00000001}]}'
    const { simulator } = await open({
      scenario: `actors: [{at: launch, do: stop}, {at: launch, do: terminate, instance: i-00000001}]\n${seed}`,
    })
    const { script } = simulator.state() as { script: { instance: string; do: string }[] }
    expect(script.map(({ instance, do: what }) => `${instance} ${what}`)).toEqual([
      'i-0123456789abcdef0 stop',
      'i-0123456789abcdef1 stop',
      'i-00000001 stop',
      'i-00000001 terminate',
    ])
  })

  it.each([
    ['the role of the step', null, ['Own']],
    ['no role, where the seed has an empty list', 'seed: {roles: []}', []],
    ['the roles of the seed only', 'seed: {roles: [{name: Other}]}', ['Other']],
  ])('has %s', async (_, scenario, names) => {
    const { simulator } = await open({ scenario: scenario ?? '' })
    expect(Object.keys((simulator.state() as { roles: object }).roles)).toEqual(names)
  })

  it('has a group with room for replacements', async () => {
    const opened = await openRehearsal({ ...WANTED, instances: 12, autoScalingGroup: 'web' }, {})
    if ('problems' in opened) throw new Error(opened.problems.join())
    onTestFinished(() => opened.simulator.close())
    const { autoScalingGroups } = opened.simulator.state() as { autoScalingGroups: Record<string, { members: object[]; maxSize: number }> }
    const [group] = Object.values(autoScalingGroups)
    expect([group?.members.length, group?.maxSize]).toEqual([12, 22])
  })

  it('gives a token with the claims of the workflow run, which its own STS understands and no other takes', () => {
    const run = { repository: 'octo/service', ref: 'refs/heads/x', event: 'push' }
    const at = Date.parse('2026-03-01T12:00:00Z')
    const read = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    const claims = read(createToken({ run, audience: 'sts.amazonaws.com', at }))
    expect(claims).toMatchObject({
      iss: 'https://token.actions.githubusercontent.com',
      aud: 'sts.amazonaws.com',
      sub: 'repo:octo/service:ref:refs/heads/x',
    })
    expect(claims.exp - claims.iat).toBe(300)
    expect(read(createToken({ run: { ...run, event: 'pull_request' }, audience: 'x', at })).sub).toBe('repo:octo/service:pull_request')
    expect(Buffer.from(createToken({ run, audience: 'x', at }).split('.')[2] ?? '', 'base64url').toString()).toBe('rehearsal')
  })
})

describe('the process of the step', () => {
  const main = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url))
  const SETTINGS = { ...WANTED, speed: 1, run: {}, parent: null }

  async function start(input: string) {
    const child = spawn(process.execPath, [main, '--step'], { stdio: ['pipe', 'pipe', 'pipe'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [out, err, closed] = [readText(child.stdout), readText(child.stderr), once(child, 'close')]
    child.stdin.end(input)
    const ended = Promise.all([closed, out, err]).then(([[code, signal], stdout, stderr]) => ({ code, signal, stdout, stderr }))
    return { out, ended }
  }

  it.each(['', '{', JSON.stringify(SETTINGS).slice(0, -1)])(
    'ends without a word where its parent was killed before it had sent %j',
    async (input) => {
      const { out, ended } = await start(input)
      expectExit(await ended, 0)
      expect(await out).toBe('')
    },
  )

  it('ends when its parent is gone', async () => {
    const parent = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'])
    const { out, ended } = await start(JSON.stringify({ ...SETTINGS, parent: parent.pid }))
    await once(parent, 'spawn').catch(() => undefined)
    parent.kill('SIGKILL')
    expect(JSON.parse(await out)).toMatchObject({ instanceIds: toInstanceIds(2) })
    expectExit(await ended, 0)
  })

  it('says what is wrong with the scenario, and ends', async () => {
    const { out, ended } = await start(JSON.stringify({ ...SETTINGS, scenario: 'faults: 1' }))
    expect(JSON.parse(await out)).toEqual({ problems: ['line 1: faults: expected Array, got 1'] })
    expectExit(await ended, 0)
  })
})
