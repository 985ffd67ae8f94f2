import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'

const root = resolve(import.meta.dirname, '..')
/** Folders that start processes. A wait for an exit code, a shell of `spawnSync` or a test program of the peers: all of them end with one. */
const FOLDERS = ['e2e', 'crash', 'peers', 'simulator', 'scripts', 'wire', 'fakes', 'contract', 'unit']
const SELF = 'contract/exit-codes.test.ts'

/** Names under which the log of a run reaches an assertion. Standard output alone is no log: the reason is mostly on standard error. */
const LOGS = new Set(['logOf', 'tail', 'text', 'log', 'err', 'stderr', 'said'])
const ASSERTS = new Set(['equal', 'strictEqual', 'notEqual', 'notStrictEqual', 'deepEqual', 'ok', 'assert', 'match'])
const ENDS = /\b(?:end(?:ed|s)?|exit(?:ed|s)?|fail(?:ed|s)?|died|code)\b/

/** The assertions on exit codes that show no log when they fail, as text. Codes of AWS are texts, so they are none of these. */
function findRaw(text: string): readonly string[] {
  const file = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true)
  const raw = listNodes(file).filter((node) => assertsCode(node) && !listNodes(node).some(isLog))
  // A message that stands in a comparison is one finding, not two.
  const outermost = raw.filter((node) => !raw.some((other) => other !== node && other.pos <= node.pos && other.end >= node.end))
  return outermost.map((node) => node.getText(file))
}

function listNodes(node: ts.Node): readonly ts.Node[] {
  const nodes: ts.Node[] = [node]
  ts.forEachChild(node, (child) => {
    nodes.push(...listNodes(child))
  })
  return nodes
}

function assertsCode(node: ts.Node): boolean {
  if (ts.isCallExpression(node)) return isRawExpect(node) || isRawAssert(node)
  if (ts.isTemplateExpression(node)) return isRawMessage(node)
  if (ts.isConditionalExpression(node)) return isComparison(node.condition) && hasMessage(node)
  return ts.isIfStatement(node) && isComparison(node.expression) && hasMessage(node.thenStatement)
}

/** `expect(x).toBe(y)`, where x has an exit code, or y is an object with one. */
function isRawExpect({ expression, arguments: wanted }: ts.CallExpression): boolean {
  const subject = ts.isPropertyAccessExpression(expression) ? findSubject(expression.expression) : undefined
  if (subject === undefined) return false
  const fields = wanted.flatMap(listNodes).filter((node): node is ts.PropertyAssignment => ts.isPropertyAssignment(node))
  if (fields.some(({ name, initializer }) => /^(?:exitCode|code)$/.test(name.getText()) && isCodeValue(initializer))) return true
  const isAlive = /\.exitCode\b/.test(subject.getText()) && wanted.every((one) => !listNodes(one).some(ts.isNumericLiteral))
  return hasCode(subject) && !isAlive && wanted.flatMap(listNodes).some(isCodeValue)
}

/** What is between the brackets of `expect`, before `.not`, `.resolves` and the matcher. */
function findSubject(node: ts.Expression): ts.Expression | undefined {
  if (ts.isPropertyAccessExpression(node)) return findSubject(node.expression)
  return ts.isCallExpression(node) && node.expression.getText() === 'expect' ? node.arguments[0] : undefined
}

/** `equal(code, 0)` or `ok(code !== 0, 'the fault was not found')`. */
function isRawAssert({ expression, arguments: given }: ts.CallExpression): boolean {
  if (!ts.isIdentifier(expression) || !ASSERTS.has(expression.text)) return false
  const [seen, wanted] = given
  if (seen === undefined || !hasCode(seen)) return false
  return isComparison(seen) || (wanted !== undefined && !(ts.isStringLiteral(wanted) && !isCodeValue(wanted)) && expression.text !== 'ok')
}

/** A message built by hand, with the exit code in it. */
function isRawMessage({ head, templateSpans: spans }: ts.TemplateExpression): boolean {
  const words = [head, ...spans.map(({ literal }) => literal)].map(({ text }) => text)
  return ENDS.test(words.join(' ')) && spans.some(({ expression }) => hasCode(expression))
}

function isComparison(node: ts.Expression): boolean {
  return listNodes(node).some(
    (one) => ts.isBinaryExpression(one) && /^[!=]==$/.test(one.operatorToken.getText()) && isCode(one.left) && isCodeValue(one.right),
  )
}

/** A text that a person reads; a name alone is none. */
function hasMessage(node: ts.Node): boolean {
  return listNodes(node).some((one) => (ts.isStringLiteralLike(one) || ts.isTemplateExpression(one)) && /\w \w/.test(one.getText()))
}

function hasCode(node: ts.Node): boolean {
  return listNodes(node).some(isCode)
}

/** `code`, `main.code`, `child.exitCode`, `main.signal` or `(await exited)[0]`. `process.exitCode` is that of the test itself. */
function isCode(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) return node.text === 'code' && !ts.isPropertyAccessExpression(node.parent)
  if (ts.isPropertyAccessExpression(node)) return /^(?:code|exitCode|signal)$/.test(node.name.text) && node.getText() !== 'process.exitCode'
  return ts.isElementAccessExpression(node) && /^\(await .*\)\[0\]$/.test(node.getText()) && /exit|close|ended/i.test(node.getText())
}

/** A number, null, or the name of a signal. */
function isCodeValue(node: ts.Node): boolean {
  if (ts.isConditionalExpression(node)) return isCodeValue(node.whenTrue) || isCodeValue(node.whenFalse)
  return ts.isNumericLiteral(node) || node.kind === ts.SyntaxKind.NullKeyword || (ts.isStringLiteral(node) && /^SIG[A-Z]+$/.test(node.text))
}

function isLog(node: ts.Node): boolean {
  return ts.isIdentifier(node) && LOGS.has(node.text)
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path)),
).filter((path) => path !== SELF)

it.each(files)('%s shows the log of the run wherever it asserts an exit code', (path) => {
  expect(findRaw(readFileSync(join(root, path), 'utf8'))).toEqual([])
})

it('looks into every folder that has tests', () => {
  const folders = readdirSync(root, { withFileTypes: true }).filter((one) => one.isDirectory())
  expect(folders.map(({ name }) => name).toSorted()).toEqual(FOLDERS.toSorted())
  for (const folder of FOLDERS) expect(files.filter((path) => path.startsWith(folder)).length).toBeGreaterThan(2)
})

it.each([
  'expect(main.code).toBe(0)',
  'expect(main.code, main.stdout).toBe(1)',
  'expect((await played.post()).code).toBe(0)',
  'expect(code).not.toBe(null)',
  "expect([post.code, errorOf(post)]).toEqual([0, ''])",
  "expect([(await exited)[0], await out]).toEqual([0, ''])",
  'expect((await exited)[0]).toBe(0)',
  "expect(record.runs.map(({ mode, code }) => [mode, code])).toEqual([['interruption', 0]])",
  'expect(main.code).toBe(fails === undefined ? 0 : 1)',
  'expect(main.signal).toBe("SIGKILL")',
  'expect(result).toMatchObject({ code: 1, signal: null })',
  'expect(child.exitCode).toBe(0)',
  'equal(main.code, 0)',
  "equal(main.code, 0, 'it failed')",
  'equal(code, isOpen ? 0 : 1)',
  "equal(main.signal, 'SIGKILL')",
  'ok(code !== 0)',
  "ok(code !== 0, 'the planted fault was not found')",
  "ok(code !== 0, 'no text and no log')",
  `const wrong = result.code === 1 ? [] : [\`a cancelled main ended with \${result.code ?? result.signal}\`]`,
  "const wrong = result.code === 1 ? [] : ['the cancelled main went on']",
  "if (code !== 0) throw new Error('it does not build')",
  `child.on('close', (code) => (code === 0 ? done() : fail(new Error(\`predicate.py ended with \${code}\`))))`,
  `throw new Error(\`main ended with \${code}\`)`,
])('sees %s', (line) => {
  expect(findRaw(`  ${line}`)).toHaveLength(1)
})

it('sees an assertion of several lines', () => {
  expect(
    findRaw("expect(\n  record.runs.map(({ code }) => code),\n).toEqual([\n  0,\n])\nok(\n  code !== 0,\n  'it passed',\n)"),
  ).toHaveLength(2)
})

it.each([
  "expect(status.code).toBe('fulfilled')",
  'expectExit(main, 0)',
  'expect(code, log).toBeNull()',
  "expect(await ended).toMatchObject({ code: null, signal: 'SIGINT', text: 'ready' })",
  'expect([other.exitCode, other.signalCode]).toEqual([null, null])',
  'expect(process.exitCode).toBe(1)',
  'equal(code, 0, tail(log))',
  `ok(code !== 0, \`the planted fault was not found: \${text}\`)`,
  "expect(x).toMatchObject({ status: { code: 'x' } })",
  `const body = \`<Code>\${code}</Code>\``,
  `const wrong = result.code === 1 ? [] : [\`main ended with \${result.code}. \${logOf(result)}\`]`,
])('leaves %s alone', (line) => {
  expect(findRaw(line)).toEqual([])
})

it('a failure shows the code, the log and what was wanted', () => {
  const ended = { code: 1, stdout: '::error::no role\n', stderr: 'a warning' }
  expect(() => expectExit(ended, 0)).toThrow(/the exit code is 1, not 0\.[\s\S]*::error::no role\na warning/)
  expect(() => expectExit({ ...ended, code: null, signal: 'SIGKILL' }, 0)).toThrow('the exit code is SIGKILL, not 0')
  expect(() => expectExit(ended, 1)).not.toThrow()
  expect(() => expectExit(ended, 'SIGINT')).toThrow(/the exit code is 1, not SIGINT\.[\s\S]*::error::no role\na warning/)
  expect(() => expectExit({ ...ended, code: null, signal: 'SIGINT' }, 'SIGINT')).not.toThrow()
})
