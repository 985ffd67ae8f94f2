import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from '../../../scripts/repository.ts'
import { toPredicate } from '../../../src/report/predicate.ts'
import { HOST, makeEndings, reportEnding } from '../../fakes/endings.ts'
import { ACCOUNT, ID } from '../../fakes/timeline.ts'

const ajv = new Ajv2020({ allErrors: true, strictTuples: false })
addFormats.default(ajv)
const fits = ajv.compile(JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../docs/predicate.schema.json'), 'utf8')))

const COMMIT = 'c0ffee1234567890c0ffee1234567890c0ffee12'
const WORKFLOW = {
  path: '.github/workflows/gate.yml',
  server: 'https://github.com',
  repository: 'octo/service',
  ref: 'refs/heads/main',
  commit: COMMIT,
}
const SOURCE = { url: 'https://github.com/octo/service/actions/runs/4711/attempts/1', workflow: WORKFLOW }
const ENDINGS = makeEndings()

/** What somebody else reads: the file, parsed again. */
function predicate(ending: string) {
  const made: ReturnType<typeof toPredicate> = JSON.parse(JSON.stringify(toPredicate(reportEnding(ending), SOURCE)))
  return { ...made, about: made.configuration[0].annotations }
}

function expectFits(made: unknown): void {
  expect(fits(made), JSON.stringify(fits.errors)).toBe(true)
}

describe.each(Object.keys(ENDINGS))('the predicate of a run that ended so: %s', (ending) => {
  it('fits the published schema', () => {
    const { about: _, ...made } = predicate(ending)
    expectFits(made)
  })

  it('is PASSED only for a service that survived in a step that passed, and says why where it is not', () => {
    const { result, failedTests, about } = predicate(ending)
    const { word, result: step } = ENDINGS[ending] ?? {}
    expect(about.verdict).toBe(word)
    const passed = word === 'survived' && step?.pass === true
    expect(result).toBe(passed ? 'PASSED' : 'FAILED')
    expect(failedTests.length > 0, 'a failed test').toBe(!passed)
    expect(about.reasons.length > 0, 'a reason').toBe(!passed)
  })

  it('has no id, account, address or host', () => {
    const text = JSON.stringify(predicate(ending))
    for (const own of [ID, ACCOUNT, HOST]) expect(text).not.toContain(own)
  })
})

describe('docs/predicate.schema.json', () => {
  const made = toPredicate(reportEnding('survived'), SOURCE)
  const [own] = made.configuration

  it.each([
    ['no configuration', { ...made, configuration: [] }],
    ['another configuration first', { ...made, configuration: [{ ...own, name: 'other' }] }],
    ['no reason for what is judged', { ...made, configuration: [{ name: own.name, uri: own.uri }] }],
    ['WARNED, which means passed', { ...made, result: 'WARNED' }],
    ['a warned test, which has passed', { ...made, warnedTests: ['web'] }],
    ['a member that in-toto does not have', { ...made, reason: 'x' }],
    ['no failed tests', { ...made, failedTests: undefined }],
    ['an empty name of a test', { ...made, failedTests: [''] }],
  ])('refuses %s', (_, bent) => {
    expect(fits(JSON.parse(JSON.stringify(bent)))).toBe(false)
  })
})

describe('toPredicate', () => {
  it('names every test once, on one side', () => {
    const { passedTests, failedTests } = predicate('survived')
    expect(passedTests).toEqual(['verdict', 'targets', 'web: availability', 'web: outage', 'web: recovery'])
    expect(failedTests).toEqual([])
  })

  it('has capacity and reaction beside the probes', () => {
    const back = predicate('capacity back')
    expect(back.passedTests).toEqual([
      'verdict',
      'targets',
      'web: availability',
      'web: outage',
      'web: recovery',
      'fleet-web: capacity',
      'reaction',
    ])
    expect(back.about).toMatchObject({ capacities: ['fleet-web'], reactWithinSeconds: 90, reactedAfterSeconds: expect.any(Number) })
    expect(predicate('capacity not back').failedTests).toEqual(expect.arrayContaining(['verdict', 'fleet-web: capacity', 'reaction']))
    expect(predicate('capacity not back').about.reasons.join()).toContain('nothing reacted to the signal in time')
  })

  it('names this action by the address of its repository', () => {
    expect(predicate('survived').configuration[0]).toMatchObject({ name: 'spot-interrupt', uri: `https://github.com/${REPOSITORY}` })
  })

  it('has the figures against their limits', () => {
    expect(predicate('not survived').about).toMatchObject({
      reasons: [expect.stringMatching(/^web was down for 38s, longer than the 30s of max-outage$/)],
      targets: 1,
      landed: 1,
      minAvailability: 80,
      maxOutageSeconds: 30,
      longestOutageSeconds: 38,
      durationSeconds: 120,
    })
    expect(predicate('not survived').failedTests).toEqual(['verdict', 'web: outage'])
  })

  it('counts as failed what is not known', () => {
    expect(predicate('the target stayed').failedTests).toEqual(['verdict', 'targets', 'web: recovery'])
    expect(predicate('unknown checks').failedTests).toContain('web: outage')
    expect(predicate('cut short').failedTests).toEqual(['verdict', 'web: availability', 'web: outage', 'web: recovery'])
    expect(predicate('unhealthy before the start').failedTests).toContain('web: recovery')
  })

  it('names the run and the workflow that judged, and leaves out what the runner does not tell', () => {
    const { url, configuration } = predicate('survived')
    expect(url).toBe(SOURCE.url)
    expect(configuration[1]).toEqual({
      name: WORKFLOW.path,
      uri: 'git+https://github.com/octo/service@refs/heads/main',
      downloadLocation: `https://github.com/octo/service/blob/${COMMIT}/.github/workflows/gate.yml`,
      digest: { gitCommit: COMMIT },
    })
    const bare = toPredicate(reportEnding('survived'), { url: '' })
    expectFits(bare)
    expect(Object.keys(bare)).not.toContain('url')
    expect(bare.configuration).toHaveLength(1)
  })

  it('fits the schema, and holds nothing private, whatever ids and names a run has', () => {
    const instance = fc.stringMatching(/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/)
    const account = fc.stringMatching(/^\d{12}$/)
    const around = fc.stringMatching(/^[A-Za-z0-9_-]{0,5}$/)
    fc.assert(
      fc.property(instance, account, around, fc.constantFrom(...Object.keys(ENDINGS)), (id, owner, prefix, ending) => {
        const probes = [id, owner].map((name) => ({ name: `${prefix}${name}`, shown: `https://${HOST}/${id}` }))
        const made = toPredicate(reportEnding(ending, { id, account: owner, probes }), SOURCE)
        expectFits(made)
        const text = JSON.stringify(made)
        for (const own of [id, owner, HOST]) expect(text).not.toContain(own)
      }),
    )
  })
})
