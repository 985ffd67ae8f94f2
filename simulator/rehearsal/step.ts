import { text as readText } from 'node:stream/consumers'
import * as v from 'valibot'
import type { Simulator } from '../server.ts'
import { openRehearsal } from './open.ts'
import { type Settings, settingsSchema } from './settings.ts'

/** As long as a job may last on a runner of GitHub. */
const MOST_IDLE_MS = 6 * 60 * 60_000
const WATCH_MS = 1000

/**
 * Serves the rehearse action: settings on standard input, one line of JSON on standard output: `url` and `instanceIds`, or `problems`. Then it
 * says nothing more, because nobody reads it. It ends with a signal, with its parent, or when nobody has called it for six hours.
 *
 * The action saves the id of this process before it sends the settings. An action that is killed before then sends nothing, and this
 * process ends; one that is killed later has a post step that knows which process to end.
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

/** Undefined for a text that was cut off: who wrote it is gone. */
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

/** Whether there is a process of this id, be it that of another user. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
