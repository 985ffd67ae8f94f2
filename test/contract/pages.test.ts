import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const list = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)

const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'examples/README.md', 'test/README.md', ...list('docs', '.md')]

/** The targets of the links of a page that are files of this repository, from its root. */
function linksOf(path: string): readonly string[] {
  const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
  return links.map(([, link = '']) => join(path, '..', link).replaceAll('\\', '/'))
}

describe('the pages', () => {
  it.each(PAGES)('%s links only to files that exist', (path) => {
    expect(linksOf(path).filter((link) => !existsSync(join(root, link)))).toEqual([])
  })

  it.each(PAGES)('%s names only documents, scripts, sources and tests that exist', (path) => {
    const named = [...read(path).matchAll(/`((?:src|simulator|scripts|docs|test|examples)\/[\w./-]+)`/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([])
  })
})

describe('docs/dev', () => {
  const pages = list('docs/dev', '.md').filter((path) => path !== 'docs/dev/README.md')

  it('has an index that lists each of its pages', () => {
    expect(linksOf('docs/dev/README.md').filter((link) => link.startsWith('docs/dev/'))).toEqual(expect.arrayContaining(pages))
  })

  it('is linked from the README by its index and its architecture only', () => {
    const linked = linksOf('README.md').filter((link) => link.startsWith('docs/dev/'))
    expect(linked.toSorted()).toEqual(['docs/dev/README.md', 'docs/dev/architecture.md'])
  })
})

describe('docs/dev/architecture.md', () => {
  const page = read('docs/dev/architecture.md')
  const sources = list('src', '.ts').map(read).join('\n')
  const steps = [...page.matchAll(/^\| (\d+) \| `([^`]+)` \| `(\w+)\(\)` \|/gm)].map(
    ([, number, file = '', name = '']) => [`${number} ${file}`, file, name] as const,
  )

  it('tells two walks', () => {
    expect(steps.filter(([title]) => title.startsWith('1 '))).toHaveLength(2)
    expect(steps.length).toBeGreaterThan(30)
  })

  it.each(steps)('step %s: the file has the function', (_, file, name) => {
    expect(read(file)).toMatch(new RegExp(`(function|const) ${name}\\b`))
  })

  it('names only functions that src has', () => {
    const named = [...new Set([...page.matchAll(/\b([a-z]\w*)\(\)/g)].map(([, name]) => name))]
    expect(named.length).toBeGreaterThan(30)
    expect(named.filter((name) => !new RegExp(`(function|const) ${name}\\b`).test(sources))).toEqual([])
  })

  it('names only types, members and constants that src has', () => {
    const named = [...page.matchAll(/`(\w*[a-z]\w*[A-Z]\w*|[A-Z]\w+)`/g)].map(([, name]) => name)
    expect(named.length).toBeGreaterThan(10)
    expect([...new Set(named)].filter((name) => !new RegExp(`\\b${name}\\b`).test(sources))).toEqual([])
  })
})

describe('docs/troubleshooting.md', () => {
  const sources = list('src', '.ts').map(read).join('\n').toLowerCase()
  const quoted = [...read('docs/troubleshooting.md').matchAll(/^\| `(.+?)`/gm)].map(([, message = '']) => message)
  /** The fixed parts of a message: the rest is a name or a number. */
  const toParts = (message: string) => message.split('…').map((part) => part.replace(/^[\s"':]+|[\s"':]+$/g, ''))

  it('quotes many messages', () => {
    expect(quoted.length).toBeGreaterThan(15)
  })

  it.each(quoted)('%s is a message of the action', (message) => {
    const parts = toParts(message).filter((part) => part !== '')
    expect(parts.length).toBeGreaterThan(0)
    expect(parts.filter((part) => !sources.includes(part.toLowerCase()))).toEqual([])
  })
})
