import { readdirSync, readFileSync } from 'node:fs'

/**
 * The processes that carry this RUNNER_TRACKING_ID, which the runner ends with the job. `part` of their command line, where not all are meant.
 * Only Linux shows them.
 */
export function findProcesses(trackingId: string, part = ''): readonly number[] {
  if (process.platform !== 'linux') return []
  const carries = (pid: string) => read(pid, 'environ').includes(`RUNNER_TRACKING_ID=${trackingId}`) && read(pid, 'cmdline').includes(part)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && carries(name))
    .map(Number)
}

/** '' where the process has ended meanwhile. */
function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

/** Ends them, as the runner does at the end of a job. */
export function endProcesses(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
  }
}
