/**
 * Owner and name of this repository. They are defined in `package.json`. Everything else reads them from here, or a test compares it with
 * them.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const { repository }: { readonly repository: { readonly url: string } } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8'),
)

/** `owner/name` */
export const REPOSITORY = /github\.com\/([^/]+\/[^/.]+)/.exec(repository.url)?.[1] ?? ''
