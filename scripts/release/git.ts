/** What the release asks of git, in a clone with all branches and tags. */
import { execFileSync } from 'node:child_process'

export type Git = (...given: readonly string[]) => string

/** Runs git in this folder. Resolves with what it prints; throws with what it complains about. */
export function openGit(folder: string): Git {
  return (...given) => execFileSync('git', given, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd()
}

export function headOf(git: Git): string {
  return git('rev-parse', 'HEAD')
}

/** Those of the branches of `origin` that have this commit. */
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

/** The paths under `folder` that differ from the commit, that are missing, or that the commit does not have. */
export function changesIn(git: Git, folder: string): readonly string[] {
  return git('status', '--porcelain', '--untracked-files=all', '--ignored', '--', folder).split('\n').filter(Boolean)
}
