/** Rules on the documents: commands are marked, links and anchors lead somewhere, snippets use names that exist. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { REPOSITORY } from '../../scripts/repository.ts'
import { DOCUMENTS, isShell, readBlocks, root, toRunMode, toWorkflow } from '../../scripts/verify/code-blocks.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const blocks = DOCUMENTS.flatMap((path) => readBlocks(path))
const titled = <T extends { path: string; line: number }>(all: readonly T[]) => all.map((one) => [`${one.path}:${one.line}`, one] as const)

/** The text without blocks of code, in which `#` and brackets mean something else. */
const toProse = (text: string) => text.replace(/^\s*```[\s\S]*?^\s*```$/gm, '')

/** The anchors that GitHub gives the headings of a page. */
function toAnchors(text: string): readonly string[] {
  const seen = new Map<string, number>()
  return [...toProse(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '')
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-')
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
}

describe('commands', () => {
  it.each(titled(blocks.filter(isShell)))('%s is marked as run here, or as not run here with the reason', (_, block) => {
    expect(toRunMode(block)).toBeDefined()
  })

  it('are run in part, so that the marks are worth something', () => {
    expect(blocks.filter(isShell).filter((block) => toRunMode(block)?.kind === 'run').length).toBeGreaterThan(1)
    expect(read('.ci/run')).toContain('npm run --silent snippets')
    expect(read('.github/workflows/ci.yml')).toContain('npm run snippets')
  })
})

describe('links', () => {
  it.each(DOCUMENTS)('of %s lead to files and headings that exist', (path) => {
    const links = [...toProse(read(path)).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
    const broken = links.filter(([, file = '', anchor]) => {
      const target = file === '' ? path : join(path, '..', file).replaceAll('\\', '/')
      if (!existsSync(join(root, target))) return true
      return anchor !== undefined && !toAnchors(read(target)).includes(anchor)
    })
    expect(broken.map(([link]) => link)).toEqual([])
  })
})

type Step = { readonly id?: string; readonly uses?: string; readonly with?: Readonly<Record<string, unknown>> }
type Snippet = { readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> }

/** The names that an action of ours declares. */
function readNames(uses: string): { readonly inputs: readonly string[]; readonly outputs: readonly string[] } {
  const folder = uses.slice(REPOSITORY.length).split('@')[0] ?? ''
  const { inputs = {}, outputs = {} }: { inputs?: object; outputs?: object } = parse(read(join(folder, 'action.yml')))
  return { inputs: Object.keys(inputs), outputs: Object.keys(outputs) }
}

describe('snippets', () => {
  const workflows = blocks.flatMap((block) => {
    const text = toWorkflow(block)
    return text === undefined ? [] : [{ path: block.path, line: block.line, text }]
  })

  it('are there', () => {
    expect(workflows.length).toBeGreaterThan(2)
  })

  it.each(titled(workflows))('%s uses inputs and outputs that there are', (_, { text }) => {
    const { jobs }: Snippet = parse(text)
    const ours = Object.values(jobs).flatMap(({ steps }) => steps.filter(({ uses }) => uses?.startsWith(REPOSITORY)))
    for (const { uses = '', with: given = {} } of ours) {
      expect(readNames(uses).inputs).toEqual(expect.arrayContaining(Object.keys(given)))
    }
    for (const [, id, output = ''] of text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
      const step = ours.find((one) => one.id === id)
      if (step?.uses !== undefined) expect(readNames(step.uses).outputs).toContain(output)
    }
  })

  it('fit together in the README: the rehearsal has the region and the tags that the first workflow aims at', () => {
    const readme = workflows.filter(({ path }) => path === 'README.md').map(({ text }) => Object.values((parse(text) as Snippet).jobs))
    const [first = [], rehearsal = []] = [readme[0], readme.find((jobs) => JSON.stringify(jobs).includes('/rehearse@'))].map((jobs = []) =>
      jobs.flatMap(({ steps }) => steps.map(({ with: given = {} }) => given)),
    )
    const aimed = { ...first[0], ...first[1] }
    expect(rehearsal[0]).toMatchObject({ region: aimed['aws-region'], tags: aimed['target-tags'] })
    expect(aimed['target-tags']).toBeTypeOf('string')
  })

  it.each(titled(blocks.filter(({ language }) => language === 'json')))('%s is JSON', (_, { body }) => {
    expect(() => JSON.parse(body)).not.toThrow()
  })

  it.each(titled(blocks.filter(({ language }) => /^ya?ml$/.test(language))))('%s is YAML', (_, { body }) => {
    expect(() => parse(body)).not.toThrow()
  })
})

describe('pages for users', () => {
  const pages = DOCUMENTS.filter((path) => /^docs\/[^/]+\.md$/.test(path))

  it.each(pages)('%s begins with whom it is for and what it answers', (path) => {
    const [, opening = ''] = /^# .+\n\n([\s\S]+?)\n\n/.exec(read(path)) ?? []
    expect(opening.replaceAll('\n', ' ')).toMatch(/^For .+\. This page answers: .+\?$/)
  })
})

describe('owner and name', () => {
  const FILES = [...DOCUMENTS, '.github/ISSUE_TEMPLATE/config.yml', '.github/CODEOWNERS', 'docs/report.schema.json', 'package.json']
  const [owner = ''] = REPOSITORY.split('/')
  /** A repository that others made, which the comparison names. */
  const OTHERS = ['Kunalvrm555/spot-interrupt']

  it('are those of package.json', () => {
    expect(REPOSITORY).toMatch(/^[\w-]+\/[\w-]+$/)
    const { homepage, bugs }: { homepage: string; bugs: string } = JSON.parse(read('package.json'))
    expect([homepage, bugs]).toEqual([`https://github.com/${REPOSITORY}#readme`, `https://github.com/${REPOSITORY}/issues`])
  })

  it.each(FILES)('of %s are the same', (path) => {
    const named = [...read(path).matchAll(/(?:uses: |github(?:usercontent)?\.com\/|--repo )([\w-]+\/spot-interrupt)\b/g)].map(
      ([, name]) => name,
    )
    const teams = [...read(path).matchAll(/@([\w-]+)\/maintainers/g)].map(([, name]) => name)
    expect([
      ...named.filter((name) => name !== REPOSITORY && !OTHERS.includes(name ?? '')),
      ...teams.filter((name) => name !== owner),
    ]).toEqual([])
  })
})
