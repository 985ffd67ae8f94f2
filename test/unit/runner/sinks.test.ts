import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSinks } from '../../../src/runner/sinks.ts'

let folder = ''
let printed = ''
let warned: string[] = []
const before = process.stdout.listenerCount('error')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sinks-'))
  printed = ''
  warned = []
  for (const name of ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY']) {
    vi.stubEnv(name, join(folder, name))
    writeFileSync(join(folder, name), '')
  }
  vi.stubEnv('RUNNER_TEMP', folder)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  for (const stream of [process.stdout, process.stderr]) {
    for (const listener of stream.listeners('error').slice(before)) stream.off('error', listener as () => void)
  }
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
  process.exitCode = undefined
})

const open = () => createSinks(process.env, (what) => warned.push(what))
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

/** Every writer, by the place that it writes to. */
const WRITERS = {
  GITHUB_OUTPUT: (text: string) => open().setOutputs({ one: text }),
  GITHUB_STATE: (text: string) => open().saveState('one', text),
  GITHUB_STEP_SUMMARY: (text: string) => open().appendSummary(text),
  RUNNER_TEMP: (text: string) => open().writeTemp('one', text),
} as const

type Place = keyof typeof WRITERS
const PLACES = Object.keys(WRITERS) as Place[]

/** Ways in which a file that the runner names cannot be written, for root as well. */
const FAULTS: Readonly<Record<string, (name: Place) => string>> = {
  'in a folder that is not there': () => join(folder, 'no/such'),
  'a folder': (name) => (name === 'RUNNER_TEMP' ? join(folder, 'GITHUB_STATE') : folder),
  full: () => '/dev/full',
  'below a file': () => join(folder, 'GITHUB_STATE', 'x'),
}

describe('sinks', () => {
  it('write outputs, state, summary and files as the runner reads them', () => {
    const sinks = open()
    sinks.setOutputs({ one: '1', many: 'a\nb', none: '' })
    sinks.saveState('ledger', '{}')
    sinks.appendSummary('## here\n')
    sinks.appendSummary('## and here\n')
    expect(read('GITHUB_OUTPUT')).toMatch(/^one<<(\S+)\n1\n\1\nmany<<(\S+)\na\nb\n\2\nnone<<(\S+)\n\n\3\n$/)
    expect(read('GITHUB_STATE')).toMatch(/^ledger<<(\S+)\n\{\}\n\1\n$/)
    expect(read('GITHUB_STEP_SUMMARY')).toBe('## here\n## and here\n')
    expect(sinks.writeTemp('x.json', '{}')).toBe(join(folder, 'x.json'))
    expect(read('x.json')).toBe('{}')
    expect([printed, warned]).toEqual(['', []])
  })

  it.each(PLACES.flatMap((place) => Object.keys(FAULTS).map((fault) => [place, fault] as const)))(
    'warn once and go on when %s is %s',
    (place, fault) => {
      vi.stubEnv(place, FAULTS[fault]?.(place))
      const sinks = open()
      for (const text of ['a', 'b', 'c']) {
        sinks.setOutputs({ one: text })
        sinks.saveState('one', text)
        sinks.appendSummary(text)
        expect(sinks.writeTemp('one', text) === '').toBe(place === 'RUNNER_TEMP')
      }
      expect(warned).toEqual([expect.stringMatching(/^[A-Z][^:]+(cannot be (set|saved|written))[^:]*: (Missing|E[A-Z]+)/)])
      expect(printed).toBe('')
    },
  )

  it.each(PLACES)('print no command in its place when %s is not set', (place) => {
    vi.stubEnv(place, '')
    WRITERS[place]('x')
    expect(warned).toEqual(place === 'GITHUB_STEP_SUMMARY' ? [] : [expect.stringContaining(`${place} is not set`)])
    expect(printed).toBe('')
  })

  it('use a file again that came back', () => {
    vi.stubEnv('GITHUB_STATE', join(folder, 'later'))
    const sinks = open()
    sinks.saveState('one', 'lost')
    writeFileSync(join(folder, 'later'), '')
    sinks.saveState('one', 'kept')
    expect(read('later')).toContain('kept')
    expect(warned).toHaveLength(1)
  })

  it('print nothing more once the log cannot be written, and set the exit code all the same', () => {
    const sinks = open()
    const listeners = process.stdout.listeners('error')
    listeners.at(-1)?.(new Error('write EPIPE'))
    sinks.print(['line'])
    sinks.notice('notice')
    sinks.fail('error')
    expect([printed, warned, process.exitCode]).toEqual(['', ['The log cannot be written: write EPIPE.'], 1])
  })

  it('survive an output that throws', () => {
    const sinks = open()
    vi.spyOn(process.stdout, 'write').mockImplementation(() => {
      throw new Error('ENOSPC')
    })
    sinks.print(['a', 'b'])
    expect(warned).toEqual(['The log cannot be written: ENOSPC.'])
  })

  it('say one error line, whatever is said after it', () => {
    const sinks = open()
    sinks.fail('first\nline')
    sinks.fail('second')
    expect(printed).toBe('::error::first%0Aline\n')
    expect(process.exitCode).toBe(1)
  })
})

describe('secrets', () => {
  const TOKEN = 'IQoJb3JpZ2luX2VjEXAMPLE+token/with=signs'

  it('are hidden in everything that leaves, with control characters', () => {
    vi.stubEnv('AWS_SESSION_TOKEN', TOKEN)
    const text = `a\u001b[31m ${TOKEN} ${encodeURIComponent(TOKEN)}\u2028\u202e`
    const sinks = open()
    sinks.print([text])
    sinks.debug(text)
    sinks.notice(text)
    sinks.fail(text)
    sinks.setOutputs({ one: text })
    sinks.appendSummary(text)
    sinks.writeTemp('one', text)
    const all = [printed, read('GITHUB_OUTPUT'), read('GITHUB_STEP_SUMMARY'), read('one'), sinks.clean({ text }).text]
    for (const one of all) {
      expect(one).toContain('a [31m *** ***')
      expect(one).not.toContain('token')
      expect(one.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}|\u2028/u)
    }
  })

  it('of a file, and of what AWS credentials turn out to be, are hidden too', () => {
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', join(folder, 'jwt'))
    writeFileSync(join(folder, 'jwt'), 'eyJhbGciOiJSUzI1NiJ9.payload\n')
    mkdirSync(join(folder, 'empty'))
    const sinks = open()
    sinks.hide('resolved-later')
    sinks.hide(undefined)
    expect(sinks.clean('eyJhbGciOiJSUzI1NiJ9.payload resolved-later')).toBe('*** ***')
    expect(printed).toBe('')
  })

  it.each([
    ['sesame-open', true],
    ['1234567', false],
    ['12345678', true],
    ['true', false],
    ['TRUE', false],
    ['survived', false],
    ['not-survived', false],
    ['interrupted', false],
    ['initiating', false],
  ])('of probe headers: %s is masked: %s', (value, masked) => {
    open().mask(value)
    expect(printed).toBe(masked ? `::add-mask::${value}\n` : '')
  })

  it('are none where the secret key is the public key id: a placeholder of a simulated AWS', () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'rehearsal')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'rehearsal')
    expect(open().clean('a rehearsal')).toBe('a rehearsal')
  })
})
