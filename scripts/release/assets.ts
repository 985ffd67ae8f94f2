/** The files that a release carries beside the source: sums of what runs, the licences, the bill of materials. */
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openGit } from './git.ts'

export type File = { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer>; readonly digest: string }

export const SUMS = 'SHA256SUMS'
/** What a runner reads of a release. */
const RUNS = ['action.yml', ':(glob)*/action.yml', 'dist']

/** Writes the sums and the licences into a folder, which is made. The bill of materials is written by scripts/sbom.ts. */
export function writeAssets(folder: string, into: string): void {
  mkdirSync(into, { recursive: true })
  writeFileSync(join(into, SUMS), renderSums(folder))
  copyFileSync(join(folder, 'dist/THIRD-PARTY.txt'), join(into, 'THIRD-PARTY.txt'))
}

/** The files in a folder, sorted by name. Throws when there is none. */
export function readAssets(folder: string): readonly File[] {
  const files = readdirSync(folder)
    .sort()
    .map((name) => toFile(name, readFileSync(join(folder, name))))
  if (files.length === 0) throw new Error(`${folder} has no file to release.`)
  return files
}

/** In the form of sha256sum: `sha256sum --check SHA256SUMS` compares. The files are those of the commit, sorted by path. */
export function renderSums(folder: string): string {
  const paths = openGit(folder)('ls-files', '-z', '--', ...RUNS)
  const sorted = paths.split('\0').filter(Boolean).sort()
  return sorted.map((path) => `${toHex(readFileSync(join(folder, path)))}  ${path}\n`).join('')
}

/** As GitHub writes it: `sha256:` and the sum in hexadecimal. */
export function toDigest(bytes: Uint8Array): string {
  return `sha256:${toHex(bytes)}`
}

function toFile(name: string, read: Buffer): File {
  const bytes = new Uint8Array(read)
  return { name, bytes, digest: toDigest(bytes) }
}

function toHex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
