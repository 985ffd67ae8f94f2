/** examples/attested-gate.mjs, as the workflow runs it: closed for everything but a fresh PASSED of this digest. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toPredicate } from '../../src/report/predicate.ts'
import { EPOCH } from '../fakes/clock.ts'
import { makeEndings, reportEnding } from '../fakes/endings.ts'

const SCRIPT = resolve(import.meta.dirname, '../../examples/attested-gate.mjs')
const { judge }: { judge: (given: { text: string; digest: string; maxAgeMs: number; now: Date }) => Date } = await import(SCRIPT)

const HEX = 'ab'.repeat(32)
const DIGEST = `sha256:${HEX}`
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** When the run of every ending is over, and a little later, when its attestation is signed. */
const ENDED = new Date(EPOCH.getTime() + 225_000)
const SIGNED_MS = ENDED.getTime() + MINUTE_MS

type Json = Record<string, unknown>
type Changes = {
  readonly ending?: string
  readonly signedMs?: number
  readonly predicate?: Json
  readonly statement?: Json
  readonly result?: Json
  readonly about?: Json
}

/** An attestation as gh prints it, once it has verified it. */
function attestation({
  ending = 'survived',
  signedMs = SIGNED_MS,
  predicate = {},
  statement = {},
  result = {},
  about = {},
}: Changes = {}): Json {
  const made = toPredicate(reportEnding(ending), { url: 'https://github.com/octo/shop/actions/runs/1/attempts/1' })
  const [own, ...rest] = made.configuration
  const configuration = [{ ...own, annotations: { ...own.annotations, ...about } }, ...rest]
  return {
    attestation: { bundle: { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }, bundle_url: '', initiator: '' },
    verificationResult: {
      mediaType: 'application/vnd.dev.sigstore.verificationresult+json;version=0.1',
      signature: { certificate: { sourceRepositoryURI: 'https://github.com/octo/shop', runnerEnvironment: 'github-hosted' } },
      verifiedTimestamps: [{ type: 'Tlog', uri: 'https://rekor.sigstore.dev', timestamp: new Date(signedMs).toISOString() }],
      statement: {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: 'ghcr.io/octo/shop', digest: { sha256: HEX } }],
        predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
        predicate: { ...made, configuration, ...predicate },
        ...statement,
      },
      ...result,
    },
  }
}

const NOW = { digest: DIGEST, maxAgeMs: 24 * HOUR_MS, now: new Date(SIGNED_MS + MINUTE_MS) }

function open(attestations: unknown, given: Partial<typeof NOW> = {}): Date {
  return judge({ text: typeof attestations === 'string' ? attestations : JSON.stringify(attestations), ...NOW, ...given })
}

describe('the gate is open', () => {
  it('for a fresh PASSED of this digest', () => {
    expect(open([attestation()])).toEqual(ENDED)
  })

  it.each<[string, readonly Json[], Partial<typeof NOW>]>([
    ['at exactly the oldest age', [attestation()], { now: new Date(ENDED.getTime() + 24 * HOUR_MS) }],
    ['after an older one that failed', [attestation({ ending: 'not survived', signedMs: SIGNED_MS - HOUR_MS }), attestation()], {}],
    ['whatever the order', [attestation(), attestation({ ending: 'not survived', signedMs: SIGNED_MS - HOUR_MS })], {}],
    ['with a subject beside it', [attestation({ statement: { subject: [{ digest: { sha256: '0' } }, { digest: { sha256: HEX } }] } })], {}],
    [
      'with a time of another zone',
      [attestation({ result: { verifiedTimestamps: [{ timestamp: '2026-01-02T04:05:00+01:00' }] } })],
      {
        now: new Date('2026-01-02T03:06:00Z'),
      },
    ],
  ])('%s', (_, attestations, given) => {
    expect(() => open(attestations, given)).not.toThrow()
  })
})

const LATE = SIGNED_MS + MINUTE_MS / 2

const CLOSED: readonly (readonly [string, unknown, RegExp, Partial<typeof NOW>?])[] = [
  ['empty output', '', /no JSON/],
  ['no JSON', 'Loaded digest sha256:…\n✓ Verification succeeded!', /no JSON/],
  ['JSON that is cut off', JSON.stringify([attestation()]).slice(0, -1), /no JSON/],
  ['null', 'null', /no verified attestation/],
  ['no attestation', [], /no verified attestation/],
  ['one attestation that is no list', attestation(), /no verified attestation/],
  ['forged: a bundle that gh did not verify', [{ attestation: attestation() }], /not verified/],
  ['forged: only a statement', [{ statement: { predicate: { result: 'PASSED' } } }], /not verified/],
  ['forged: no time that anybody verified', [attestation({ result: { verifiedTimestamps: [] } })], /no verified time/],
  ['forged: a time that is none', [attestation({ result: { verifiedTimestamps: [{ timestamp: 'now' }] } })], /cannot be read/],
  ['forged: a time as a number', [attestation({ result: { verifiedTimestamps: [{ timestamp: 0 }] } })], /cannot be read/],
  [
    'forged: a run that ended after the signature',
    [attestation({ about: { endedAt: new Date(SIGNED_MS + HOUR_MS).toISOString() } })],
    /signed before/,
    { now: new Date(SIGNED_MS + HOUR_MS) },
  ],
  ['a null among them', [attestation(), null], /not verified/],
  ['another type of statement', [attestation({ statement: { _type: 'https://in-toto.io/Statement/v0.1' } })], /no in-toto statement/],
  ['another type of predicate', [attestation({ statement: { predicateType: 'https://slsa.dev/provenance/v1' } })], /of another type/],
  ['another digest', [attestation({ statement: { subject: [{ digest: { sha256: '0'.repeat(64) } }] } })], /of another digest/],
  ['a digest of another algorithm', [attestation({ statement: { subject: [{ digest: { sha512: HEX } }] } })], /of another digest/],
  ['no subject', [attestation({ statement: { subject: [] } })], /of another digest/],
  ['a subject that is no list', [attestation({ statement: { subject: { digest: { sha256: HEX } } } })], /of another digest/],
  ['another digest beside this one', [attestation(), attestation({ statement: { subject: [] } })], /of another digest/],
  ['no predicate', [attestation({ statement: { predicate: null } })], /not of spot-interrupt/],
  ['the predicate of another tool', [attestation({ predicate: { configuration: [{ name: 'jest' }] } })], /not of spot-interrupt/],
  ['WARNED, which in-toto takes for passed', [attestation({ predicate: { result: 'WARNED' } })], /no result/],
  ['a result in other letters', [attestation({ predicate: { result: 'passed' } })], /no result/],
  ['no list of failed tests', [attestation({ predicate: { failedTests: undefined } })], /which tests failed/],
  ['PASSED with a failed test', [attestation({ predicate: { failedTests: ['web: outage'] } })], /not that the service survived/],
  ['PASSED without the verdict', [attestation({ about: { verdict: undefined } })], /not that the service survived/],
  ['PASSED with another verdict', [attestation({ about: { verdict: 'not-judged' } })], /not that the service survived/],
  ['no end of the run', [attestation({ about: { endedAt: undefined } })], /cannot be read/],
  ['FAILED', [attestation({ ending: 'not survived' })], /says FAILED: web was down for 38s/],
  [
    'a newer one that failed',
    [attestation(), attestation({ ending: 'the target stayed', signedMs: LATE })],
    /says FAILED: the interruption was not proved/,
  ],
  ['a failed one of the same time', [attestation(), attestation({ ending: 'not survived' })], /says FAILED/],
  ['a newer one that cannot be read', [attestation(), attestation({ signedMs: LATE, predicate: { result: 'MAYBE' } })], /no result/],
  ['too old', [attestation()], /is 24\.0 hours old, and 24 are allowed/, { now: new Date(ENDED.getTime() + 24 * HOUR_MS + 1) }],
  [
    'an old run that was signed again',
    [attestation({ signedMs: SIGNED_MS + 48 * HOUR_MS })],
    /is 48\.0 hours old/,
    { now: new Date(SIGNED_MS + 48 * HOUR_MS) },
  ],
  ['from the future', [attestation()], /from the future/, { now: new Date(ENDED.getTime() - HOUR_MS) }],
  ['a digest without its algorithm', [attestation()], /is not sha256/, { digest: HEX }],
  ['a digest of a tag', [attestation()], /is not sha256/, { digest: 'latest' }],
  ['no digest', [attestation()], /is not sha256/, { digest: '' }],
  ['no age', [attestation()], /not a number of hours/, { maxAgeMs: Number.NaN }],
  ['an age of nothing', [attestation()], /not a number of hours/, { maxAgeMs: 0 }],
]

describe('the gate is closed', () => {
  it.each(CLOSED.map(([name, attestations, why, given = {}]) => ({ name, attestations, why, given })))(
    'for $name',
    ({ attestations, why, given }) => {
      expect(() => open(attestations, given)).toThrow(why)
    },
  )

  it.each(Object.keys(makeEndings()).filter((ending) => !['survived', 'a recommendation', 'capacity back'].includes(ending)))(
    'for a run that ended so: %s',
    (ending) => {
      expect(() => open([attestation({ ending })])).toThrow(/says FAILED/)
    },
  )

  it('for everything else that can be JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => open(text)).toThrow(/^(the|there is|an attestation)/)
      }),
    )
  })

  it('when any one part of a good attestation is missing that counts', () => {
    const paths = listPaths(attestation()).filter((path) => !FREE.some((free) => path.startsWith(free)))
    expect(paths.length).toBeGreaterThan(12)
    for (const path of paths) expect(() => open([without(attestation(), path)]), path).toThrow()
  })
})

/** Parts that gh has checked, or that only people read. */
const FREE = [
  'attestation',
  'verificationResult.mediaType',
  'verificationResult.signature',
  'verificationResult.verifiedTimestamps.0.type',
  'verificationResult.verifiedTimestamps.0.uri',
  'verificationResult.statement.subject.0.name',
  ...['url', 'passedTests', 'warnedTests', 'configuration.0.uri'].map((name) => `verificationResult.statement.predicate.${name}`),
  ...[
    ...['version', 'reasons', 'mode', 'region', 'durationSeconds', 'targets', 'landed', 'probes', 'minAvailability', 'maxOutageSeconds'],
    ...['recoverySeconds', 'reactWithinSeconds', 'availability', 'longestOutageSeconds', 'recoveredAfterSeconds'],
    ...['capacities', 'replacedAfterSeconds', 'reactedAfterSeconds'],
  ].map((name) => `verificationResult.statement.predicate.configuration.0.annotations.${name}`),
]

function listPaths(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [path]
  const deeper = Object.entries(value).flatMap(([key, one]) => listPaths(one, path === '' ? key : `${path}.${key}`))
  return path === '' ? deeper : [path, ...deeper]
}

function without(value: Json, path: string): Json {
  const copy = structuredClone(value)
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  const holder = keys.reduce<Json>((one, key) => one[key] as Json, copy)
  delete holder[last]
  return JSON.parse(JSON.stringify(copy))
}

describe('the script', () => {
  const folder = mkdtempSync(join(tmpdir(), 'attested-gate-'))
  const run = (text: string | undefined, digest: string, hours: string) => {
    const file = join(folder, 'attestations.json')
    if (text !== undefined) writeFileSync(file, text)
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [SCRIPT, text === undefined ? join(folder, 'none') : file, digest, hours],
      { encoding: 'utf8' },
    )
    return { status, lines: stdout.trim().split('\n'), stderr }
  }
  const endedAt = new Date().toISOString()
  const fresh = (changes: Changes = {}) => JSON.stringify([attestation({ signedMs: Date.now(), ...changes, about: { endedAt } })])

  it('ends with 0 and says when the service was judged', () => {
    expect(run(fresh(), DIGEST, '1')).toEqual({ status: 0, lines: [`The gate is open: ${DIGEST} survived on ${endedAt}.`], stderr: '' })
  })

  it.each([
    ['a file that is not there', undefined, DIGEST, '1', /ENOENT/],
    ['empty output', '', DIGEST, '1', /no JSON/],
    ['no hours', fresh(), DIGEST, 'soon', /not a number of hours/],
    ['another digest', fresh(), `sha256:${'0'.repeat(64)}`, '1', /of another digest/],
    [
      'a reason with commands in it',
      fresh({ ending: 'not survived', predicate: { result: '\n::set-output name=x::y' } }),
      DIGEST,
      '1',
      /no result/,
    ],
    [
      'a type with commands in it',
      fresh({ statement: { predicateType: '\n::stop-commands::x\u2028##[error]' } }),
      DIGEST,
      '1',
      /another type/,
    ],
  ])('ends with 1 and one line for %s', (_, text, digest, hours, why) => {
    const { status, lines, stderr } = run(text, digest, hours)
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    expect(lines).toEqual([expect.stringMatching(/^::error::The gate is closed: /)])
    expect(lines[0]).toMatch(why)
    expect(lines[0]).not.toContain('##[')
  })

  it('imports no package', () => {
    const imported = [...readFileSync(SCRIPT, 'utf8').matchAll(/from '([^']+)'/g)].map(([, name]) => name)
    expect(imported.filter((name) => !name?.startsWith('node:'))).toEqual([])
  })
})
