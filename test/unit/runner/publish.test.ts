import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { all } from '../../../src/model/timeline/event.ts'
import { createLog } from '../../../src/runner/log.ts'
import { publishOutputs, publishReport, publishSummary, writeTemp } from '../../../src/runner/publish.ts'
import { fakeClock } from '../../fakes/clock.ts'
import { concluded } from '../../fakes/conclusion.ts'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spot-files-'))
})

beforeEach(async () => {
  for (const name of ['OUTPUT', 'STEP_SUMMARY']) {
    vi.stubEnv(`GITHUB_${name}`, join(folder, name))
    await writeFile(join(folder, name), '')
  }
})

afterEach(() => vi.unstubAllEnvs())
afterAll(() => rm(folder, { recursive: true, force: true }))

const read = (name: string) => readFile(join(folder, name), 'utf8')

describe('what the runner is given', () => {
  it('are outputs, each by its name, whatever is in them', async () => {
    publishOutputs({ one: '1', many: 'a\nb' })
    expect(await read('OUTPUT')).toMatch(/^one<<(\S+)\n1\n\1\nmany<<(\S+)\na\nb\n\2\n$/)
  })

  it('is a summary, where there is a place for it', async () => {
    const log = createLog(fakeClock(), () => undefined)
    vi.stubEnv('GITHUB_STEP_SUMMARY', '')
    publishSummary(log, '## nowhere')
    vi.stubEnv('GITHUB_STEP_SUMMARY', join(folder, 'STEP_SUMMARY'))
    publishSummary(log, '## here\n')
    publishSummary(log, '## and here\n')
    expect(await read('STEP_SUMMARY')).toBe('## here\n## and here\n')
    expect(log.timeline()).toEqual([])
  })

  it('is told when the summary could not be written, and goes on', () => {
    const log = createLog(fakeClock(), () => undefined)
    vi.stubEnv('GITHUB_STEP_SUMMARY', join(folder, 'no/such'))
    publishSummary(log, '## lost')
    expect(all(log.timeline(), 'warned')).toMatchObject([{ what: expect.stringMatching(/^The job summary could not be written: ENOENT/) }])
  })

  it('are files in its temporary folder; without one it is told why there are none', async () => {
    const { path, why } = writeTemp({ RUNNER_TEMP: folder }, 'x.json', '{}')
    expect([why, await readFile(path, 'utf8')]).toEqual(['', '{}'])
    expect(writeTemp({}, 'x.json', '{}')).toEqual({ path: '', why: 'there is no RUNNER_TEMP' })
    expect(writeTemp({ RUNNER_TEMP: join(folder, 'no/such') }, 'x.json', '{}')).toEqual({
      path: '',
      why: expect.stringContaining('ENOENT'),
    })
  })

  it('is all of it on every path, also when nothing was seen and nothing can be written', async () => {
    const log = createLog(fakeClock(), () => undefined)
    const who = { run: 'octo/service/1/1', invocation: '11111111-2222-4333-8444-555555555555', job: 'test', leg: '1' }
    const conclusion = concluded([], { pass: false, text: 'Bad input: x', hint: 'Nothing was sent to AWS.' })
    vi.stubEnv('RUNNER_TEMP', '')
    publishReport(log, conclusion, who)
    const warned = all(log.timeline(), 'warned').map(({ what }) => what)
    expect(warned).toEqual(Array(2).fill('A report could not be written: there is no RUNNER_TEMP.'))
    expect(await read('OUTPUT')).toContain('verdict<<')
    expect(await read('STEP_SUMMARY')).toContain('Bad input: x')
    vi.stubEnv('RUNNER_TEMP', folder)
    publishReport(log, conclusion, who)
    expect(all(log.timeline(), 'warned')).toHaveLength(2)
    expect(JSON.parse(await read(`spot-interrupt-${who.invocation}.json`))).toHaveProperty('schemaVersion')
    expect(await read(`spot-interrupt-${who.invocation}.xml`)).toContain('<testsuite')
  })
})
