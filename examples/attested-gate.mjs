/**
 * Whether an attestation lets a digest be deployed: `node attested-gate.mjs <file> <digest> <hours>`. The file holds what
 * `gh attestation verify … --format json` has printed, so that signature, signer and repository are checked already. This script checks what
 * that command does not: that the newest attestation of this digest says PASSED, and that it is not too old. Everything else closes the
 * gate: exit code 1, and one line that says why. It needs Node 20 or newer, and no package.
 */
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const PREDICATE_TYPE = 'https://in-toto.io/attestation/test-result/v0.1'
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
const HOUR_MS = 3_600_000
/** Clocks differ. */
const AHEAD_MS = 5 * 60_000

/**
 * Throws an error with the reason unless the gate is open. `text` is the output of gh, `digest` is `sha256:<64 hex digits>`, `now` a Date.
 * Returns when the run ended that judged the service.
 */
export function judge({ text, digest, maxAgeMs, now }) {
  const wanted = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1]
  if (wanted === undefined) throw new Error(`the digest ${JSON.stringify(digest)} is not sha256: and 64 hex digits`)
  if (!(maxAgeMs > 0)) throw new Error('the oldest age that is allowed is not a number of hours above 0')
  const attestations = readList(text).map((entry) => readAttestation(entry, wanted))
  // A later run that failed closes the gate again.
  const newestMs = Math.max(...attestations.map(({ signedMs }) => signedMs))
  const newest = attestations.filter(({ signedMs }) => signedMs === newestMs)
  const [why] = newest.flatMap((one) => [...findFailure(one), ...findWrongTime(one, { maxAgeMs, nowMs: now.getTime() })])
  if (why !== undefined) throw new Error(`the newest attestation ${why}`)
  return new Date(Math.min(...newest.map(({ endedMs }) => endedMs)))
}

function findFailure({ result, verdict, reasons, failedTests }) {
  if (result !== 'PASSED') return [`says ${result}: ${reasons}`]
  return verdict === 'survived' && failedTests.length === 0 ? [] : ['says PASSED, but not that the service survived']
}

function findWrongTime({ endedMs, signedMs }, { maxAgeMs, nowMs }) {
  const ageMs = nowMs - Math.min(endedMs, signedMs)
  if (ageMs > maxAgeMs) return [`is ${(ageMs / HOUR_MS).toFixed(1)} hours old, and ${maxAgeMs / HOUR_MS} are allowed`]
  if (Math.max(endedMs, signedMs) - nowMs > AHEAD_MS) return ['is from the future']
  return endedMs - signedMs > AHEAD_MS ? ['was signed before the run ended'] : []
}

function readList(text) {
  const list = parse(text)
  if (!Array.isArray(list) || list.length === 0) throw new Error('there is no verified attestation')
  return list
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('the output of gh is no JSON')
  }
}

/** One attestation, of which every part that counts is there. One that cannot be read might be the newest. */
function readAttestation(entry, wanted) {
  const { statement, verifiedTimestamps } = entry?.verificationResult ?? {}
  if (statement === undefined) throw new Error('an attestation was not verified by gh')
  if (statement._type !== STATEMENT_TYPE) throw new Error('an attestation is no in-toto statement')
  if (statement.predicateType !== PREDICATE_TYPE)
    throw new Error(`an attestation is of another type, ${JSON.stringify(statement.predicateType)}`)
  if (!toList(statement.subject).some((one) => one?.digest?.sha256 === wanted)) throw new Error('an attestation is of another digest')
  const signed = toList(verifiedTimestamps).map((one) => toMs(one?.timestamp))
  if (signed.length === 0) throw new Error('an attestation has no verified time')
  return { signedMs: Math.min(...signed), ...readPredicate(statement.predicate) }
}

/** What spot-interrupt says, see docs/predicate.schema.json. */
function readPredicate(predicate) {
  const own = toList(predicate?.configuration).find((one) => one?.name === 'spot-interrupt')?.annotations
  if (own === undefined || own === null) throw new Error('an attestation is not of spot-interrupt')
  const { result, failedTests } = predicate
  if (result !== 'PASSED' && result !== 'FAILED') throw new Error('an attestation has no result')
  if (!Array.isArray(failedTests)) throw new Error('an attestation does not say which tests failed')
  return { result, failedTests, verdict: own.verdict, reasons: toList(own.reasons).join('; ') || 'no reason', endedMs: toMs(own.endedAt) }
}

function toList(value) {
  return Array.isArray(value) ? value : []
}

/** RFC 3339, as JSON of gh and of the action has it: anything else that a Date would take is no time. */
function toMs(text) {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw new Error(`an attestation has the time ${JSON.stringify(text)}, which cannot be read`)
  return ms
}

function main([file, digest, hours]) {
  try {
    const judgedAt = judge({ text: readFileSync(file, 'utf8'), digest, maxAgeMs: Number(hours) * HOUR_MS, now: new Date() })
    console.log(`The gate is open: ${digest} survived on ${judgedAt.toISOString()}.`)
  } catch (error) {
    // One line without commands, whatever an attestation holds.
    const why = error.message.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll('##[', '## [')
    console.log(`::error::The gate is closed: ${why}`)
    process.exitCode = 1
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2))
