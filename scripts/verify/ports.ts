/**
 * Breaks every file, folder and stream that the runner gives to a step, before the step starts and in the middle of it. Fails on a stack
 * trace, on more than one error line, on a wrong exit code, and on anything that is left. `npm run ports` plays every third cell, and
 * cancels a main in real time after each port broke; `npm run ports -- --all` plays them all. Which third differs between entries and
 * ports, so every fault of every port is played with at least one entry.
 */
import { availableParallelism } from 'node:os'
import { type Outcome, PROMISED_MS } from '../../test/crash/cell.ts'
import { listCells, type PortCell, playPort, playPortCancel, playPortKill } from '../../test/crash/ports.ts'

const AT_ONCE = Math.max(2, availableParallelism() * 2)
const SHARE = 3

type Task = { readonly name: string; readonly play: () => Promise<Outcome> }
type PlayedTask = Task & { readonly outcome: Outcome }

async function ports(): Promise<void> {
  const startMs = performance.now()
  const all = listCells()
  const cells = process.argv.includes('--all') ? all : all.filter((_, index) => index % SHARE === 0)
  const played = await playAll(cells.map((cell) => ({ name: nameOf(cell), play: () => playPort(cell) })))
  const killed = await playAll(listKills(all))
  const cancelled = await playAll(listCancels(all))
  const slowest = Math.max(...cancelled.map(({ outcome }) => outcome.tookMs ?? 0))
  const seconds = Math.round((performance.now() - startMs) / 1000)
  console.log(
    `${played.length} of ${all.length} cells, ${killed.length} kills and ${cancelled.length} cancels in ${seconds} s; slowest cancel ${Math.round(slowest)} ms of ${PROMISED_MS}`,
  )
  const wrong = [...played, ...killed, ...cancelled].filter(({ outcome }) => outcome.wrong.length > 0)
  for (const { name, outcome } of wrong) console.error(`✗ ${name}: ${outcome.wrong.join('; ')}`)
  process.exitCode = wrong.length === 0 ? 0 : 1
}

/** For each port, one main that is cancelled in the middle of its work, by SIGINT and SIGHUP in turn. */
function listCancels(all: readonly PortCell[]): readonly Task[] {
  const middle = all.filter(({ entry, moment }) => entry === 'main' && moment === 'after')
  const firsts = middle.filter(({ port }, index) => middle.findIndex((one) => one.port === port) === index)
  return firsts.map((cell, index) => {
    const signal = index % 2 === 0 ? 'SIGINT' : 'SIGHUP'
    return { name: `${nameOf(cell)}, then ${signal}`, play: () => playPortCancel(cell, signal) }
  })
}

/** For every fault that breaks the saved state from the start on: a main that is killed by SIGKILL. */
function listKills(all: readonly PortCell[]): readonly Task[] {
  const unsaved = all.filter(({ entry, port, fault, moment }) => {
    return entry === 'main' && port === 'GITHUB_STATE' && moment === 'before' && fault !== 'garbage'
  })
  return unsaved.map((cell) => ({ name: `${nameOf(cell)}, then SIGKILL`, play: () => playPortKill(cell) }))
}

function nameOf({ entry, port, fault, moment }: PortCell): string {
  return `${entry}: ${port} ${fault}, ${moment} the start`
}

async function playAll(tasks: readonly Task[]): Promise<readonly PlayedTask[]> {
  const played: PlayedTask[] = []
  const queue = [...tasks]
  const work = async () => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      const outcome = await task.play().catch((thrown: unknown): Outcome => ({ wrong: [String(thrown)] }))
      played.push({ ...task, outcome })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return played
}

await ports()
