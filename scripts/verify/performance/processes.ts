/**
 * Measures what a process and all its children use, on Linux. A shell starts the process and measures its processor time, because only a
 * parent that waits for its children gets it: https://www.gnu.org/software/bash/manual/bash.html#index-TIMEFORMAT. The peak memory is read
 * while the processes run: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

const EVERY_MS = 100
/**
 * The first argument is the file for the two times, then comes the program. The trap keeps the shell running after Ctrl-C; its children do
 * not inherit it.
 */
const TIMED = `trap : INT TERM; TIMEFORMAT='%3U %3S'; file="$1"; shift; { time "$@" 2>&4 4>&-; } 4>&2 2>"$file"`

/** The words before a program that make its processor time be written to `file` at its end. */
export function timedBy(file: string): readonly string[] {
  return ['bash', '-c', TIMED, 'bash', file]
}

/** Reads the processor time that `timedBy` has written, user and system together, in seconds. */
export async function readCpu(file: string): Promise<number> {
  const text = await readFile(file, 'utf8')
  const [, user, system] = /(\d+\.\d+) (\d+\.\d+)\s*$/.exec(text) ?? []
  if (user === undefined || system === undefined) throw new Error(`no processor time in: ${text}`)
  return Number(user) + Number(system)
}

/** Watches the memory of a process and its children. The function that it returns ends the watch and gives the largest peak, in MB. */
export function watchMemory(root: number): () => number {
  let most = 0
  const look = () => {
    for (const pid of findTree(root)) most = Math.max(most, readPeak(pid))
  }
  const timer = setInterval(look, EVERY_MS)
  return () => {
    clearInterval(timer)
    return most
  }
}

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly text: string }

/** Starts a program in a process group of its own, so that a signal to the group reaches all that a Ctrl-C would reach. */
export function startProgram(
  [command = '', ...args]: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<Ended>((done, fail) => {
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (more: string) => (text += more))
    child.on('error', fail)
    child.on('close', (code, signal) => done({ code, signal, text }))
  })
  return { child, ended }
}

/** Sends a signal to a process group that `startProgram` made. */
export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch (thrown) {
    // ESRCH means that the process has ended meanwhile.
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown
  }
}

/** All descendants of a process, without the process itself, which is the measuring shell. */
function findTree(root: number): readonly number[] {
  const parents = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? readParent(name) : undefined
    if (parent !== undefined) parents.set(parent, [...(parents.get(parent) ?? []), Number(name)])
  }
  const found: number[] = []
  const open = [root]
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    const children = parents.get(pid) ?? []
    found.push(...children)
    open.push(...children)
  }
  return found
}

/** The parent is the second field after the name of the program, which is in brackets and may hold blanks. */
function readParent(pid: string): number | undefined {
  const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ')
  return fields && Number(fields[1])
}

function readPeak(pid: number): number {
  const kb = /^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1]
  return Number(kb ?? 0) / 1024
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
