import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { type Package, sortPackages, toPackages } from '../../scripts/notices/packages.ts'
import { parseNotices, renderNotices } from '../../scripts/notices/text.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function lay(files: Readonly<Record<string, string>>): (path: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'notices-'))
  folders.push(folder)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return (path) => join(folder, path)
}

const manifest = (name: string, more: object = {}) => JSON.stringify({ name, version: '1.2.3', license: 'MIT', ...more })

describe('the packages of modules', () => {
  it('are found above the package.json that only sets the type, with licence and notice in LF', () => {
    const at = lay({
      'a/package.json': manifest('@x/a', { repository: { url: 'git+https://example.com/x/a.git' }, dependencies: { z: '1', b: '1' } }),
      'a/dist/package.json': '{"type":"module"}',
      'a/dist/index.js': '',
      'a/LICENSE.md': 'do as you like\r\nreally\r\n',
      'a/NOTICE': 'made by X\n',
    })
    expect(toPackages([at('a/dist/index.js'), `${at('a/dist/index.js')}?x`, '\0virtual'])).toEqual([
      {
        name: '@x/a',
        version: '1.2.3',
        license: 'MIT',
        homepage: 'https://example.com/x/a',
        text: 'do as you like\nreally\n\nmade by X',
        dependencies: ['b', 'z'],
      },
    ])
  })

  it('get the standard text of Apache-2.0 where a package brings none', () => {
    const at = lay({ 'a/package.json': manifest('a', { license: 'Apache-2.0' }), 'a/index.js': '' })
    expect(toPackages([at('a/index.js')])[0]?.text).toMatch(/^Apache License\n +Version 2\.0/)
  })

  it('fail without a licence text, by name', () => {
    const at = lay({ 'a/package.json': manifest('left-pad', { license: 'WTFPL' }), 'a/index.js': '' })
    expect(() => toPackages([at('a/index.js')])).toThrow('left-pad has the licence "WTFPL" without its text')
  })

  it('are none for the modules of this repository', () => {
    expect(toPackages([join(import.meta.dirname, 'notices.test.ts')])).toEqual([])
  })
})

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
const rule = fc.constantFrom('-'.repeat(80), '[1]', 'permission is granted')
const onePackage: fc.Arbitrary<Package> = fc.record({
  name: fc.oneof(
    word,
    fc.tuple(word, word).map(([scope, name]) => `@${scope}/${name}`),
  ),
  version: fc.tuple(fc.nat(9), fc.nat(9)).map(([a, b]) => `${a}.${b}.0`),
  license: fc.constantFrom('MIT', 'Apache-2.0', '(MIT OR CC0-1.0)'),
  homepage: fc.constantFrom('', 'https://example.com'),
  text: fc.array(rule, { minLength: 1, maxLength: 5 }).map((lines) => lines.join('\n')),
  dependencies: fc.constant([]),
})

describe('the text', () => {
  it('has each package once, with its licence text, in an order that the input does not change', () => {
    fc.assert(
      fc.property(fc.uniqueArray(onePackage, { selector: ({ name, version }) => `${name}@${version}` }), (given) => {
        const sorted = sortPackages(given)
        const text = renderNotices(sorted)
        expect(text).toBe(renderNotices(sortPackages(given.toReversed())))
        const parsed = parseNotices(text)
        expect([...parsed.keys()]).toEqual(sorted.map(({ name, version }) => `${name}@${version}`))
        for (const one of sorted) {
          expect(parsed.get(`${one.name}@${one.version}`)).toBe(one.text.split('\n').length)
          expect(text).toContain(one.text)
        }
      }),
    )
  })
})
