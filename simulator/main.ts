import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { renderHelp, usage } from './help.ts'
import { type Opened, openRehearsal } from './rehearsal/open.ts'
import { serveStep } from './rehearsal/step.ts'
import type { SimulatorOptions } from './server.ts'

const numbers = ['port', 'speed', 'real0', 'sim0', 'instances'] as const
const texts = ['region', 'auto-scaling-group', 'scenario'] as const
const DEFAULT_REGION = 'us-east-1'

type Options = Readonly<Partial<Record<(typeof numbers)[number], number>>> &
  Readonly<Partial<Record<(typeof texts)[number], string>>> & { readonly tags: Readonly<Record<string, string>> }

/** The parsed options; undefined if the user asks for help. */
function parseOptions(args: readonly string[]): Options | undefined {
  const options = {
    ...Object.fromEntries([...numbers, ...texts].map((name) => [name, { type: 'string' }] as const)),
    tag: { type: 'string', multiple: true },
    help: { type: 'boolean' },
  } as const
  const { values } = parseArgs({ args: [...args], options })
  if (values.help === true) return undefined
  const given = values as Readonly<Record<string, string | undefined>>
  return {
    ...Object.fromEntries(numbers.map((name) => [name, parseNumber(name, given[name])])),
    ...Object.fromEntries(texts.map((name) => [name, given[name]])),
    tags: Object.fromEntries((values.tag ?? []).map(parseTag)),
  }
}

function parseNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (text === '' || !Number.isFinite(number)) throw new Error(`--${name} takes a number, not "${text}"`)
  if (name === 'instances' && !(Number.isInteger(number) && number >= 0)) throw new Error(`--${name} takes a whole number, not "${text}"`)
  return number
}

function parseTag(text: string): readonly [string, string] {
  const [, key, value] = /^([^=]+)=(.*)$/.exec(text) ?? []
  if (key === undefined || value === undefined) throw new Error(`--tag takes key=value, not "${text}"`)
  return [key, value]
}

async function open({ region = DEFAULT_REGION, instances = 0, tags, scenario, ...rest }: Options): Promise<Opened> {
  const wanted = {
    ...{ region, instances, tags, autoScalingGroup: rest['auto-scaling-group'] ?? null, role: null },
    scenario: scenario === undefined ? null : readFileSync(scenario, 'utf8'),
  }
  const options: SimulatorOptions = { port: rest.port, speed: rest.speed, real0: rest.real0, sim0: rest.sim0 }
  const opened = await openRehearsal(wanted, options)
  if ('problems' in opened) throw new Error(opened.problems.map((problem) => `${scenario}, ${problem}`).join('\n'))
  return opened
}

async function main(args: readonly string[]): Promise<void> {
  // A rehearsal shares its machine with the job. The garbage of a request is small, so a small young generation is enough.
  setFlagsFromString('--optimize-for-size')
  // The rehearse action starts the simulator in this way.
  if (args.join() === '--step') return await serveStep()
  const options = parseOptions(args)
  if (options === undefined) return void process.stdout.write(usage)
  const { simulator, instanceIds } = await open(options)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void simulator.close())
  const { region = DEFAULT_REGION } = options
  process.stderr.write(renderHelp({ url: simulator.url, speed: simulator.clock.speed, region, instanceIds }))
  process.stdout.write(`ready ${simulator.url}\n`)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}`)
  process.exitCode = 1
})
