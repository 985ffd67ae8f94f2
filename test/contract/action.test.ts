import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { renderPage } from '../../scripts/docs.ts'
import { CLEANUP_FIELDS, CLEANUP_OUTPUTS } from '../../src/model/inputs/cleanup.ts'
import { FIELDS } from '../../src/model/inputs/main.ts'
import { REHEARSE_FIELDS, REHEARSE_OUTPUTS } from '../../src/model/inputs/rehearse.ts'
import { SETUP_FIELDS, SETUP_OUTPUTS } from '../../src/model/inputs/setup.ts'
import { VERSION } from '../../src/model/version.ts'
import { OUTPUT_NAMES } from '../../src/report/outputs.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

type Metadata = {
  readonly name: string
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>
  readonly outputs: Readonly<Record<string, { readonly description: string }>>
  readonly runs: { readonly using: string; readonly main: string; readonly post?: string }
  readonly branding: { readonly icon: string; readonly color: string }
}

type Contract = {
  readonly fields: Readonly<Record<string, { readonly fallback: string }>>
  readonly outputs: readonly string[]
  readonly runs: Metadata['runs']
  readonly docs: string
}

/** Each action.yml, its parser and outputs, and the page that has its tables. */
const CONTRACTS: Readonly<Record<string, Contract>> = {
  'action.yml': {
    fields: FIELDS,
    outputs: OUTPUT_NAMES,
    runs: { using: 'node24', main: 'dist/main.cjs', post: 'dist/post.cjs' },
    docs: 'README.md',
  },
  'setup/action.yml': {
    fields: SETUP_FIELDS,
    outputs: SETUP_OUTPUTS,
    runs: { using: 'node24', main: '../dist/setup.cjs' },
    docs: 'docs/setup.md',
  },
  'cleanup/action.yml': {
    fields: CLEANUP_FIELDS,
    outputs: CLEANUP_OUTPUTS,
    runs: { using: 'node24', main: '../dist/cleanup.cjs' },
    docs: 'docs/cleanup.md',
  },
  'rehearse/action.yml': {
    fields: REHEARSE_FIELDS,
    outputs: REHEARSE_OUTPUTS,
    runs: { using: 'node24', main: '../dist/rehearse.cjs', post: '../dist/rehearse-post.cjs' },
    docs: 'docs/rehearsal.md',
  },
}

describe.each(Object.entries(CONTRACTS))('%s', (path, { fields, outputs, runs, docs }) => {
  const action: Metadata = parse(read(path))

  it('declares the inputs that the parser reads, in its order', () => {
    expect(Object.keys(action.inputs)).toEqual(Object.keys(fields))
  })

  it.each(Object.entries(fields))('gives %s the default that the parser has', (name, field) => {
    expect(String(action.inputs[name]?.default ?? '')).toBe(field.fallback)
  })

  it('declares the outputs that are set, in their order', () => {
    expect(Object.keys(action.outputs)).toEqual([...outputs])
  })

  it('runs on node24 from dist, with the branding of the contract', () => {
    expect(action.runs).toEqual(runs)
    for (const entry of [runs.main, runs.post ?? runs.main]) expect(existsSync(join(root, path, '..', entry)), entry).toBe(true)
    expect(action.branding).toEqual({ icon: 'zap-off', color: 'orange' })
  })

  it(`has its tables in ${docs}, as npm run docs makes them`, async () => {
    const page = read(docs)
    expect(page).toBe(await renderPage(page, join(root, path)))
  })

  it('has a row for each input and output in these tables, and nowhere else', () => {
    // The action fills in the leg by itself: no user sets it, so no table has it.
    const names = [...Object.keys(fields).filter((name) => name !== 'leg'), ...outputs]
    const tables = read(docs).match(/^\| (input|output) \|.*(\n\|.*)+/gm) ?? []
    const rows = tables.flatMap((table) => [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name = '']) => name))
    const counted = names.map((name) => [name, rows.filter((row) => row === name).length])
    const wanted = names.map((name) => [name, names.filter((other) => other === name).length])
    expect(counted).toEqual(wanted)
  })

  it('has descriptions that can be understood alone, and that end without a full stop', () => {
    const described = [...Object.entries(action.inputs), ...Object.entries(action.outputs)]
    const alone = /^the same|\b(the same (as|in|but)|as above|see above|ditto|likewise|this input|above|below)\b/i
    expect(described.filter(([, { description }]) => alone.test(description) || /^(In|And|Also)\b|\.$/.test(description))).toEqual([])
  })
})

describe('README.md', () => {
  it('has exactly two one-line commands under "Run it", whose scripts exist', () => {
    const section = read('README.md').split('## Run it')[1]?.split('\n## ')[0] ?? ''
    const blocks = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, body = '']) => body.trim())
    expect(blocks).toEqual(['npm ci && npm run demo', 'npm ci && npm test'])
    const { scripts } = JSON.parse(read('package.json'))
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['demo', 'test']))
  })

  it('lists every page of docs for users, each by its name', () => {
    const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
    const listed = [...(read('README.md').split('## Further reading')[1] ?? '').matchAll(/\]\(docs\/([^)#]+)\)/g)].map(
      ([, name = '']) => name,
    )
    const forUsers = listed.filter((name) => name.endsWith('.md') && !name.startsWith('dev/'))
    expect(forUsers.sort()).toEqual(pages.sort())
  })
})

describe('the package', () => {
  it('has its version in package.json, from where the sources take it', () => {
    expect(JSON.parse(read('package.json')).version).toBe(VERSION)
  })

  it('pins everything exactly', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'))
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/)
    }
  })

  it('has a lock entry for every platform package that it names, so that it installs anywhere', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>
    }
    const paths = Object.keys(packages)
    for (const [owner, { optionalDependencies = {} }] of Object.entries(packages)) {
      for (const name of Object.keys(optionalDependencies)) {
        const found = paths.some((path) => path === `node_modules/${name}` || path === `${owner}/node_modules/${name}`)
        expect(found, `${owner || 'the project'} names ${name}`).toBe(true)
      }
    }
  })
})
