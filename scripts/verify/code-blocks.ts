/**
 * The blocks of code in the documents, and the marks that say how each is checked. A mark is a comment right before the block, or right
 * before the heading of its section: `<!-- sh: run -->`, `<!-- sh: run until "ready" -->`, `<!-- sh: not run here, because … -->`. A block of
 * YAML is linted unless `<!-- yaml: not linted, because … -->` stands there.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

const list = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)

/** Every document of this repository, from its root. */
export const DOCUMENTS: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...list('docs'),
  ...list('examples'),
  'test/README.md',
]

/** One block: `mark` is the text of its mark, without the language; '' if it has none. `before` is the line of text above it. */
export type Block = {
  readonly path: string
  readonly line: number
  readonly language: string
  readonly body: string
  readonly mark: string
  readonly before: string
}

const SHELLS = ['sh', 'bash', 'shell', 'console', 'zsh']

export function isShell({ language }: Block): boolean {
  return SHELLS.includes(language)
}

/** The blocks of a document, in order. Throws for a block that does not end. */
export function readBlocks(path: string, text = readFileSync(join(root, path), 'utf8')): readonly Block[] {
  const lines = text.split('\n')
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; at++) {
    const [, indent = '', language = ''] = /^(\s*)```(\w*)/.exec(lines[at] ?? '') ?? []
    if (!/^\s*```/.test(lines[at] ?? '')) continue
    const end = lines.findIndex((line, index) => index > at && line.trim() === '```')
    if (end < 0) throw new Error(`${path}:${at + 1}: the block does not end`)
    const body = lines.slice(at + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    const above = lines.slice(0, at)
    blocks.push({ path, line: at + 1, language, body: body.join('\n'), mark: findMark(above, language), before: findText(above) })
    at = end
  }
  return blocks
}

function findMark(above: readonly string[], language: string): string {
  const heading = above.findLastIndex((line) => /^#{1,6} /.test(line))
  for (const line of [above.at(-1), above[heading - 1]]) {
    const [, about = '', mark = ''] = /^\s*<!-- (sh|yaml): (.*) -->$/.exec(line ?? '') ?? []
    if (mark !== '' && (about === 'sh' ? SHELLS : ['yaml', 'yml']).includes(language)) return mark
  }
  return ''
}

function findText(above: readonly string[]): string {
  return above.findLast((line) => line.trim() !== '' && !line.trim().startsWith('<!--')) ?? ''
}

/** How a shell block is run: to its end, until it prints a text, or not at all (with the reason). */
export type RunMode = { readonly kind: 'run'; readonly until?: string } | { readonly kind: 'skip'; readonly why: string }

export function toRunMode({ mark, before }: Block): RunMode | undefined {
  // .ci/run finds its command by these words, and runs it itself.
  if (before === 'The tests:') return { kind: 'skip', why: '.ci/run runs it' }
  if (mark === 'run') return { kind: 'run' }
  const [, until] = /^run until "(.+)"$/.exec(mark) ?? []
  if (until !== undefined) return { kind: 'run', until }
  const [, why] = /^not run here, because (.{10,})$/.exec(mark) ?? []
  return why === undefined ? undefined : { kind: 'skip', why }
}

/** A block of YAML as a whole workflow: unchanged, or as the steps of a job. Undefined if it is no workflow, or has a mark. */
export function toWorkflow({ language, body, mark }: Block): string | undefined {
  if (!/^ya?ml$/.test(language) || /^not linted, because .{10,}$/.test(mark)) return undefined
  if (/^jobs:/m.test(body)) return body
  const steps = /^( *)- (uses|name|id|run|if):/m.exec(body)
  if (steps === null) return undefined
  const own = body.split('\n').slice(body.split('\n').findIndex((line) => line.startsWith(`${steps[1]}- `)))
  const indented = own.map((line) => (line === '' ? '' : `      ${line.slice((steps[1] ?? '').length)}`))
  return ['on: workflow_dispatch', 'jobs:', '  snippet:', '    runs-on: ubuntu-latest', '    steps:', ...indented, ''].join('\n')
}
