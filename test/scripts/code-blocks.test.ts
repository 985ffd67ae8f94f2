import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readBlocks, toRunMode, toWorkflow } from '../../scripts/verify/code-blocks.ts'

const fence = (language: string, body: string) => `\`\`\`${language}\n${body}\n\`\`\``
const only = (text: string) => readBlocks('page.md', text)[0] ?? expect.unreachable('there is no block')

describe('a shell block', () => {
  const block = fence('sh', 'true')
  it.each([
    ['a mark right before it', `<!-- sh: run -->\n${block}`, { kind: 'run' }],
    ['a mark before its section', `<!-- sh: run -->\n## Title\n\nText.\n\n${block}`, { kind: 'run' }],
    ['its own mark, which wins', `<!-- sh: run -->\n## Title\n\n<!-- sh: run until "ready" -->\n${block}`, { kind: 'run', until: 'ready' }],
    ['a reason', `<!-- sh: not run here, because it costs money -->\n${block}`, { kind: 'skip', why: 'it costs money' }],
    ['the words that .ci/run looks for', `The tests:\n\n${block}`, { kind: 'skip', why: '.ci/run runs it' }],
  ])('is judged by %s', (_, text, mode) => {
    expect(toRunMode(only(text))).toEqual(mode)
  })

  it.each([
    ['no mark', block],
    ['no reason', `<!-- sh: not run here, because -->\n${block}`],
    ['a mark of another section', `<!-- sh: run -->\n## One\n\n## Two\n\n${block}`],
    ['a mark of another language', `<!-- yaml: run -->\n${block}`],
    ['an unknown mark', `<!-- sh: later -->\n${block}`],
  ])('is not judged with %s', (_, text) => {
    expect(toRunMode(only(text))).toBeUndefined()
  })
})

describe('a block of YAML', () => {
  it('is a workflow as it is, if it has jobs', () => {
    const text = 'on: push\njobs:\n  a:\n    steps: []'
    expect(toWorkflow(only(fence('yaml', text)))).toBe(text)
  })

  it.each([
    '- uses: a/b@v1\n  with:\n    x: y',
    '      - uses: a/b@v1\n        with:\n          x: y',
    'steps:\n  - uses: a/b@v1\n    with:\n      x: y',
  ])('becomes one, if it has steps: %j', (text) => {
    const { jobs } = parse(toWorkflow(only(fence('yaml', text))) ?? '')
    expect(jobs.snippet.steps).toEqual([{ uses: 'a/b@v1', with: { x: 'y' } }])
  })

  it.each([
    ['data', fence('yaml', 'a: b')],
    ['another language', fence('json', '[]')],
    [
      'one that is not linted, with the reason',
      `<!-- yaml: not linted, because no linter knows it -->\n${fence('yaml', '- uses: a/b@v1')}`,
    ],
  ])('is none, if it is %s', (_, text) => {
    expect(toWorkflow(only(text))).toBeUndefined()
  })
})

it('finds every block, also in a list, and knows its line', () => {
  const text = `Text.\n\n${fence('sh', 'a')}\n\n- item\n\n  \`\`\`json\n  {\n    "b": 1\n  }\n  \`\`\`\n`
  expect(readBlocks('page.md', text).map(({ line, language, body }) => [line, language, body])).toEqual([
    [3, 'sh', 'a'],
    [9, 'json', '{\n  "b": 1\n}'],
  ])
})

it('does not take the rest of a page for a block that does not end', () => {
  expect(() => readBlocks('page.md', 'Text.\n```sh\ntrue')).toThrow('page.md:2')
})
