import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const src = resolve(import.meta.dirname, '../../src')

/** Each folder of src, what it may import of src, and which packages. The arrows of docs/how-it-works.md. */
const RULES: Readonly<Record<string, { readonly own: readonly string[]; readonly packages: readonly RegExp[] }>> = {
  model: { own: ['model'], packages: [/^tinyduration$/, /^valibot$/] },
  world: { own: ['model'], packages: [] },
  report: { own: ['model', 'report'], packages: [/^markdown-table$/, /^xast-util-to-xml$/, /^xastscript$/, /^valibot$/] },
  steps: { own: ['model', 'world', 'steps'], packages: [] },
  aws: { own: ['world', 'model', 'aws'], packages: [/^@aws-sdk\//, /^@smithy\//, /^node:https$/, /^p-retry$/] },
  runner: { own: ['world', 'model', 'report', 'runner'], packages: [/^@actions\//, /^node:/] },
  flows: { own: ['flows', 'steps', 'model', 'world'], packages: [] },
  entries: { own: ['model', 'world', 'report', 'steps', 'flows', 'aws', 'runner'], packages: [/./] },
}
const ENTRIES = ['main', 'post', 'setup', 'cleanup']
/** What only adapters may touch: the model and the steps get time and environment passed in. */
const AMBIENT = /\b(Date\.now|process\.|new Date\(\)|performance\.|Math\.random|setTimeout|setInterval|fetch\()/

type Source = { readonly path: string; readonly part: string; readonly text: string; readonly imports: readonly string[] }

const sources: readonly Source[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(src, path), 'utf8')
    const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name = '']) => name)
    return { path, part: partOf(path), text, imports }
  })

function partOf(path: string): string {
  return path.split(/[\\/]/)[0]?.replace(/\.ts$/, '') ?? ''
}

function faultsOf({ path, part, imports }: Source): readonly string[] {
  const rule = RULES[part]
  if (rule === undefined) return [`${path} is in no folder that the design knows`]
  return imports.flatMap((name) => {
    const own = name.startsWith('.') ? partOf(relative(src, resolve(dirname(join(src, path)), name))) : undefined
    const allowed = own === undefined ? rule.packages.some((shape) => shape.test(name)) : rule.own.includes(own)
    return allowed ? [] : [`${path} imports ${name}`]
  })
}

describe('the arrows between the folders of src', () => {
  it('finds the sources and their imports', () => {
    expect(sources.length).toBeGreaterThan(30)
    expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(100)
  })

  it.each(sources.map((source) => [source.path, source] as const))('%s imports only what its folder may', (_, source) => {
    expect(faultsOf(source)).toEqual([])
  })

  it('sees an arrow that points the wrong way', () => {
    expect(faultsOf({ path: 'model/x.ts', part: 'model', text: '', imports: ['../aws/fis.ts', 'node:fs', './ledger.ts'] })).toEqual([
      'model/x.ts imports ../aws/fis.ts',
      'model/x.ts imports node:fs',
    ])
  })

  it.each(
    sources.filter(({ part }) => ['model', 'steps', 'report', 'flows'].includes(part)).map((source) => [source.path, source] as const),
  )('%s takes no time and no environment but what is passed in', (_, { text }) => {
    expect(AMBIENT.exec(text)?.[0]).toBeUndefined()
  })

  it('keeps every file small enough to be read at once', () => {
    const long = sources.filter(({ text }) => text.split('\n').length > 200).map(({ path }) => path)
    expect(long).toEqual([])
  })

  it('knows its own errors by their name: a class that is bundled twice is two classes', () => {
    expect(sources.filter(({ text }) => /instanceof ActionError/.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('is bundled into the files that docs/how-it-works.md names', () => {
    const recorded = readFileSync(join(src, '../docs/how-it-works.md'), 'utf8')
    const named = [...recorded.matchAll(/`([a-z0-9]+\.cjs)`/g)].map(([, name]) => name).toSorted()
    const built = readdirSync(join(src, '../dist')).filter((name) => name.endsWith('.cjs'))
    expect(named).toEqual(built.toSorted())
  })

  it('has no bundle that loads an entry, which would run it again', () => {
    const dist = join(src, '../dist')
    const built = readdirSync(dist).filter((name) => name.endsWith('.cjs'))
    const loads = built.flatMap((name) => [...readFileSync(join(dist, name), 'utf8').matchAll(/require\("\.\/([a-z0-9]+)\.cjs"\)/g)])
    const loaded = new Set(loads.map(([, name]) => name))
    expect([...loaded].toSorted()).toContain('aws')
    expect(ENTRIES.filter((entry) => loaded.has(entry))).toEqual([])
  })

  it('has no file that could hold anything', () => {
    const vague = sources.filter(({ path }) => /(^|[\\/])(utils?|helpers?|types|constants|index|common)\.ts$/.test(path))
    expect(vague).toEqual([])
  })

  it('lets only entries do anything when loaded', () => {
    const active = sources
      .filter(({ part, text }) => part !== 'entries' && /^(void |await |[a-z]\w*\()/m.test(text))
      .map(({ path }) => path)
    expect(active).toEqual([])
  })
})
