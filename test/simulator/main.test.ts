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

it('prints its usage, and starts nothing', async () => {
  const { exited, printed } = await start('--help')
  const [code] = await exited
  expectExit({ code, stdout: printed.out, stderr: printed.err }, 0)
  expect(printed.out).toMatch(/^Usage: npm run simulator/)
  for (const option of ['--port', '--speed', '--real0', '--sim0', '--help']) expect(printed.out).toContain(`  ${option}`)
  expect(printed.err).toBe('')
})
