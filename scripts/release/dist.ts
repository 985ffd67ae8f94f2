/** Is `dist` what its sources make? Answered in a fresh clone in another folder, with packages of its own. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { changesIn, headOf, openGit } from './git.ts'
import type { Place } from './place.ts'

/** Throws with the files of `dist` that a build of the commit makes otherwise, leaves out or adds. */
export function checkDist({ folder, log }: Pick<Place, 'folder' | 'log'>): void {
  const head = headOf(openGit(folder))
  const home = mkdtempSync(join(tmpdir(), 'release-'))
  try {
    const clone = join(home, 'a folder of another name')
    openGit(home)('clone', '--quiet', '--no-local', folder, clone)
    const git = openGit(clone)
    git('checkout', '--quiet', '--detach', head)
    // A file that no build makes must not stay.
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

/** On Windows npm is a batch file, which needs a shell; none of these words has a meaning to it. */
function npm(cwd: string, ...given: readonly string[]): void {
  const { status, error, stdout, stderr } = spawnSync('npm', given, { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`npm ${given.join(' ')} ended with ${status}:\n${`${stdout}${stderr}`.slice(-2000)}`)
}
