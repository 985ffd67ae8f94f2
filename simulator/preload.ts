/**
 * Speeds up the time of a process: `node --import ./simulator/preload.ts …` with `SIMULATED_TIME=<speed>,<real0>,<sim0>`. Its time is then
 * `sim0 + (real − real0) × speed`, computed from the same three numbers as the simulator's, so the two never drift apart.
 * `AbortSignal.timeout` and the time-outs of sockets stay real time: the servers are as slow as this machine, at any speed.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module'

const [speed = 1, real0 = 0, sim0 = 0] = (process.env.SIMULATED_TIME ?? '').split(',').map(Number)

const RealDate = Date
const now = () => Math.round(sim0 + (RealDate.now() - real0) * speed)

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
  apply: () => new RealDate(now()).toString(),
  get: (target, name, self) => (name === 'now' ? now : Reflect.get(target, name, self)),
})

const realNow = performance.now.bind(performance)
performance.now = () => realNow() * speed

const { setTimeout: realTimeout, setInterval: realInterval } = globalThis
const faster = (ms: number | undefined) => (ms ?? 0) / speed
globalThis.setTimeout = Object.assign(
  (work: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => realTimeout(work, faster(ms), ...args),
  realTimeout,
) as typeof setTimeout
globalThis.setInterval = ((work: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
  realInterval(work, faster(ms), ...args)) as typeof setInterval

const promises = createRequire(import.meta.url)('node:timers/promises') as { setTimeout: typeof import('node:timers/promises').setTimeout }
const realSleep = promises.setTimeout
promises.setTimeout = (ms, value, options) => realSleep(faster(ms), value, options)
syncBuiltinESMExports()
