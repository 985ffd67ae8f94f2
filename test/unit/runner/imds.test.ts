import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createHost } from '../../../src/runner/imds.ts'

const ID = 'i-0123456789abcdef0'
const open: Server[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => new Promise((resolve) => server.close(resolve).closeAllConnections())))
})

/** The address of a loopback metadata service. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** IMDSv2: a token by PUT with a life time, the id by GET with that token. */
function imds(id: string, asked: string[] = []): RequestListener {
  return ({ method, url, headers }, answer) => {
    asked.push(`${method} ${url}`)
    const token = method === 'PUT' && url === '/latest/api/token' && headers['x-aws-ec2-metadata-token-ttl-seconds'] !== undefined
    const read = method === 'GET' && url === '/latest/meta-data/instance-id' && headers['x-aws-ec2-metadata-token'] === 'the-token'
    answer.writeHead(token || read ? 200 : 401).end(token ? 'the-token\n' : read ? `${id}\n` : 'Unauthorized')
  }
}

async function ownId(endpoint: string, env: NodeJS.ProcessEnv = {}) {
  return await createHost({ AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint, ...env }).ownInstanceId()
}

/** On an EC2 machine the firmware tells the id before the network is asked; these tests would find the machine they run on. */
const onEc2 = (() => {
  try {
    return readFileSync('/sys/devices/virtual/dmi/id/board_asset_tag', 'utf8').startsWith('i-')
  } catch {
    return false
  }
})()

describe.skipIf(onEc2)('ownInstanceId', () => {
  it('asks the metadata service with a token', async () => {
    expect(await ownId(await serve(imds(ID)))).toBe(ID)
  })

  it('does not mind a slash at the end of the endpoint', async () => {
    expect(await ownId(`${await serve(imds(ID))}/`)).toBe(ID)
  })

  it.each([
    ['on a hosted runner, which is nobody’s instance', { RUNNER_ENVIRONMENT: 'github-hosted' }],
    ['where the metadata service is switched off', { AWS_EC2_METADATA_DISABLED: 'TRUE' }],
  ])('asks nothing %s', async (_, env) => {
    const asked: string[] = []
    expect(await ownId(await serve(imds(ID, asked)), env)).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('asks on a self-hosted runner', async () => {
    expect(await ownId(await serve(imds(ID)), { RUNNER_ENVIRONMENT: 'self-hosted', AWS_EC2_METADATA_DISABLED: 'false' })).toBe(ID)
  })

  it.each([
    ['nothing', '', 'unknown'],
    ['Amazon EC2', 'Amazon EC2', 'unknown'],
    ['Xen', 'Xen', 'unknown'],
    ['a maker of other machines', 'Dell Inc.', undefined],
  ])('is what the firmware leaves open on a self-hosted runner without a metadata service: %s', async (_, vendor, id) => {
    const env = { RUNNER_ENVIRONMENT: 'self-hosted', AWS_EC2_METADATA_DISABLED: 'true' }
    const host = createHost(env, (path) => (path.endsWith('sys_vendor') ? vendor : ''))
    expect(await host.ownInstanceId()).toBe(id)
  })

  it('is what the firmware says, before the network is asked', async () => {
    const asked: string[] = []
    const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: await serve(imds('i-0000000000000000f', asked)) }
    expect(await createHost(env, () => ID).ownInstanceId()).toBe(ID)
    expect(asked).toEqual([])
  })

  it.each<[string, RequestListener]>([
    ['something that is no instance id', imds('<html>login</html>')],
    ['an error', (_, answer) => answer.writeHead(500).end(ID)],
    ['a broken connection', ({ socket }) => socket.destroy()],
    ['half an answer', (_, answer) => answer.writeHead(200, { 'content-length': '100' }).write('i-', () => answer.destroy())],
  ])('is nobody when the answer is %s', async (_, answer) => {
    expect(await ownId(await serve(answer))).toBeUndefined()
  })

  it('is nobody when nothing answers there', async () => {
    const endpoint = await serve(imds(ID))
    await new Promise((resolve) => open.pop()?.close(resolve))
    expect(await ownId(endpoint)).toBeUndefined()
  })
})
