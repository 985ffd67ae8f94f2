import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startBalancer } from '../../simulator/fleet/balancer.ts'
import { createProcessHost, type ProcessHost, type ProcessLogLine } from '../../simulator/fleet/process.ts'
import { type Simulator, startSimulator } from '../../simulator/server.ts'

const ONE = 'i-0123456789abcdef0'
const TWO = 'i-0fedcba9876543210'
const REGION = 'us-east-1'
const SERVICE = [process.execPath, resolve(import.meta.dirname, '../../simulator/example/service.ts')]
/** Windows ends a process at any signal of another one. */
const WINDOWS = process.platform === 'win32'
const STUBBORN = [process.execPath, '-e', "process.on('SIGTERM',()=>console.log('no'));console.log('up');setInterval(()=>{},1000)"]

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** One running instance that EC2 ends `seconds` after its launch, which was just now. */
async function begin(seconds: number, speed = 20): Promise<{ simulator: Simulator; host: ProcessHost }> {
  const simulator = await startSimulator({ speed })
  const host = createProcessHost(simulator)
  closing.push(simulator.close, host.close)
  simulator.setScript([{ instance: ONE, at: 'launch', afterSeconds: seconds, do: 'terminate', by: 'no-capacity' }])
  simulator.seed({ instances: [{ id: ONE, region: REGION, launchedSecondsAgo: 0 }] })
  return { simulator, host }
}

async function until(host: ProcessHost, found: (entry: ProcessLogLine) => boolean): Promise<ProcessLogLine> {
  for (let turn = 0; turn < 1000; turn++) {
    const entry = host.log().find(found)
    if (entry !== undefined) return entry
    await new Promise((done) => setTimeout(done, 10))
  }
  throw new Error(`never came: ${JSON.stringify(host.log())}`)
}

function words(host: ProcessHost, instance: string): readonly string[] {
  return host
    .log()
    .filter((entry) => entry.instance === instance)
    .map(({ what, text }) => (what === 'line' && text.startsWith('{') ? JSON.parse(text).what : text === '' ? what : `${what} ${text}`))
}

describe('a program of an Auto Scaling group', () => {
  it('runs on its members, and on those that replace them', async () => {
    const { simulator, host } = await begin(20, 60)
    simulator.setSwitches({ groupHealthSeconds: 0, groupLaunchSeconds: 0 })
    simulator.seed({
      instances: [{ id: TWO, region: REGION }],
      autoScalingGroups: [{ name: 'web', region: REGION, members: [{ id: TWO }] }],
    })
    simulator.setScript([{ instance: TWO, at: 'launch', afterSeconds: 3700, do: 'terminate' }])
    host.runOnGroup({ group: 'web', program: (instance) => ({ instance, command: SERVICE }) })
    const started = await until(host, ({ instance, what }) => what === 'started' && instance !== TWO)
    expect(started.instance).toMatch(/^i-[0-9a-f]{17}$/)
    if (!WINDOWS) expect(words(host, TWO)).toContain('SIGTERM')
    const imds = (await (await fetch(`${simulator.url}/_simulator/imds`)).json()) as Record<string, string>
    expect(Object.keys(imds)).toContain(started.instance)
    expect(JSON.stringify(simulator.state())).toContain(`"${started.instance}":{`)
  })
})

describe('a process on an instance', () => {
  it.skipIf(WINDOWS)('is ended by SIGTERM when the instance goes', async () => {
    const { host } = await begin(60)
    host.run({ instance: ONE, command: SERVICE })
    await until(host, ({ what }) => what === 'ended')
    expect(words(host, ONE)).toEqual(['started', 'listening', 'SIGTERM', 'closed', 'ended 0'])
  })

  it.skipIf(WINDOWS)('is killed after its grace when it takes no notice', async () => {
    const { host } = await begin(60)
    host.run({ instance: ONE, command: STUBBORN, graceSeconds: 8 })
    await until(host, ({ what }) => what === 'ended')
    expect(words(host, ONE)).toEqual(['started', 'line up', 'SIGTERM', 'line no', 'SIGKILL', 'ended SIGKILL'])
    const at = (what: ProcessLogLine['what']) => host.log().find((entry) => entry.what === what)?.at ?? 0
    expect(at('SIGKILL') - at('SIGTERM')).toBeGreaterThanOrEqual(8000)
    expect(at('SIGKILL') - at('SIGTERM')).toBeLessThan(12_000)
  })

  it('does not start before its instance runs', async () => {
    const { simulator, host } = await begin(600)
    host.run({ instance: TWO, command: STUBBORN })
    host.run({ instance: ONE, command: STUBBORN })
    const { at } = await until(host, ({ what }) => what === 'started')
    expect(at).toBeLessThanOrEqual(simulator.now().getTime())
    expect(words(host, TWO)).toEqual([])
  })

  it('sees its notice through the metadata service, and drains', async () => {
    const { host } = await begin(200)
    host.run({ instance: ONE, command: SERVICE, env: { DRAIN: 'true' } })
    await until(host, ({ what }) => what === 'ended')
    expect(words(host, ONE).slice(0, 5)).toEqual(['started', 'listening', 'noticed', 'draining', 'closed'])
  })

  it('ends with the host, whatever it does', async () => {
    const { host } = await begin(600)
    host.run({ instance: ONE, command: STUBBORN })
    await until(host, ({ text }) => text === 'up')
    await host.close()
    await until(host, ({ what }) => what === 'ended')
  })
})

describe('a replacement', () => {
  it('comes up after its delay, once the instance began to end', async () => {
    const { simulator, host } = await begin(60)
    host.replace({ instance: TWO, command: STUBBORN, region: REGION, for: ONE, after: 'interruption', delaySeconds: 30 })
    const { at } = await until(host, ({ what, instance }) => what === 'started' && instance === TWO)
    expect(simulator.instance(ONE)?.state).toBe('terminated')
    expect(simulator.instance(TWO)?.state).toBe('running')
    expect(at).toBeGreaterThanOrEqual(Date.parse(new Date(simulator.clock.sim0).toISOString()) + 90_000)
  })
})

describe('the load balancer', () => {
  it('sends connections to what says it is ready, and drops them while nothing does', async () => {
    let ready = true
    const server = createServer((request, response) => response.writeHead(request.url !== '/ready' || ready ? 200 : 503).end())
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    closing.push(() => new Promise((done) => server.close(done)))
    const front = await startBalancer({ speed: 100, real0: 0, sim0: 0 }, [(server.address() as AddressInfo).port])
    closing.push(front.close)
    const ask = () =>
      new Promise((done) => {
        get(front.url, { agent: false }, (answer) => done(answer.resume().statusCode)).on('error', (error) =>
          done((error as NodeJS.ErrnoException).code),
        )
      })
    expect(await ask()).toBe(200)
    ready = false
    for (let turn = 0; turn < 100 && (await ask()) === 200; turn++) await new Promise((done) => setTimeout(done, 10))
    expect(await ask()).toBe('ECONNRESET')
  })
})
