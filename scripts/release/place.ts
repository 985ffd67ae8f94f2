/** Where a step of the release works. */
import type { GitHub } from './github.ts'

export type Place = {
  /** A clone with all branches and tags, at the commit of the tag. */
  readonly folder: string
  /** Such as v1.0.0. */
  readonly tag: string
  /** `owner/name`. */
  readonly repository: string
  readonly github: GitHub
  /** The same with the token that may move the major tag. */
  readonly mover: GitHub
  /** Shows a line in the log. */
  readonly log: (line: string) => void
}
