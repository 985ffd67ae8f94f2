/** Checks that `dist` is a build of its sources: builds a fresh clone in another folder, with packages of its own. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReleaseContext } from './context.ts'
import { changesIn, headOf, openGit } from './git.ts'

/** Throws with the names of the files of `dist` that differ from a build of the commit, that it does not make, or that are missing. */
export function checkDist({ folder, log }: Pick<ReleaseContext, 'folder' | 'log'>): void {
  const head = headOf(openGit(folder))
  const home = mkdtempSync(join(tmpdir(), 'release-'))
  try {
    const clone = join(home, 'a folder of another name')
    openGit(home)('clone', '--quiet', '--no-local', folder, clone)
    const git = openGit(clone)
    git('checkout', '--quiet', '--detach', head)
    // Removes the committed dist, so that a file that no build makes shows as a difference.
    rmSync(join(clone, 'dist'), { recursive: true, force: true })
    npm(clone, 'ci', '--ignore-scripts')
    npm(clone, 'run', 'build')
    const changes = changesIn(git, 'dist')
    if (changes.length > 0) throw new Error(`dist is not a build of ${head}. Run npm run build, and commit:\n${changes.join('\n')}`)
    log('A build in another folder makes dist byte for byte.')
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** On Windows npm is a batch file, which needs a shell. None of the arguments has a special meaning in a shell. */
function npm(cwd: string, ...given: readonly string[]): void {
  const { status, error, stdout, stderr } = spawnSync('npm', given, { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`npm ${given.join(' ')} ended with ${status}:\n${`${stdout}${stderr}`.slice(-2000)}`)
}
