/**
 * The comment on the pull request, by the built action against a GitHub on loopback. A run with a bad input is over at once and writes
 * its comment all the same, so most of these need no AWS.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runStage, type StageResult } from '../../scripts/runner.ts'
import { expectExit } from '../exit.ts'
import { type FakeGitHub, PULL, REPOSITORY, type Refusal, startGitHub, startTunnel, TOKEN } from '../fakes/github-comments.ts'
import { calls, errorOf, expectClean, play, REGION, TARGET } from './scenario.ts'
import { serve } from './service.ts'

const folder = mkdtempSync(join(tmpdir(), 'spot-comment-'))
const open: { readonly close: () => unknown }[] = []
afterAll(async () => {
  await Promise.all(open.map(({ close }) => close()))
})

async function github(...settings: Parameters<typeof startGitHub>): Promise<FakeGitHub> {
  const started = await startGitHub(...settings)
  open.push(started)
  return started
}

const SHA = 'c0ffee1234567890c0ffee1234567890c0ffee12'
const HEAD = { sha: SHA, repo: { id: 1 } }
const PULLED = { repository: { id: 1 }, pull_request: { number: PULL, head: HEAD, base: { sha: 'b', repo: { id: 1 } } } }

let events = 0
/** The event of a run, in the file where the runner would put it. */
function toEvent(name: string, payload: unknown): Record<string, string> {
  const path = join(folder, `event-${events++}.json`)
  writeFileSync(path, typeof payload === 'string' ? payload : JSON.stringify(payload))
  return { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path }
}

type Given = { readonly inputs?: Record<string, string>; readonly env?: Record<string, string>; readonly event?: Record<string, string> }

const RUN = {
  GITHUB_REPOSITORY: REPOSITORY,
  GITHUB_RUN_ID: '4711',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_JOB: 'integration',
  GITHUB_SERVER_URL: 'https://ghe.example.com',
  GITHUB_WORKFLOW_REF: `${REPOSITORY}/.github/workflows/gate.yml@refs/pull/7/merge`,
  GITHUB_WORKFLOW_SHA: SHA,
}

function toSetting({ inputs = {}, env = {}, event = toEvent('pull_request', PULLED) }: Given, url: string) {
  return {
    inputs: { comment: 'true', 'github-token': TOKEN, 'comment-key': 'integration/0', ...inputs },
    env: { ...RUN, GITHUB_API_URL: url, ...event, ...env },
  }
}

/** A run whose instance id is none: nothing is asked of AWS. */
async function run(url: string, given: Given = {}): Promise<StageResult> {
  const { inputs, env } = toSetting(given, url)
  const main = await runStage('main', { inputs: { 'instance-id': 'nonsense', region: REGION, ...inputs }, env })
  // Whatever becomes of the comment, the result of the step is its own.
  expectExit(main, 1)
  expect(errorOf(main)).toContain('instance-id')
  expect(main.stderr).toBe('')
  // GitHub itself has the token; nothing that is shown does, but for the command that masks it.
  expect(main.stdout.replace(`::add-mask::${TOKEN}\n`, '')).not.toContain(TOKEN)
  return main
}

const lastLine = ({ stdout }: StageResult) => stdout.trim().split('\n').at(-1) ?? ''

describe.concurrent('the comment', () => {
  it('is written once, and updated by every further run of the job', async () => {
    const { url, comments, asked, tokens } = await github()
    const first = await run(url)
    expect(comments).toHaveLength(1)
    expect(first.stdout).toContain(`::add-mask::${TOKEN}`)
    expect(lastLine(first)).toContain(`✓ Comment written: https://github.com/${REPOSITORY}/pull/7#issuecomment-1000`)
    const again = await run(url, { env: { GITHUB_RUN_ATTEMPT: '3' } })
    expect(lastLine(again)).toContain('✓ Comment updated')
    expect(comments).toHaveLength(1)
    expect(comments[0]?.body).toContain('https://ghe.example.com/octo/service/actions/runs/4711/attempts/3')
    expect(comments[0]?.body).toContain('### ❌ Bad input')
    expect(comments[0]?.body).toContain('commit c0ffee1')
    expect(asked.map((one) => one.split(' ')[0])).toEqual(['GET', 'POST', 'GET', 'PATCH'])
    expect([...tokens]).toEqual([`token ${TOKEN}`])
  })

  it('is one for each leg and for each workflow', async () => {
    const { url, comments } = await github()
    const workflow = { GITHUB_WORKFLOW_REF: `${REPOSITORY}/.github/workflows/other.yml@refs/heads/main` }
    for (let round = 0; round < 2; round++) {
      await run(url, { inputs: { 'comment-key': 'integration/0' } })
      await run(url, { inputs: { 'comment-key': 'integration/1' } })
      await run(url, { inputs: { 'comment-key': 'integration/0' }, env: workflow })
    }
    expect(comments).toHaveLength(3)
    expect(new Set(comments.map(({ body }) => body.split('\n')[0])).size).toBe(3)
  })

  it('is one for each job where nothing says the key', async () => {
    const { url, comments } = await github()
    await run(url, { inputs: { 'comment-key': '' } })
    await run(url, { inputs: { 'comment-key': '' }, env: { GITHUB_JOB: 'other' } })
    await run(url, { inputs: { 'comment-key': '' } })
    expect(comments.map(({ body }) => body.includes('`other/`'))).toEqual([false, true])
  })

  it('is found behind more than a hundred others', async () => {
    const { url, comments, add, asked } = await github()
    for (let nth = 0; nth < 230; nth++) add(`Comment ${nth}`, { login: 'octocat', type: 'User' })
    await run(url)
    await run(url)
    expect(comments).toHaveLength(231)
    expect(asked.filter((one) => one.startsWith('GET'))).toHaveLength(6)
  })

  it('is never that of somebody else, who could change it again', async () => {
    const { url, comments, add } = await github()
    await run(url)
    const [own] = comments.splice(0)
    const forged = add(own?.body ?? '', { login: 'mallory', type: 'User' })
    const before = forged.body
    await run(url)
    expect(comments.map(({ user }) => user.type)).toEqual(['User', 'Bot'])
    expect(forged.body).toBe(before)
  })

  it('is that of its user, with a personal token', async () => {
    const { url, comments, add } = await github()
    await run(url)
    const [{ body } = { body: '' }] = comments.splice(0)
    add(body, { login: 'mallory', type: 'User' })
    const own = add(body, { login: 'octocat', type: 'User' })
    const token = 'ghp_0123456789abcdefghijklmnop'
    await run(url, { inputs: { 'github-token': token } })
    expect(comments).toHaveLength(2)
    expect(own.body).toContain('attempts/2')
  })

  it('is written anew when somebody has deleted it since it was listed', async () => {
    const { url, comments } = await github({ refuse: { status: 404, message: 'Not Found' }, refused: /^PATCH/ })
    await run(url)
    const main = await run(url)
    expect(lastLine(main)).toContain('✓ Comment written')
    expect(comments).toHaveLength(2)
  })

  it('is written on GitHub Enterprise Server, whose API has a path', async () => {
    const { url, comments } = await github({ prefix: '/api/v3' })
    expect(lastLine(await run(url))).toContain('✓ Comment written')
    expect(comments).toHaveLength(1)
  })

  it.each(['http_proxy', 'HTTP_PROXY'])('is written through the proxy of %s, which may lack its scheme', async (name) => {
    const { port, comments } = await github()
    const tunnel = await startTunnel(port)
    open.push(tunnel)
    await run('http://ghe.corp.test', { env: { [name]: tunnel.host } })
    expect(comments).toHaveLength(1)
    expect(tunnel.asked).toEqual(expect.arrayContaining(['ghe.corp.test:80']))
  })

  it('is not asked of the proxy for a name of NO_PROXY', async () => {
    const { port } = await github()
    const tunnel = await startTunnel(port)
    open.push(tunnel)
    const main = await run('http://ghe.corp.test', { env: { HTTP_PROXY: tunnel.host, NO_PROXY: 'corp.test' } })
    expect(tunnel.asked).toEqual([])
    expect(lastLine(main)).toContain('⚠ No comment was written: GitHub cannot be reached')
  })
})

const EVENTS: readonly (readonly [string, Record<string, string>, boolean])[] = [
  ['pull_request', toEvent('pull_request', PULLED), true],
  ['pull_request_target', toEvent('pull_request_target', PULLED), true],
  ['a comment on a pull request', toEvent('issue_comment', { issue: { number: PULL, pull_request: { url: 'x' } } }), true],
  ['a comment on an issue', toEvent('issue_comment', { issue: { number: PULL } }), false],
  [
    'a workflow run with a pull request of this repository',
    toEvent('workflow_run', {
      repository: { id: 1 },
      workflow_run: {
        head_sha: SHA,
        pull_requests: [
          { number: 99, base: { repo: { id: 2 } } },
          { number: PULL, base: { repo: { id: 1 } } },
        ],
      },
    }),
    true,
  ],
  ['a workflow run without one', toEvent('workflow_run', { repository: { id: 1 }, workflow_run: { pull_requests: [] } }), false],
  ['a push', toEvent('push', { ref: 'refs/heads/main' }), false],
  ['an event that cannot be read', { GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: join(folder, 'none.json') }, false],
  ['an event that is no JSON', toEvent('pull_request', '{"pull_request":'), false],
  ['an event that is a list', toEvent('pull_request', [PULLED]), false],
  ['a number that is none', toEvent('pull_request', { pull_request: { number: '7/../8' } }), false],
  ['no event', {}, false],
]

it.concurrent.each(EVENTS)('%s', async (_, event, belongs) => {
  const { url, comments, asked } = await github()
  const main = await run(url, { event })
  expect(comments).toHaveLength(belongs ? 1 : 0)
  if (belongs) return
  expect(asked).toEqual([])
  expect(main.stdout.match(/No comment was written: this run \(event .*\) belongs to no pull request\./g)).toHaveLength(1)
})

const REFUSALS: readonly (readonly [string, Refusal, RegExp])[] = [
  [
    'no right to write',
    { status: 403, message: 'Resource not accessible by integration' },
    /may not do that.*`permissions: pull-requests: write`/,
  ],
  ['no right to see', { status: 404, message: 'Not Found' }, /may not do that, or there is no such pull request.*pull-requests: write/],
  ['a bad token', { status: 401, message: 'Bad credentials' }, /does not know the token/],
  ['too many calls', { status: 429 }, /limits how many calls/],
  ['a limit that is used up', { status: 403, headers: { 'x-ratelimit-remaining': '0' } }, /limits how many calls/],
  ['a secondary limit', { status: 403, message: 'You have exceeded a secondary rate limit' }, /limits how many calls/],
  ['a locked conversation', { status: 410, message: 'gone' }, /answered with status 410: gone/],
  ['a broken server', { status: 500, message: `boom ${TOKEN}\n::error::injected` }, /answered with status 500: boom \*\*\*/],
  ['a connection that is cut', 'reset', /cannot be reached/],
]

describe.concurrent('only warns of', () => {
  it.each(REFUSALS.flatMap((one) => [/^GET/, /^POST/].map((refused) => [...one, refused] as const)))(
    '%s',
    async (_, refuse, said, refused) => {
      const { url, comments } = await github({ refuse, refused })
      const main = await run(url)
      expect(lastLine(main)).toMatch(/⚠ No comment was written/)
      expect(lastLine(main)).toMatch(said)
      expect(main.stdout.match(/^::error::/gm)).toHaveLength(1)
      expect(comments).toEqual([])
    },
  )

  it('a pull request of a fork, with the reason', async () => {
    const { url } = await github({ refuse: { status: 403, message: 'Resource not accessible by integration' } })
    const pull_request = { ...PULLED.pull_request, head: { sha: SHA, repo: null } }
    expect(lastLine(await run(url, { event: toEvent('pull_request', { pull_request }) }))).toContain('comes from a fork')
  })

  it('silence, after at most 15 seconds', async () => {
    const { url } = await github({ refuse: 'stall' })
    const startMs = performance.now()
    expect(lastLine(await run(url))).toContain('No comment was written: GitHub did not answer in time')
    expect(performance.now() - startMs).toBeLessThan(25_000)
  })

  it.each([
    ['no token', { inputs: { 'github-token': '' } }, /there is no token/],
    ['no repository', { env: { GITHUB_REPOSITORY: '' } }, /which repository/],
    ['an address of the API that is none', { env: { GITHUB_API_URL: 'nonsense' } }, /cannot be reached/],
  ])('%s', async (_, given, said) => {
    const { url, comments } = await github()
    expect(lastLine(await run(url, given))).toMatch(said)
    expect(comments).toEqual([])
  })
})

it.concurrent.each(['', 'false'])('asks nothing of GitHub with `comment: %s`', async (comment) => {
  const { url, asked } = await github()
  const main = await run(url, { inputs: { comment } })
  expect(asked).toEqual([])
  expect(main.stdout).not.toMatch(/omment (was )?written|add-mask/)
})

it.concurrent('names a bad value of an input, and never shows a token', async () => {
  const { url } = await github()
  const secret = 'ghp_two words'
  const main = await run(url, { inputs: { comment: 'perhaps', 'github-token': secret, 'comment-key': 'x'.repeat(201) } })
  for (const name of ['comment: got', 'github-token: got', 'comment-key: got']) expect(errorOf(main)).toContain(name)
  expect(main.stdout).not.toContain(secret)
})

it.concurrent('a rehearsal says so, by another word and another sign, and nothing of the comment is private', async () => {
  const { url, comments } = await github()
  const { inputs, env } = toSetting({ inputs: { 'comment-key': `interrupt ${TARGET}` } }, url)
  const played = await play({
    speed: 15,
    inputs: { ...inputs, 'probe-interval': '2s', 'observe-for': '30s' },
    env,
    arrange: async () => ({ probes: `web=${(await serve(() => ({ status: 200 }))).url}/health` }),
  })
  expectExit(played.main, 0)
  expect(played.main.outputs.verdict).toBe('survived')
  expect(played.main.outputs.predicate).toBe('')
  const [{ body } = { body: '' }] = comments
  expect(body).toContain('### 🎭 Rehearsal: would survive')
  expect(body).toContain('Nothing real was interrupted.')
  expect(body).not.toMatch(/✅|❌/)
  expect(body).toMatch(/🎭 1 of 1 \(reached\)/u)
  expect(body).not.toMatch(/i-0123456789abcdef0|\d{12}|127\.0\.0\.1|\/health/)
  // The comment comes after everything that others wait for.
  const { stdout } = played.main
  expect(stdout.indexOf('✓ Comment written')).toBeGreaterThan(stdout.indexOf('::notice::'))
  expect(calls(played).length).toBeGreaterThan(5)
  expectClean(played)
})
