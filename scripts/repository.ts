/** Owner and name of this repository. `package.json` has them; everything else takes them from here, or is compared with them by a test. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const { repository }: { readonly repository: { readonly url: string } } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8'),
)

/** `owner/name` */
export const REPOSITORY = /github\.com\/([^/]+\/[^/.]+)/.exec(repository.url)?.[1] ?? ''
