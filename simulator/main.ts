import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { renderHelp, usage } from './help.ts'
import { type SimulatorOptions, startSimulator } from './server.ts'

const numbers = ['port', 'speed', 'real0', 'sim0'] as const

/** Undefined for a request for help. */
function parseOptions(args: readonly string[]): SimulatorOptions | undefined {
  const options = { ...Object.fromEntries(numbers.map((name) => [name, { type: 'string' }] as const)), help: { type: 'boolean' } } as const
  const { values } = parseArgs({ args: [...args], options })
  if (values.help === true) return undefined
  const given = values as Readonly<Record<string, string | undefined>>
  return Object.fromEntries(numbers.map((name) => [name, parseNumber(name, given[name])]))
}

function parseNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (text === '' || !Number.isFinite(number)) throw new Error(`--${name} takes a number, not "${text}"`)
  return number
}

async function main(): Promise<void> {
  // A rehearsal shares its machine with the job. The garbage of a request is small, so a small young generation is enough.
  setFlagsFromString('--optimize-for-size')
  const options = parseOptions(process.argv.slice(2))
  if (options === undefined) return void process.stdout.write(usage)
  const simulator = await startSimulator(options)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void simulator.close())
  process.stderr.write(renderHelp(simulator.url, simulator.clock.speed))
  process.stdout.write(`ready ${simulator.url}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}`)
  process.exitCode = 1
})
