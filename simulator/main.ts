import { parseArgs } from 'node:util'
import { renderHelp } from './help.ts'
import { startSimulator } from './server.ts'

const { values } = parseArgs({
  options: { port: { type: 'string' }, speed: { type: 'string' }, real0: { type: 'string' }, sim0: { type: 'string' } },
})

function parseNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (text === '' || !Number.isFinite(number)) throw new Error(`--${name} takes a number, not "${text}"`)
  return number
}

async function main(): Promise<void> {
  const simulator = await startSimulator({
    port: parseNumber('port', values.port),
    speed: parseNumber('speed', values.speed),
    real0: parseNumber('real0', values.real0),
    sim0: parseNumber('sim0', values.sim0),
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void simulator.close())
  process.stderr.write(renderHelp(simulator.url, simulator.clock.speed))
  process.stdout.write(`ready ${simulator.url}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
})
