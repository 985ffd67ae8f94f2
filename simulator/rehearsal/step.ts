import { text as readText } from 'node:stream/consumers'
import * as v from 'valibot'
import type { Simulator } from '../server.ts'
import { openRehearsal } from './open.ts'
import { type Settings, settingsSchema } from './settings.ts'

/** The longest time that a job may last on a runner of GitHub. */
const MOST_IDLE_MS = 6 * 60 * 60_000
const WATCH_MS = 1000

/**
 * Serves the rehearse action: settings on standard input, one line of JSON on standard output: `url` and `instanceIds`, or `problems`. It
 * prints nothing after that, because nobody would read it. It ends on a signal, together with its parent, or after six hours without a
 * call.
 *
 * The action saves the id of this process before it sends the settings. If the action is killed before that, it sends nothing and this
 * process ends. If it is killed later, its post step knows which process to end.
 */
export async function serveStep(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  const settings = parseSettings(await readText(process.stdin))
  if (settings === undefined) return
  const { speed, run, parent } = settings
  let usedAt = Date.now()
  const onRequest = () => {
    usedAt = Date.now()
  }
  const opened = await openRehearsal(settings, { speed, run, onRequest })
  if ('problems' in opened) return say(opened)
  endWith(opened.simulator, () => (parent !== null && !isAlive(parent)) || Date.now() - usedAt > MOST_IDLE_MS)
  say({ url: opened.simulator.url, instanceIds: opened.instanceIds })
}

/** The settings; undefined for an incomplete text, because its writer was killed. */
function parseSettings(text: string): Settings | undefined {
  try {
    return v.parse(settingsSchema, JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function say(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

function endWith(simulator: Simulator, isOver: () => boolean): void {
  const end = () => void simulator.close().then(() => process.exit())
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end)
  setInterval(() => {
    if (isOver()) end()
  }, WATCH_MS).unref()
}

/** Whether a process with this id exists, also if it belongs to another user. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
