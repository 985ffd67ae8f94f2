import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { runStage, type StageResult } from '../../scripts/runner.ts'
import { expectFailure } from './scenario.ts'

/** What AWS says goes to the log, the summary, the outputs and the report. None of it may hold a secret, or more than fits. */
const TOKEN = `IQoJb3JpZ2luX2VjE${'Session+Token/of=this'.repeat(20)}`
const servers: Server[] = []
const folders: string[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))))
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })))
})

/** An AWS that refuses every request with a message that quotes it. */
async function refuse(toMessage: (token: string) => string): Promise<string> {
  const server = createServer(async (request, response) => {
    const asked = await text(request)
    const message = toMessage(String(request.headers['x-amz-security-token']))
    const { type, body } = request.method === 'GET' ? toJson(message) : toXml(message, asked.includes('Action=Describe'))
    response.writeHead(403, { 'content-type': type, 'x-amzn-errortype': 'SignatureDoesNotMatch' }).end(body)
  })
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function toJson(message: string) {
  return { type: 'application/json', body: JSON.stringify({ message }) }
}

/** EC2 has a form of its own. */
function toXml(message: string, ofEc2: boolean) {
  const safe = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const error = `<Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>${safe}</Message></Error>`
  return { type: 'text/xml', body: ofEc2 ? `<Response><Errors>${error}</Errors></Response>` : `<ErrorResponse>${error}</ErrorResponse>` }
}

/** Main, and everything that it has written. */
async function play(inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>) {
  const temp = await mkdtemp(join(tmpdir(), 'spot-interrupt-text-'))
  folders.push(temp)
  const main = await runStage('main', {
    inputs: { 'instance-id': 'i-0123456789abcdef0', region: 'us-east-1', timezone: 'UTC', ...inputs },
    env: {
      AWS_ACCESS_KEY_ID: 'AKIDSCENARIO',
      AWS_SECRET_ACCESS_KEY: 'SecretKeyOfThisScenario/0123456789abcdef',
      AWS_EC2_METADATA_DISABLED: 'true',
      RUNNER_ENVIRONMENT: 'github-hosted',
      SPOT_INTERRUPT_REHEARSAL: 'true',
      ...env,
    },
    temp,
  })
  const files = await Promise.all((await readdir(temp)).map((name) => readFile(join(temp, name), 'utf8')))
  return { main, shown: [main.stdout, main.stderr, main.summary, JSON.stringify(main.outputs), ...files] }
}

describe('what AWS says of a request', () => {
  it.each<[string, (token: string) => string]>([
    [
      'quotes the request',
      (token) => `The request signature does not match. The Canonical String should have been 'POST\n/\n\nx-amz-security-token:${token}'`,
    ],
    ['quotes the token in words of its own', (token) => `The token ${token} is no good`],
    ['is cut in the middle of the token', (token) => `${'x'.repeat(450)} ${token}`],
    ['quotes the token encoded', (token) => `See https://example.com/?token=${encodeURIComponent(token)}`],
    ['turns the direction of text', (token) => `a\u2028b\u202ec\u009bd\ufffee ${token}`],
    ['is three megabytes', () => 'too much '.repeat(350_000)],
  ])('shows no secret, no control character and no more than fits when it %s', async (_, toMessage) => {
    const url = await refuse(toMessage)
    const { main, shown } = await play({}, { AWS_ENDPOINT_URL: url, AWS_SESSION_TOKEN: TOKEN })
    expectFailure(main, 'SignatureDoesNotMatch')
    expect(shown).toHaveLength(6)
    for (const one of shown) {
      expect(one).not.toContain(TOKEN.slice(0, 16))
      expect(one).not.toContain('Token/of=this')
      expect(one).not.toMatch(/(?!\n)\p{Cc}|[\u2028\u202e\ufffe]/u)
      expect(one.length).toBeLessThan(30_000)
    }
  })
})

describe('headers of probes', () => {
  const masks = ({ stdout }: StageResult) => stdout.split('\n').filter((line) => line.startsWith('::add-mask::'))

  it('are masked when they are long, and never when an output may have their value', async () => {
    const headers = ['web: X-Debug: true', 'web: X-Short: 1234567', 'web: X-Word: survived', 'web: X-Key: correct-horse-battery']
    const { main } = await play({ duration: 'soon', probes: 'web=https://example.com/', 'probe-headers': headers.join('\n') }, {})
    expectFailure(main, 'Bad input: duration')
    expect(masks(main)).toEqual(['::add-mask::correct-horse-battery'])
    expect(main.outputs).toMatchObject({ interrupted: 'false', verdict: 'not-judged' })
  })
})
