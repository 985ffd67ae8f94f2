// Appends the attestation to the list that the stand-in of gh prints.
const { appendFileSync, readFileSync } = require('node:fs')

const input = (name) => process.env[`INPUT_${name.toUpperCase()}`] ?? ''
const [algorithm, hex] = input('subject-digest').split(':')
if (!hex) throw new Error(`subject-digest is ${input('subject-digest')}`)
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: input('subject-name'), digest: { [algorithm]: hex } }],
  predicateType: input('predicate-type'),
  predicate: JSON.parse(readFileSync(input('predicate-path'), 'utf8')),
}
const verifiedTimestamps = [{ type: 'Tlog', timestamp: new Date().toISOString() }]
appendFileSync(process.env.ATTESTATIONS, `${JSON.stringify({ verificationResult: { verifiedTimestamps, statement } })}\n`)
