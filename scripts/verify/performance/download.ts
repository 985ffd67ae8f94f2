/** Measures what a runner downloads of the action. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { root } from './machine.ts'
import type { Download } from './shapes.ts'

const run = promisify(execFile)
const OPTIONS = { cwd: root, encoding: 'buffer', maxBuffer: 256 * 1024 * 1024 } as const

export async function measureDownload(): Promise<Download> {
  const { stdout: shipped } = await run('tar', ['--create', 'action.yml', 'dist'], OPTIONS)
  return { shippedGzipBytes: gzipSync(shipped).length, shippedBytes: shipped.length, archiveGzipBytes: await measureArchive() }
}

/** The size of the archive; null for a copy without git history, which has no HEAD to archive. */
async function measureArchive(): Promise<number | null> {
  try {
    return gzipSync((await run('git', ['archive', '--format=tar', 'HEAD'], OPTIONS)).stdout).length
  } catch {
    return null
  }
}
