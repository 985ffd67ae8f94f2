/**
 * Starts the parts of the bench: `npm run bench -- PART…` with the parts of `PARTS`, and options for them. Without a part, it measures the
 * time from a cancel to the end, the start of the action and the simulator, one after another; a number is then the number of rounds that
 * measure the start.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { planBench } from './performance/parts.ts'

for (const [file, ...given] of planBench(process.argv.slice(2))) {
  const { status, signal } = spawnSync(process.execPath, [join(import.meta.dirname, file), ...given], { stdio: 'inherit' })
  if (status !== 0) {
    process.exitCode = status ?? (signal === null ? 1 : 130)
    break
  }
}
