import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { generateActionMarkdownDocs } from 'action-docs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { FIELDS } from '../../src/model/inputs.ts'
import { VERSION } from '../../src/model/version.ts'
import { OUTPUT_NAMES } from '../../src/report/outputs.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

type Metadata = {
  readonly name: string
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>
  readonly outputs: Readonly<Record<string, { readonly description: string }>>
  readonly runs: { readonly using: string; readonly main: string; readonly post: string }
  readonly branding: { readonly icon: string; readonly color: string }
}

const action: Metadata = parse(read('action.yml'))

describe('action.yml', () => {
  it('declares the inputs that the parser reads, in its order', () => {
    expect(Object.keys(action.inputs)).toEqual(Object.keys(FIELDS))
  })

  it.each(Object.entries(FIELDS))('gives %s the default that the parser has', (name, field) => {
    expect(String(action.inputs[name]?.default ?? '')).toBe(field.fallback)
  })

  it('declares the outputs that are set, in their order', () => {
    expect(Object.keys(action.outputs)).toEqual([...OUTPUT_NAMES])
  })

  it('runs on node24 from dist, with the branding of the contract', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/main.cjs', post: 'dist/post.cjs' })
    expect(action.branding).toEqual({ icon: 'zap-off', color: 'orange' })
  })
})

describe('README.md', () => {
  it('has the tables that action.yml gives (npm run docs)', async () => {
    const made = await generateActionMarkdownDocs({ sourceFile: join(root, 'action.yml') })
    const rows = made.split('\n').filter((line) => line.startsWith('| `'))
    expect(rows.length).toBe(Object.keys(FIELDS).length + OUTPUT_NAMES.length)
    expect(read('README.md').split('\n')).toEqual(expect.arrayContaining(rows))
  })

  it('has exactly two one-line commands under "Run it", whose scripts exist', () => {
    const section = read('README.md').split('## Run it')[1]?.split('\n## ')[0] ?? ''
    const blocks = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, body = '']) => body.trim())
    expect(blocks).toEqual(['npm ci && npm run demo', 'npm ci && npm test'])
    const { scripts } = JSON.parse(read('package.json'))
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['demo', 'test']))
  })

  it('links only to files that exist', () => {
    const texts = [
      'README.md',
      ...readdirSync(join(root, 'docs'))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    ]
    for (const path of texts) {
      const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => join(root, path, '..', link))
      for (const link of links) expect(() => readFileSync(link), `${path} → ${link}`).not.toThrow()
    }
  })
})

describe('the package', () => {
  it('has the version that the user agent tells', () => {
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
