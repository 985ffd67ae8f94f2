/** The files of a release beside the source: checksums of the files that run, the licences, and the bill of materials. */
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openGit } from './git.ts'

export type File = { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer>; readonly digest: string }

export const SUMS = 'SHA256SUMS'
/** The files of a release that a runner reads. */
const RUNS = ['action.yml', ':(glob)*/action.yml', 'dist']

/** Creates a folder, and writes the checksums and the licences into it. scripts/sbom.ts writes the bill of materials. */
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

/**
 * Renders the checksums of the committed files, sorted by path, in the format of sha256sum: `sha256sum --check SHA256SUMS` verifies them.
 */
export function renderSums(folder: string): string {
  const paths = openGit(folder)('ls-files', '-z', '--', ...RUNS)
  const sorted = paths.split('\0').filter(Boolean).sort()
  return sorted.map((path) => `${toHex(readFileSync(join(folder, path)))}  ${path}\n`).join('')
}

/** The digest in GitHub's format: `sha256:` and the checksum in hexadecimal. */
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
