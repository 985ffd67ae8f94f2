/** Writes the bill of materials of `dist` to a path: `npm run sbom -- sbom.cdx.json`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { collectPackages } from './build.ts'
import type { Package } from './notices/packages.ts'
import { toSbom } from './notices/sbom.ts'
import { REPOSITORY } from './repository.ts'

type Lock = { readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>> }

const root = resolve(import.meta.dirname, '..')

/** Renders the bill of materials as text. */
export async function renderSbom(): Promise<string> {
  const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const lock: Lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const bill = toSbom({ name, version, license, repository: REPOSITORY }, await collectPackages(), (one) => findHash(lock, one))
  return `${JSON.stringify(bill, null, 2)}\n`
}

function findHash({ packages }: Lock, { name, version }: Package): string | undefined {
  const found = Object.entries(packages).find(([path, entry]) => path.endsWith(`node_modules/${name}`) && entry.version === version)
  const sha512 = /^sha512-(\S+)/.exec(found?.[1].integrity ?? '')?.[1]
  return sha512 === undefined ? undefined : Buffer.from(sha512, 'base64').toString('hex')
}

if (import.meta.main) {
  const path = process.argv[2]
  if (path === undefined) throw new Error('name the file to write: npm run sbom -- sbom.cdx.json')
  writeFileSync(path, await renderSbom())
}
