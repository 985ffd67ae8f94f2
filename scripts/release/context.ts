/** What every step of a release needs: the clone, the tag, and access to GitHub. */
import type { GitHub } from './github.ts'

export type ReleaseContext = {
  /** A clone with all branches and tags, at the commit of the tag. */
  readonly folder: string
  /** Such as v1.0.0. */
  readonly tag: string
  /** `owner/name`. */
  readonly repository: string
  readonly github: GitHub
  /** GitHub again, with the token that may move the major tag. */
  readonly mover: GitHub
  /** Shows a line in the log. */
  readonly log: (line: string) => void
}
