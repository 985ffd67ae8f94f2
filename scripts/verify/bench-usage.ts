/**
 * A module of CommonJS that makes a process write its own usage into the file that the environment variable USAGE names, when it ends:
 * `memoryMb` (peak), `cpuMs` (user and system) and `loadedKb` (files of CommonJS that it loaded). On Linux it does not use `maxRSS`, because a child process begins with that of its parent.
 * https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export const USAGE = `process.on('exit', () => {
  const { readFileSync, statSync, writeFileSync } = require('node:fs')
  const { user, system } = process.cpuUsage()
  let kb = process.resourceUsage().maxRSS
  try { kb = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) } catch {}
  const files = Object.keys(require.cache).filter((path) => path.endsWith('.cjs') && path !== __filename)
  const loadedKb = files.reduce((sum, path) => sum + statSync(path).size, 0) / 1000
  writeFileSync(process.env.USAGE, JSON.stringify({ memoryMb: kb / 1024, cpuMs: (user + system) / 1000, loadedKb }))
})
`
