/** The git commands of a release. They need a clone with all branches and tags. */
import { execFileSync } from 'node:child_process'

export type Git = (...given: readonly string[]) => string

/** Runs git in this folder. Returns its output; throws with its error message. */
export function openGit(folder: string): Git {
  return (...given) => execFileSync('git', given, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd()
}

export function headOf(git: Git): string {
  return git('rev-parse', 'HEAD')
}

/** Those of `branches` that contain this commit at `origin`. */
export function branchesWith(git: Git, commit: string, branches: readonly string[]): readonly string[] {
  return branches.filter((branch) => {
    try {
      git('merge-base', '--is-ancestor', commit, `refs/remotes/origin/${branch}`)
      return true
    } catch {
      return false
    }
  })
}

/** The paths under `folder` that differ from the commit, are missing, or are not in the commit. */
export function changesIn(git: Git, folder: string): readonly string[] {
  return git('status', '--porcelain', '--untracked-files=all', '--ignored', '--', folder).split('\n').filter(Boolean)
}
