/** in-toto's own types read the predicate of every ending, and refuse a bent one. */
import { deepEqual, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { toPredicate } from '../../src/report/predicate.ts'
import { makeEndings, reportEnding } from '../fakes/endings.ts'
import type { Scenario } from './table.ts'

const COMMIT = 'c0ffee1234567890c0ffee1234567890c0ffee12'
const WORKFLOW = {
  path: '.github/workflows/gate.yml',
  server: 'https://github.com',
  repository: 'octo/shop',
  ref: 'refs/heads/main',
  commit: COMMIT,
}
const SOURCE = { url: 'https://github.com/octo/shop/actions/runs/4711/attempts/1', workflow: WORKFLOW }

export function predicateScenarios(python: string): readonly Scenario[] {
  return [
    { name: 'reads the predicate of every ending as a test result', run: () => holdEndings(python) },
    { name: 'refuses a bent predicate', run: () => holdBent(python) },
  ]
}

async function holdEndings(python: string): Promise<void> {
  const endings = Object.keys(makeEndings())
  ok(endings.length > 10)
  const made = endings.flatMap((ending) => [SOURCE, { url: '' }].map((source) => toPredicate(reportEnding(ending), source)))
  deepEqual([...new Set(made.map(({ result }) => result))].sort(), ['FAILED', 'PASSED'])
  deepEqual(
    await findProblems(python, made),
    made.map(() => null),
  )
}

async function holdBent(python: string): Promise<void> {
  const made = toPredicate(reportEnding('survived'), SOURCE)
  const bent = [
    { ...made, result: 'SURVIVED' },
    { ...made, configuration: [] },
    { ...made, configuration: [{ annotations: {} }] },
    { ...made, reason: 'x' },
    { ...made, passedTests: 'web' },
  ]
  const problems = await findProblems(python, bent)
  ok(
    problems.length === bent.length && problems.every((problem) => typeof problem === 'string'),
    `not all were refused: ${JSON.stringify(problems)}`,
  )
}

function findProblems(python: string, predicates: readonly unknown[]): Promise<readonly (string | null)[]> {
  return new Promise((done, fail) => {
    const child = spawn(python, ['-B', join(import.meta.dirname, 'predicate.py')], { stdio: ['pipe', 'pipe', 'pipe'] })
    let text = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (more) => {
      text += more
    })
    child.stderr.setEncoding('utf8').on('data', (more) => {
      err += more
    })
    child.on('error', fail)
    child.on('close', (code) => (code === 0 ? done(JSON.parse(text)) : fail(new Error(`predicate.py ended with ${code}: ${err}`))))
    child.stdin.end(JSON.stringify(predicates))
  })
}
