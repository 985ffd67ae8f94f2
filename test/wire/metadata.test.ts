/** The metadata service of an instance is asked directly, whatever the proxy variables say. Node reads them once, so each case is a process. */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { type Asked, serve } from './wire.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const OWN_ID = `
  const { createHost } = await import('./src/runner/imds.ts')
  console.log(await createHost(process.env).ownInstanceId())`
const KEYS = `
  const { createAws } = await import('./src/aws/clients.ts')
  const aws = createAws({ region: 'us-east-1', userAgent: ['spot-interrupt', '1.2.3'] })
  console.log((await aws.sts.whoami()).source)
  process.exit()`

const CALLER =
  '<GetCallerIdentityResult><Arn>arn:aws:sts::1:assumed-role/r/i</Arn><Account>123456789012</Account></GetCallerIdentityResult>'
const SECRETS = {
  Code: 'Success',
  AccessKeyId: 'A',
  SecretAccessKey: 's',
  Token: 't',
  Expiration: new Date(Date.now() + 9e9).toISOString(),
}

function answer({ path, method }: Asked): { readonly status?: number; readonly headers?: Record<string, string>; readonly body: string } {
  if (method === 'PUT') return { body: 'token', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' } }
  if (path === '/')
    return { body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${CALLER}</GetCallerIdentityResponse>` }
  if (path.endsWith('/instance-id')) return { body: 'i-0123456789abcdef0' }
  return { body: path.endsWith('/security-credentials/') ? 'runner' : JSON.stringify(SECRETS) }
}

it.each([
  ['its own id', OWN_ID, 'i-0123456789abcdef0'],
  ['credentials', KEYS, 'the metadata service of the instance'],
])('%s: with NODE_USE_ENV_PROXY and a proxy', async (_, script, found) => {
  const direct = await serve(answer)
  const proxy = await serve(() => ({ status: 502, body: 'the proxy' }))
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: proxy.url,
    http_proxy: proxy.url,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: direct.url,
    AWS_ENDPOINT_URL: direct.url,
  }
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT, env })
  expect(stdout.trim()).toBe(found)
  expect(proxy.asked).toEqual([])
  expect(direct.asked.length).toBeGreaterThanOrEqual(2)
})
