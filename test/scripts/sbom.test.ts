import { Ajv } from 'ajv'
import { beforeAll, describe, expect, it } from 'vitest'
import { collectPackages } from '../../scripts/build.ts'
import { toSbom } from '../../scripts/notices/sbom.ts'
import { renderSbom } from '../../scripts/sbom.ts'

/** The rules of https://cyclonedx.org/schema/bom-1.6.schema.json for the fields that the bill has. */
const LICENSES = {
  type: 'array',
  minItems: 1,
  items: {
    oneOf: [
      { type: 'object', required: ['license'], properties: { license: { type: 'object', required: ['id'] } }, additionalProperties: false },
      { type: 'object', required: ['expression'], properties: { expression: { type: 'string' } }, additionalProperties: false },
    ],
  },
}
const COMPONENT = {
  type: 'object',
  required: ['type', 'name', 'bom-ref', 'version', 'purl', 'licenses'],
  additionalProperties: false,
  properties: {
    'bom-ref': { type: 'string', minLength: 1 },
    type: { enum: ['application', 'library'] },
    group: { type: 'string' },
    name: { type: 'string', minLength: 1 },
    version: { type: 'string', maxLength: 1024 },
    purl: { type: 'string', pattern: '^pkg:(npm/(%40[a-z0-9-]+/)?[a-z0-9.-]+|github/[a-z0-9-]+/[a-z0-9-]+)@[^@]+$' },
    licenses: LICENSES,
    hashes: {
      type: 'array',
      items: {
        type: 'object',
        required: ['alg', 'content'],
        properties: { alg: { const: 'SHA-512' }, content: { type: 'string', pattern: '^[a-f0-9]{128}$' } },
      },
    },
    externalReferences: {
      type: 'array',
      items: {
        type: 'object',
        required: ['type', 'url'],
        properties: { type: { const: 'website' }, url: { type: 'string', pattern: '^https://' } },
      },
    },
  },
}
const SCHEMA = {
  type: 'object',
  required: ['bomFormat', 'specVersion', 'serialNumber', 'version', 'metadata', 'components', 'dependencies'],
  additionalProperties: false,
  properties: {
    bomFormat: { const: 'CycloneDX' },
    specVersion: { const: '1.6' },
    serialNumber: { type: 'string', pattern: '^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' },
    version: { type: 'integer', minimum: 1 },
    metadata: { type: 'object', required: ['component'], properties: { component: COMPONENT, lifecycles: { type: 'array' } } },
    components: { type: 'array', uniqueItems: true, items: COMPONENT },
    dependencies: {
      type: 'array',
      uniqueItems: true,
      items: {
        type: 'object',
        required: ['ref'],
        properties: { ref: { type: 'string' }, dependsOn: { type: 'array', uniqueItems: true, items: { type: 'string' } } },
        additionalProperties: false,
      },
    },
  },
}

type Bill = {
  readonly metadata: { readonly component: { readonly 'bom-ref': string; readonly version: string } }
  readonly components: readonly { readonly 'bom-ref': string; readonly purl: string; readonly hashes?: object; readonly name: string }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

let text = ''
let bill: Bill
beforeAll(async () => {
  text = await renderSbom()
  bill = JSON.parse(text)
})

const check = new Ajv({ strictTypes: false }).compile(SCHEMA)

describe('the bill of materials', () => {
  it('follows the rules of CycloneDX 1.6', () => {
    expect(check(bill), JSON.stringify(check.errors)).toBe(true)
  })

  it('has the packages of THIRD-PARTY.txt', async () => {
    const packages = await collectPackages()
    expect(bill.components.map(({ purl }) => purl)).toEqual(
      packages.map(({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`),
    )
  })

  it('has the hash of every package of the lock file', () => {
    expect(bill.components.filter(({ hashes }) => hashes === undefined).map(({ name }) => name)).toEqual(['webpack'])
  })

  it('refers only to what it has, and to all of it', () => {
    const refs = [bill.metadata.component['bom-ref'], ...bill.components.map((one) => one['bom-ref'])]
    expect(new Set(refs).size).toBe(refs.length)
    expect(bill.dependencies.map(({ ref }) => ref).toSorted()).toEqual(refs.toSorted())
    const named = bill.dependencies.flatMap(({ dependsOn }) => dependsOn)
    expect(named.filter((ref) => !refs.includes(ref))).toEqual([])
  })

  it('is the same text each time, and has another serial number for other content', async () => {
    expect(await renderSbom()).toBe(text)
    const serial = (version: string) =>
      (toSbom({ name: 'a', version, license: 'MIT', repository: 'a/a' }, [], () => undefined) as { serialNumber: string }).serialNumber
    expect(serial('1.0.0')).not.toBe(serial('1.0.1'))
  })

  it('says that the schema here finds a bill that is broken', () => {
    expect(check({ ...bill, specVersion: '1.5' })).toBe(false)
    expect(check({ ...bill, components: [{ name: 'x' }] })).toBe(false)
  })
})
