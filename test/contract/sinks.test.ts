import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

/**
 * Nothing leaves this action but through src/runner/sinks.ts, which hides secrets, takes out control characters and never throws. A file
 * that writes in another way bypasses all of that.
 */
const src = resolve(import.meta.dirname, '../../src')
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(join(src, path), 'utf8') }))

/** Ways to show something, and who may use them. */
const WAYS: readonly (readonly [string, RegExp, readonly string[]])[] = [
  ['writes a file', /\b(writeFile|appendFile|createWriteStream|copyFile|mkdir|openSync|writeSync|symlink)/, ['runner/sinks.ts']],
  ['prints', /\bconsole\.(log|error|warn|info|debug|table)\b|process\.std(out|err)\b/, ['runner/sinks.ts', 'runner/signals.ts']],
  ['writes on a stream', /process\.std(out|err)\.write\((?!'')/, []],
  ['warns by Node', /\bemitWarning\b|\bprocess\.report\b/, []],
  ['starts a process', /node:child_process/, ['runner/simulator.ts']],
  ['calls GitHub', /@actions\/github/, ['runner/github.ts']],
]

it.each(WAYS)('no source %s, except where it is allowed', (_, way, allowed) => {
  const found = sources.filter(({ text }) => way.test(text)).map(({ path }) => path)
  expect(found.filter((path) => !allowed.includes(path))).toEqual([])
})

/** What only reads. */
const READERS = ['getInput', 'getState', 'getBooleanInput', 'isDebug']

it('only the sinks write by @actions/core, and nobody loads @actions/github at the start', () => {
  for (const { path, text } of sources.filter((source) => source.path !== 'runner/sinks.ts')) {
    const names = [...text.matchAll(/import (.+) from '@actions\/core'/g)].flatMap(([, one = '']) => one.split(/[{},\s]+/).filter(Boolean))
    expect(names.filter((name) => !READERS.includes(name)).map((name) => `${path}: ${name}`)).toEqual([])
    expect(`${path}: ${/^import (?!type).*@actions\/github|import\('@actions\/core'\)/m.exec(text)?.[0]}`).toBe(`${path}: undefined`)
  }
})
