/** The bill of materials of `dist`: CycloneDX 1.6 as JSON, https://cyclonedx.org/docs/1.6/json/. The same input gives the same bytes. */
import { createHash } from 'node:crypto'
import type { Package } from './packages.ts'

/** Name, version and licence of this repository, from its package.json. `repository` is `owner/name`. */
export type Product = { readonly name: string; readonly version: string; readonly license: string; readonly repository: string }
/** The SHA-512 of a package as its registry published it, in hexadecimal; undefined for code that came inside another package. */
export type Hashes = (one: Package) => string | undefined
type Component = { readonly 'bom-ref': string; readonly [field: string]: unknown }

export function toSbom(product: Product, packages: readonly Package[], hashes: Hashes): object {
  const { name, version, license, repository } = product
  const own: Component = {
    'bom-ref': `pkg:github/${repository}@v${version}`,
    type: 'application',
    name,
    version,
    purl: `pkg:github/${repository}@v${version}`,
    licenses: toLicenses(license),
  }
  const content = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { lifecycles: [{ phase: 'build' }], component: own },
    components: packages.map((one) => toComponent(one, hashes(one))),
    dependencies: [
      { ref: own['bom-ref'], dependsOn: packages.map(toPurl) },
      ...packages.map((one) => ({ ref: toPurl(one), dependsOn: dependenciesOf(one, packages) })),
    ],
  }
  const { bomFormat, specVersion, ...rest } = content
  return { bomFormat, specVersion, serialNumber: toSerialNumber(JSON.stringify(content)), ...rest }
}

function toComponent(one: Package, hash: string | undefined): Component {
  const [scope, name = ''] = one.name.startsWith('@') ? one.name.split('/') : [undefined, one.name]
  return {
    'bom-ref': toPurl(one),
    type: 'library',
    ...(scope === undefined ? {} : { group: scope }),
    name,
    version: one.version,
    purl: toPurl(one),
    licenses: toLicenses(one.license),
    ...(hash === undefined ? {} : { hashes: [{ alg: 'SHA-512', content: hash }] }),
    ...(one.homepage === '' ? {} : { externalReferences: [{ type: 'website', url: one.homepage }] }),
  }
}

/** The dependencies of a package that are in `dist` too. */
function dependenciesOf({ dependencies }: Package, packages: readonly Package[]): readonly string[] {
  return packages.filter(({ name }) => dependencies.includes(name)).map(toPurl)
}

function toPurl({ name, version }: Package): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}

/** One licence by its SPDX id, or an SPDX expression of several. */
function toLicenses(license: string): readonly object[] {
  return [/^[\w.+-]+$/.test(license) ? { license: { id: license } } : { expression: license }]
}

/** A UUID of version 8, made from the content. */
function toSerialNumber(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex')
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
