/** The ports of AWS for a run in virtual time, as slow as a network or as fast as none. */
import { createHash } from 'node:crypto'
import type { createAws } from '../../src/aws/clients.ts'
import type { Clock } from '../../src/world.ts'

type Aws = ReturnType<typeof createAws>

/** What differs from run to run, drawn from the number of the run: the first has no delays and begins at a full minute. */
export type Chance = { readonly phaseMs: number; readonly delayMs: (what: string) => number }

/** Most calls of AWS take less, both ways together. */
const SLOWEST_MS = 500
const PHASES_MS = 60_000

/** The same number always gives the same chance, whatever the order of the calls. */
export function draw(run: number): Chance {
  const share = (what: string) => (run === 1 ? 0 : createHash('sha256').update(`${run}/${what}`).digest().readUInt32BE() / 2 ** 32)
  return { phaseMs: Math.floor(PHASES_MS * share('phase')), delayMs: (what) => SLOWEST_MS * share(what) }
}

type Around = { readonly count: (by: 1 | -1) => void; readonly sleep: Clock['sleep']; readonly delayMs: Chance['delayMs'] }

/** The ports, with a count of the requests that have no answer yet, and a delay of each request and of each answer. */
export function openPorts(aws: Aws, { count, sleep, delayMs }: Around): Aws {
  const calls = new Map<string, number>()
  const delay = async (what: string) => {
    const ms = delayMs(what)
    if (ms > 0) await sleep(ms)
  }
  const follow = async <T>(name: string, ask: () => Promise<T>): Promise<T> => {
    const nth = (calls.get(name) ?? 0) + 1
    calls.set(name, nth)
    await delay(`${name} ${nth} sent`)
    count(1)
    const asked = ask().finally(() => count(-1))
    await asked.catch(() => undefined)
    await delay(`${name} ${nth} answered`)
    return await asked
  }
  const wrap = <T extends object>(port: T, portName: string): T =>
    new Proxy(port, {
      get: (_, name) => {
        const method = Reflect.get(port, name) as ((...args: readonly unknown[]) => Promise<unknown>) | undefined
        return method === undefined
          ? undefined
          : (...args: readonly unknown[]) => follow(`${portName}.${String(name)}`, () => method(...args))
      },
    })
  const { endpoints, ...ports } = aws
  const wrapped = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, wrap(port, name)])) as typeof ports
  return { ...wrapped, endpoints: (services) => follow('endpoints', () => endpoints(services)) }
}
