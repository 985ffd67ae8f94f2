/**
 * Runs the shell blocks of the documents that are marked to be run, in order, from the root of the repository. It leaves out `npm ci`,
 * because the packages are there already. Prints the blocks that are not run, each with its reason. Fails if a block fails.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { type Block, DOCUMENTS, isShell, readBlocks, root, toRunMode } from './code-blocks.ts'

const LIMIT_MS = 5 * 60_000

async function main(): Promise<void> {
  const blocks = DOCUMENTS.flatMap((path) => readBlocks(path)).filter(isShell)
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const block of blocks) {
    const result = await runBlock(block)
    counts[result]++
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} not run here`)
  if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1
}

async function runBlock(block: Block): Promise<'passed' | 'failed' | 'skipped'> {
  const where = `${block.path}:${block.line}`
  const mode = toRunMode(block)
  if (mode === undefined) return report(where, 'failed', 'has no mark: see scripts/verify/code-blocks.ts')
  if (mode.kind === 'skip') return report(where, 'skipped', mode.why)
  const startedMs = performance.now()
  const problem = await run(block.body.replace('npm ci && ', ''), mode.until)
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  return report(where, problem === '' ? 'passed' : 'failed', problem || `${seconds} s`)
}

function report<T extends string>(where: string, result: T, text: string): T {
  console.log(`${result.padEnd(7)} ${where}: ${text}`)
  return result
}

/** Runs commands in a shell of their own. Resolves with what went wrong, or ''. With `until`, they succeed, and are ended, when that text appears. */
function run(commands: string, until: string | undefined): Promise<string> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', commands], { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  return new Promise((done) => {
    const end = (problem: string) => {
      clearTimeout(timer)
      kill(child)
      done(problem)
    }
    const timer = setTimeout(() => end(`it has not ended after ${LIMIT_MS / 60_000} minutes`), LIMIT_MS)
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      if (until !== undefined && output.includes(until)) end('')
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('close', (code) => end(code === 0 && until === undefined ? '' : `exit code ${code}\n${output.slice(-2000)}`))
  })
}

/** Ends the commands and everything that they started. */
function kill({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGTERM')
  } catch {
    // All of them have ended.
  }
}

await main()
