/** The rehearse action: what it starts, what it tells the later steps, and that nothing stays of it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { type Job, openJob } from './job.ts'
import { errorOf, expectPass } from './scenario.ts'

const SPEED = 20
const linux = process.platform === 'linux'
const open: Job[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((job) => job.close()))
})

async function begin(env: Readonly<Record<string, string>> = {}): Promise<Job> {
  const job = await openJob(env)
  open.push(job)
  return job
}

async function expectGone(job: Job): Promise<void> {
  await expectOnly(job, [])
  // The report files of main stay until the end of the job.
  expect((await job.files()).filter((name) => !/^spot-interrupt-[0-9a-f-]{36}\.(json|xml)$/.test(name))).toEqual([])
}

/** Soon no simulator is there but these. */
async function expectOnly(job: Job, known: readonly number[]): Promise<void> {
  const others = () => job.processes().filter((pid) => !known.includes(pid))
  for (let waited = 0; waited < 10_000 && others().length > 0; waited += 50) await sleep(50)
  expect(others()).toEqual([])
}

async function ask(endpoint: string | undefined, path: string): Promise<unknown> {
  return (await fetch(`${endpoint}/_simulator/${path}`)).json()
}

describe('main', () => {
  it('has instances with tags, a group and a role ready, and points the later steps at them', async () => {
    const job = await begin()
    const inputs = { instances: '3', tags: 'service=shop\nkarpenter.sh/nodepool=x', 'auto-scaling-group': 'web', region: 'eu-west-1' }
    const main = await job.step('rehearse', inputs)
    expectExit(main, 0)
    const { endpoint = '', 'instance-ids': ids = '' } = main.outputs
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(JSON.parse(ids)).toEqual(['i-0123456789abcdef0', 'i-0123456789abcdef1', 'i-0123456789abcdef2'])
    expect(main.variables).toEqual({
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'rehearsal',
      AWS_SECRET_ACCESS_KEY: 'rehearsal',
      SPOT_INTERRUPT_REHEARSAL: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${endpoint}/_simulator/token?of=rehearsal`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    const state = await ask(endpoint, 'state')
    expect(state).toMatchObject({
      instances: {
        'i-0123456789abcdef2': {
          region: 'eu-west-1',
          tags: { service: 'shop', 'karpenter.sh/nodepool': 'x', 'aws:autoscaling:groupName': 'web' },
        },
      },
      roles: { 'FIS-SpotMinimalRole': {} },
    })
    expect(await ask(endpoint, 'clock')).toMatchObject({ speed: 1 })
    for (const post of await job.posts()) expectExit(post, 0)
    await expectGone(job)
  })

  it.each([
    [{ instances: 'many', tags: 'x', speed: '0' }, ['instances: got "many"', 'tags: got "x"', 'speed: got "0"']],
    [{ scenario: 'no/such.yml' }, ['scenario: the file cannot be read', 'no/such.yml', 'check out the repository']],
    [{ scenario: 'actors:\n  - at: never\n    do: stop' }, ['Bad input: scenario, line 2: actors.0.at: expected', 'got "never"']],
    [{ scenario: 'actors: [' }, ['Bad input: scenario, line 1: ']],
  ])('refuses %j, and starts nothing', async (inputs, said) => {
    const job = await begin()
    const main = await job.step('rehearse', inputs)
    expectExit(main, 1)
    for (const one of said) expect(errorOf(main)).toContain(one)
    expect(main.outputs).toEqual({})
    expect(main.variables).not.toHaveProperty('AWS_ENDPOINT_URL')
    for (const post of await job.posts()) expectExit(post, 0)
    await expectGone(job)
  })

  it('names the file and the line of a scenario that cannot be used', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spot-interrupt-scenario-'))
    const path = join(folder, 'scenario.json')
    await writeFile(path, '{\n  "switches": {\n    "completed": "sometime"\n  }\n}\n')
    const job = await begin()
    const main = await job.step('rehearse', { scenario: path })
    await rm(folder, { recursive: true })
    expect(errorOf(main)).toContain(`${path}, line 3: switches.completed`)
  })

  it.each([
    ['GITHUB_ENV', 'The later steps cannot be pointed at the simulated AWS'],
    ['GITHUB_STATE', 'The post step could not end the simulated AWS'],
  ])('fails where %s cannot be written', async (name, said) => {
    const job = await begin()
    const main = await job.step('rehearse', {}, { env: { [name]: '' } })
    expectExit(main, 1)
    expect(errorOf(main)).toContain(`${said}, because ${name} cannot be written`)
    await job.posts()
    await expectGone(job)
  })

  it('leaves the token of a runner that has one, and keeps every call from a proxy and from an endpoint of one service', async () => {
    const job = await begin({
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example.com/?x=1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer',
      AWS_ENDPOINT_URL_FIS: 'https://fis.us-east-1.amazonaws.com',
      AWS_SESSION_TOKEN: 'real',
      https_proxy: 'http://proxy.example.com:3128',
      NO_PROXY: 'corp.test',
    })
    const { variables, outputs } = await job.step('rehearse')
    expect(variables).not.toHaveProperty('ACTIONS_ID_TOKEN_REQUEST_URL')
    const noProxy = { no_proxy: 'corp.test,127.0.0.1', NO_PROXY: 'corp.test,127.0.0.1' }
    expect(variables).toMatchObject({ AWS_ENDPOINT_URL_FIS: outputs.endpoint, AWS_SESSION_TOKEN: '', ...noProxy })
    const [post] = await job.posts()
    expect(post?.variables).toMatchObject({ AWS_ENDPOINT_URL_FIS: 'https://fis.us-east-1.amazonaws.com', NO_PROXY: 'corp.test' })
    expect(post?.variables).not.toHaveProperty('AWS_SESSION_TOKEN')
  })
})

describe('post', () => {
  it('shows the calls of the job, and fails for what is left behind', async () => {
    const job = await begin()
    const scenario = 'seed: {templates: [{id: EXTmine, foreign: false}], roles: [{name: Kept, foreign: false}]}'
    const { outputs } = await job.step('rehearse', { scenario })
    const who = { authorization: 'AWS4-HMAC-SHA256 Credential=K/20260101/us-east-1/sts/aws4_request', 'user-agent': 'aws-cli/2.0' }
    const body = 'Action=GetCallerIdentity&Version=2011-06-15'
    for (let call = 0; call < 3; call++) await fetch(`${outputs.endpoint}/`, { method: 'POST', headers: who, body })
    const [post] = await job.posts()
    if (post === undefined) throw new Error('there is no post stage')
    expectExit(post, 1)
    expect(errorOf(post)).toContain('left something behind in the simulated AWS: template EXTmine.')
    expect(post.summary.split('\n')[0]).toBe('## ❌ Rehearsal: left behind: template `EXTmine`')
    expect(post.summary).toContain('role `Kept`')
    expect(post.summary).toMatch(/\| aws-cli +\| sts GetCallerIdentity × 3 \| us-east-1 \| 200 +\|/)
    await expectGone(job)
  })

  it('fails where the simulated AWS has ended before', async () => {
    const job = await begin()
    const main = await job.step('rehearse')
    process.kill(Number(JSON.parse(main.state.rehearsal ?? '{}').pid), 'SIGKILL')
    const [post] = await job.posts()
    expect(errorOf(post ?? main)).toContain('does not answer at the end of the job')
    expect(post?.summary).toContain('❌ Rehearsal: lost')
    await expectGone(job)
  })

  it('leaves a process alone that has the id of its simulator since', async () => {
    const job = await begin()
    const main = await job.step('rehearse')
    const { pid } = JSON.parse(main.state.rehearsal ?? '{}') as { pid: number }
    const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'])
    try {
      const former = JSON.parse(main.state.rehearsal ?? '{}')
      const { runStage } = await import('../../scripts/runner.ts')
      const state = { rehearsal: JSON.stringify({ ...former, pid: other.pid }) }
      await runStage('post', { action: 'rehearse', inputs: {}, env: {} }, state)
      expect([other.exitCode, other.signalCode]).toEqual([null, null])
    } finally {
      other.kill('SIGKILL')
      process.kill(pid, 'SIGKILL')
    }
  })
})

describe.skipIf(!linux)('no process and no file stays', () => {
  /** From before Node has loaded the action until after it is ready. */
  const MOMENTS = [0, 20, 40, 60, 80, 100, 120, 150, 200, 300]

  it.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('when %s ends main at any moment, and post runs', async (signal) => {
    for (const moment of MOMENTS) {
      const job = await begin()
      await job.step('rehearse', {}, { onSpawn: (child) => void setTimeout(() => child.kill(signal), moment) })
      await job.posts()
      await expectGone(job)
    }
  })

  it('that post would not know of, at whatever moment SIGKILL ends main', async () => {
    for (const moment of MOMENTS) {
      const job = await begin()
      const main = await job.step('rehearse', {}, { onSpawn: (child) => void setTimeout(() => child.kill('SIGKILL'), moment) })
      const known = main.state.rehearsal === undefined ? [] : [Number(JSON.parse(main.state.rehearsal).pid)]
      // One that main had started and not yet sent anything ends by itself.
      await expectOnly(job, known)
    }
  })

  it('when the runner is killed', async () => {
    const job = await begin()
    const temp = await mkdtemp(join(tmpdir(), 'spot-interrupt-runner-'))
    const script = `
      import { runStage } from ${JSON.stringify(resolve(import.meta.dirname, '../../scripts/runner.ts'))}
      const ended = await runStage('main', { action: 'rehearse', inputs: {}, env: {}, temp: ${JSON.stringify(temp)} })
      console.log(ended.state.rehearsal)
      setInterval(() => undefined, 1000)`
    const runner = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(runner.stdout, 'data')) as [Buffer]
    const { pid } = JSON.parse(String(line)) as { pid: number }
    expect(process.kill(pid, 0)).toBe(true)
    runner.kill('SIGKILL')
    for (let waited = 0; waited < 5000 && isAlive(pid); waited += 50) await sleep(50)
    await rm(temp, { recursive: true })
    expect(isAlive(pid)).toBe(false)
    await expectGone(job)
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a job', () => {
  it('has two rehearsals that do not meet', async () => {
    const job = await begin()
    const one = await job.step('rehearse', { region: 'eu-west-1' })
    const other = await job.step('rehearse', { region: 'us-west-2', instances: '2' })
    expect(one.outputs.endpoint).not.toBe(other.outputs.endpoint)
    if (linux) expect(job.processes()).toHaveLength(2)
    expect(other.variables.ACTIONS_ID_TOKEN_REQUEST_URL).toContain(other.outputs.endpoint)
    expect(Object.keys(((await ask(one.outputs.endpoint, 'state')) as { instances: object }).instances)).toHaveLength(1)
    expect(Object.keys(((await ask(other.outputs.endpoint, 'state')) as { instances: object }).instances)).toHaveLength(2)
    // The post step of the second one, which runs first, gives the steps between the two their AWS back.
    const [second, first] = await job.posts()
    expect(second?.variables).toMatchObject({
      AWS_ENDPOINT_URL: one.outputs.endpoint,
      AWS_REGION: 'eu-west-1',
      SPOT_INTERRUPT_REHEARSAL: 'true',
    })
    expect(first?.variables).toMatchObject({ AWS_ENDPOINT_URL: '', SPOT_INTERRUPT_REHEARSAL: '' })
    await expectGone(job)
  })

  it('interrupts one of a group, with nothing but the rehearse step before it, and both summaries say that nothing was real', async () => {
    const job = await begin()
    await job.step('rehearse', { instances: '3', 'auto-scaling-group': 'web', speed: String(SPEED) })
    const now = Date.now()
    const faster = { preload: ['simulator/preload.ts'], env: { SIMULATED_TIME: `${SPEED},${now},${now}` } }
    const main = await job.step('.', { 'auto-scaling-group': 'web', 'keep-running': '2' }, faster)
    expectPass(main)
    expect(main.outputs).toMatchObject({ rehearsal: 'true', interrupted: 'true' })
    expect(main.summary.split('\n')[0]).toContain('🎭 Rehearsal')
    const [own, last] = await job.posts()
    for (const post of [own, last]) expectExit(post ?? main, 0)
    expect(last?.stdout).toMatch(/The job made \d+ calls and left nothing behind/)
    expect(last?.summary).toMatch(/Interrupted by an experiment +\| `i-0123456789abcdef[0-2]` \(terminate/)
    expect(last?.summary).toMatch(/spot-interrupt +\| fis StartExperiment/)
    await expectGone(job)
  })

  it('fails as its scenario has it, and leaves nothing', async () => {
    const job = await begin()
    const scenario = JSON.stringify({ faults: [{ operation: 'StartExperiment', fault: 'denied' }] })
    const { outputs } = await job.step('rehearse', { scenario })
    const main = await job.step('.', { 'instance-id': outputs['instance-ids'] ?? '' })
    expectExit(main, 1)
    expect(errorOf(main)).toContain('StartExperiment')
    const posts = await job.posts()
    for (const post of posts) expectExit(post, 0)
    expect(posts[1]?.summary).toMatch(/fis StartExperiment.*planned: denied/)
    await expectGone(job)
  })

  it('passes a token to the simulated STS, and nobody keeps it', async () => {
    const job = await begin()
    const { outputs } = await job.step('rehearse')
    const token = `${btoa('{"alg":"RS256"}')}.${btoa('{"iss":"https://token.actions.githubusercontent.com","sub":"repo:o/r:x","aud":"sts"}')}.s1gnature`
    const role = { RoleArn: 'arn:aws:iam::123456789012:role/spot-interrupt', RoleSessionName: 'GitHubActions' }
    const bodies = [
      { Action: 'AssumeRoleWithWebIdentity', ...role, WebIdentityToken: token },
      // Each is refused in another way.
      { Action: 'AssumeRoleWithWebIdentity', ...role, WebIdentityToken: token, DurationSeconds: '1' },
      { Action: 'AssumeRoleWithWebIdentity', ...role, WebIdentityToken: token.repeat(300) },
      { Action: 'AssumeRoleWithWebIdentity', ...role, WebIdentityTokenn: token },
      { Action: 'AssumeRole', ...role, WebIdentityToken: token },
      { Action: token, WebIdentityToken: token },
    ]
    const answers = await Promise.all(
      bodies.map((body) =>
        fetch(`${outputs.endpoint}/`, { method: 'POST', body: new URLSearchParams({ ...body, Version: '2011-06-15' }) }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 400, 400, 403, 403])
    for (const path of ['journal', 'leftovers', 'state'])
      expect(JSON.stringify(await ask(outputs.endpoint, path)), path).not.toContain('s1gnature')
    const [post] = await job.posts()
    expect(`${post?.stdout}${post?.summary}`).not.toContain('s1gnature')
    expect(post?.summary).toContain('AssumeRoleWithWebIdentity')
  })
})
