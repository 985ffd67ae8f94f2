import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const dist = join(root, 'dist')
const rules: { readonly default: { readonly forbidden: readonly { readonly comment: string }[] } } = await import(
  pathToFileURL(join(root, '.dependency-cruiser.mjs')).href
)

/** Which file may import which is held by .dependency-cruiser.mjs, in `npm run check`. Here is what that tool cannot see. */
type Source = { readonly path: string; readonly part: string; readonly text: string }

const sources: readonly Source[] = filesOf('src').map((path) => ({
  path,
  part: path.split('/')[0]?.replace(/\.ts$/, '') ?? '',
  text: readFileSync(join(root, 'src', path), 'utf8'),
}))
const ENTRIES = ['main', 'post', 'setup', 'cleanup', 'rehearse', 'rehearse-post', 'simulator']
/** In bytes. Every runner downloads all of dist. */
const LARGEST = { action: 2_200_000, simulator: 400_000 }
/** What only adapters may touch: time, chance and environment are passed in. */
const AMBIENT = /\b(Date\.now|process\.|new Date\(\)|performance\.|Math\.random|setTimeout|setInterval|fetch\()/
const LONGEST_FILE = 200

function filesOf(folder: string): readonly string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
  return files.map((path) => path.replaceAll('\\', '/'))
}

describe('the sources', () => {
  it('are found', () => {
    expect(sources.length).toBeGreaterThan(30)
  })

  it('are held by rules that each say what to do when they fail', () => {
    expect(rules.default.forbidden.filter(({ comment }) => comment.length < 30)).toEqual([])
    expect(rules.default.forbidden.length).toBeGreaterThan(20)
  })

  it.each(
    sources.filter(({ part }) => ['model', 'steps', 'report', 'flows'].includes(part)).map((source) => [source.path, source] as const),
  )('%s takes no time, chance or environment but what is passed in', (_, { text }) => {
    expect(AMBIENT.exec(text)?.[0]).toBeUndefined()
  })

  it('are each small enough to be read at once', () => {
    expect(sources.filter(({ text }) => text.split('\n').length > LONGEST_FILE).map(({ path }) => path)).toEqual([])
  })

  it('know their own errors by name: a class that is bundled twice is two classes', () => {
    expect(sources.filter(({ text }) => /instanceof ActionError/.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('have no file that could hold anything', () => {
    const vague = [...filesOf('src'), ...filesOf('simulator')].filter((path) =>
      /(^|\/)(utils?|helpers?|types|constants|index|common)\.ts$/.test(path),
    )
    expect(vague).toEqual([])
  })

  it('act when loaded only where they are entries', () => {
    const active = sources.filter(({ part, text }) => part !== 'entries' && /^(void |await |[a-z]\w*\()/m.test(text))
    expect(active.map(({ path }) => path)).toEqual([])
  })
})

describe('the bundles', () => {
  const built = readdirSync(dist).filter((name) => name.endsWith('.cjs'))

  it('are those that docs/dev/architecture.md names', () => {
    const text = readFileSync(join(root, 'docs/dev/architecture.md'), 'utf8')
    const named = [...text.matchAll(/`([a-z0-9-]+\.cjs)`/g)].map(([, name]) => name).toSorted()
    expect(named).toEqual(built.toSorted())
  })

  it('are small', () => {
    const sizeOf = (names: readonly string[]) => names.reduce((sum, name) => sum + statSync(join(dist, name)).size, 0)
    expect(sizeOf(built.filter((name) => name !== 'simulator.cjs'))).toBeLessThan(LARGEST.action)
    expect(sizeOf(['simulator.cjs'])).toBeLessThan(LARGEST.simulator)
  })

  it('load no entry, which would run it again', () => {
    const loads = built.flatMap((name) => [...readFileSync(join(dist, name), 'utf8').matchAll(/require\("\.\/([a-z0-9-]+)\.cjs"\)/g)])
    const loaded = new Set(loads.map(([, name]) => name))
    expect([...loaded].toSorted()).toContain('aws')
    expect(ENTRIES.filter((entry) => loaded.has(entry))).toEqual([])
  })
})

describe('the unit tests', () => {
  const tests = filesOf('test/unit')
  const known = new Set(filesOf('src'))

  /** The module that a test file is named after: `undo-order.test.ts` is a further file on undo.ts, `role-removal.test.ts` one on its own module. */
  function findModule(path: string): string | undefined {
    const words = path.replace(/\.test\.ts$/, '').split('-')
    return words.map((_, index) => `${words.slice(0, words.length - index).join('-')}.ts`).find((one) => known.has(one))
  }

  /** The modules of src that a test file uses itself; a type alone is no use. */
  function listUsed(path: string): readonly string[] {
    const file = join(root, 'test/unit', path)
    const imports = readFileSync(file, 'utf8').matchAll(/(?:^import (?!type )[^']*?from |import\()'(\.[^']+)'/gm)
    return [...imports].map(([, name = '']) => relative(join(root, 'src'), resolve(dirname(file), name)).replaceAll('\\', '/'))
  }

  it.each(tests)('%s is a test, and has the path of the module that it tests', (path) => {
    expect(path).toMatch(/\.test\.ts$/)
    expect(findModule(path), 'no module has this path').toBeDefined()
    expect(listUsed(path)).toContain(findModule(path))
  })
})
