/** Sends requests to the running process of the simulated AWS, and ends it. */
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** A running simulator. `url` is null until it is ready. */
export type Running = { readonly pid: number; readonly url: string | null }

/** The bundle of the simulator, beside those of the actions. */
export const FILE = 'simulator.cjs'

/** The longest wait for an answer, in real time. */
const ANSWER_MS = 10_000
/** The longest wait for the end of the process. */
const END_MS = 3000
const CHECK_MS = 20

/** One answer of the simulator, parsed. Rejects if there is none. The address is loopback, so it uses no proxy. */
export function askSimulator(url: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { agent: false, signal: AbortSignal.timeout(ANSWER_MS) }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (more: string) => {
        text += more
      })
      answer.on('error', reject)
      answer.on('end', () => (answer.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(`status ${answer.statusCode}`))))
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** Ends the simulator, and waits until it has ended. Never ends another process that has got the same id since. */
export async function stopSimulator(running: Running): Promise<void> {
  if (!(await isOurs(running))) return
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!send(running.pid, signal)) return
    for (let waited = 0; waited < END_MS; waited += CHECK_MS) {
      if (!send(running.pid, 0)) return
      await sleep(CHECK_MS)
    }
  }
}

/**
 * Whether a process is the simulator. The simulator reports its own process id. If it does not answer, Linux shows the command of the
 * process; other systems trust the id.
 */
async function isOurs({ pid, url }: Running): Promise<boolean> {
  if (!send(pid, 0)) return false
  const answer = url === null ? undefined : await askSimulator(url, '/_simulator/process').catch(() => undefined)
  if (answer !== undefined) return (answer as { readonly pid?: number }).pid === pid
  if (process.platform !== 'linux') return true
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(FILE)
  } catch {
    return false
  }
}

/** Sends a signal. Returns false if the process has ended, also if its parent has not noticed that yet. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal)
    return !isZombie(pid)
  } catch {
    return false
  }
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}
