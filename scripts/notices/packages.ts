/** The packages whose code is in `dist`, found by the modules that the bundler put there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** One package. `text` holds its licence, and its NOTICE file if it has one, with LF line endings. */
export type Package = {
  readonly name: string
  readonly version: string
  /** SPDX expression. */
  readonly license: string
  readonly homepage: string
  readonly text: string
  /** Names of the packages that its package.json depends on. */
  readonly dependencies: readonly string[]
}
type Manifest = {
  readonly name?: string
  readonly version?: string
  readonly license?: string
  readonly homepage?: string
  readonly repository?: string | { readonly url?: string }
  readonly dependencies?: Readonly<Record<string, string>>
}

const root = resolve(import.meta.dirname, '../..')
/** Standard texts, for packages that name a licence but do not contain its text. */
const STANDARD: Readonly<Record<string, string>> = { 'Apache-2.0': join(root, 'LICENSE') }
const LICENSE_FILE = /^licen[cs]e(\.(md|txt))?$/i
const NOTICE_FILE = /^notice(\.(md|txt))?$/i
/** The bundler's own module has no path: it starts with a null character. */
const isFile = (id: string) => !id.startsWith('\0')

/**
 * The packages of these modules, sorted by name and version. Modules of this repository, and virtual modules, belong to none.
 * Throws when the licence of a package has no text.
 */
export function toPackages(ids: Iterable<string>): readonly Package[] {
  const folders = new Set([...ids].filter(isFile).map((id) => findFolder(id.split('?')[0] ?? id)))
  folders.delete(root)
  return sortPackages([...folders].map(readPackage))
}

/** Sorted by name, then by version, each once. The order does not depend on the locale of the machine. */
export function sortPackages(packages: readonly Package[]): readonly Package[] {
  const byKey = new Map(packages.map((one) => [`${one.name}@${one.version}`, one]))
  return [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? [])
}

/** The package in this folder. Throws when it has no licence text. */
export function readPackage(folder: string): Package {
  const { name = '', version = '', license = '', dependencies = {}, ...manifest } = readManifest(folder) ?? {}
  const text = readLicense(folder, license)
  if (text === undefined) throw new Error(`${name} has the licence "${license}" without its text: add the text to scripts/notices`)
  return { name, version, license, homepage: toHomepage(manifest), text, dependencies: Object.keys(dependencies).sort() }
}

/**
 * The nearest folder above a module whose package.json has a name. Some packages have further package.json files that only set the type.
 */
function findFolder(path: string): string {
  let folder = dirname(path)
  while (readManifest(folder)?.name === undefined) {
    if (folder === dirname(folder)) throw new Error(`${path} belongs to no package`)
    folder = dirname(folder)
  }
  return folder
}

function readManifest(folder: string): Manifest | undefined {
  const path = join(folder, 'package.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

function readLicense(folder: string, license: string): string | undefined {
  const names = readdirSync(folder).sort()
  const standard = STANDARD[license]
  const own = names.filter((name) => LICENSE_FILE.test(name)).map((name) => join(folder, name))
  const found = own.length > 0 ? own : standard === undefined ? [] : [standard]
  if (found.length === 0) return undefined
  const notices = names.filter((name) => NOTICE_FILE.test(name)).map((name) => join(folder, name))
  return [...found, ...notices].map((path) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim()).join('\n\n')
}

function toHomepage({ homepage, repository }: Manifest): string {
  const url = homepage ?? (typeof repository === 'string' ? repository : repository?.url) ?? ''
  // npm also accepts `github:owner/name`, and git URLs.
  const plain = url
    .replace(/^(git\+|github:)/, '')
    .replace(/^(git|ssh|http):\/\/(git@)?/, 'https://')
    .replace(/\.git$/, '')
  return /^[\w.-]+\/[\w.-]+$/.test(plain) ? `https://github.com/${plain}` : plain
}
