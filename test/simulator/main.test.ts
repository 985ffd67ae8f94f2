import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { expectExit } from '../exit.ts'

const main = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url))

/** The program as a user starts it; resolves with what it printed once it is ready or gone. */
async function start(...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const printed = { out: '', err: '' }
  child.stdout?.on('data', (chunk) => {
    printed.out += chunk
  })
  child.stderr?.on('data', (chunk) => {
    printed.err += chunk
  })
  const exited = once(child, 'close')
  await Promise.race([exited, child.stdout && once(child.stdout, 'data')])
  return { child, exited, printed }
}

// Windows ends a process at any signal of another one.
it.skipIf(process.platform === 'win32').each(['SIGTERM', 'SIGINT'] as const)(
  'says where it listens, in one line, and ends cleanly on %s',
  async (signal) => {
    const { child, exited, printed } = await start('--speed', '60', '--real0', '1000', '--sim0', '2000')
    expect(printed.out).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n$/)
    const url = printed.out.trim().split(' ')[1]
    const clock = await (await fetch(`${url}/_simulator/clock`)).json()
    expect(clock).toMatchObject({ speed: 60, real0: 1000, sim0: 2000 })
    child.kill(signal)
    const [code] = await exited
    expectExit({ code, stdout: printed.out, stderr: printed.err }, 0)
    expect(printed.err).toContain(`export AWS_ENDPOINT_URL=${url}\n`)
    expect(printed.err).toContain('export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1\n')
    expect(printed.err).toContain('export SPOT_INTERRUPT_REHEARSAL=true\n')
    expect(printed.out.split('\n')).toHaveLength(2)
  },
)

it.each([
  [['--speed', 'fast'], /--speed takes a number, not "fast"/],
  [['--speed', '0'], /above 0/],
  [['--colour', 'red'], /colour/],
  [['--port'], /argument missing/],
  [['--instances', '1.5'], /--instances takes a whole number, not "1.5"/],
  [['--tag', 'web'], /--tag takes key=value, not "web"/],
  [['--scenario', 'no/such.yml'], /no\/such\.yml/],
  [['--scenario', 'package.json'], /package\.json, line 2: name: there is no member of this name/],
  [['here'], /Unexpected argument/],
])('refuses %j', async (args, message) => {
  const { exited, printed } = await start(...args)
  const [code] = await exited
  expectExit({ code, stdout: printed.out, stderr: printed.err }, 1)
  expect(printed.err).toMatch(message)
  expect(printed.err).toContain('Usage: npm run simulator')
  expect(printed.err).not.toMatch(/^\s+at /m)
  expect(printed.out).toBe('')
})

it('starts with what its options ask for, and says what to paste', async () => {
  const { child, exited, printed } = await start(
    '--instances',
    '2',
    '--tag',
    'a=b=c',
    '--auto-scaling-group',
    'web',
    '--region',
    'eu-west-1',
  )
  const url = printed.out.trim().split(' ')[1]
  const state = (await (await fetch(`${url}/_simulator/state`)).json()) as { readonly instances: Readonly<Record<string, unknown>> }
  expect(state.instances['i-0123456789abcdef1']).toMatchObject({
    region: 'eu-west-1',
    tags: { a: 'b=c', 'aws:autoscaling:groupName': 'web' },
  })
  expect(await (await fetch(`${url}/_simulator/imds/i-0123456789abcdef1`)).text()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/)
  expect((await fetch(`${url}/_simulator/imds/i-0000000000000000f`)).status).toBe(404)
  expect(printed.err).toContain('export AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1\n')
  expect(printed.err).toContain('env "INPUT_INSTANCE-ID=i-0123456789abcdef0" node dist/main.cjs\n')
  child.kill('SIGTERM')
  await exited
})

it('prints its usage, and starts nothing', async () => {
  const { exited, printed } = await start('--help')
  const [code] = await exited
  expectExit({ code, stdout: printed.out, stderr: printed.err }, 0)
  expect(printed.out).toMatch(/^Usage: npm run simulator/)
  for (const option of [
    '--instances',
    '--tag',
    '--auto-scaling-group',
    '--region',
    '--scenario',
    '--port',
    '--speed',
    '--real0',
    '--sim0',
    '--help',
  ])
    expect(printed.out).toContain(`  ${option}`)
  expect(printed.err).toBe('')
})
