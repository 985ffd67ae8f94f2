/** examples/attested-gate.yml by act: what is attested, what gh is asked, and what is deployed. Docker, gh and the signature are stand-ins. */
import { doesNotMatch, equal, match } from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toPredicate } from '../../src/report/predicate.ts'
import { reportEnding } from '../fakes/endings.ts'
import { example, type Fleet, type Options, type Seen } from './act.ts'
import type { Scenario } from './table.ts'
import { root } from './tools.ts'

const HEX = 'ab'.repeat(32)
const ATTEST = /actions\/attest@[0-9a-f]{40}/
/** The lines of the judgement: what is signed is that of an ending, so that nobody has to wait for the probes. act has nothing to check out. */
const LEFT_OUT = /^ {10}(?:probes|min-availability|max-outage): .*\n|^ {6}- name: Checkout\n(?: {8}.*\n)+/gm

/** What the run says. act can only rehearse, and a rehearsal makes no predicate: where one is needed, it is made of an ending. */
type Case = {
  readonly name: string
  readonly predicate: 'its own' | { readonly ending: string; readonly endedAt: () => Date }
  readonly isOpen: boolean
  readonly attested: number
}

const CASES: readonly Case[] = [
  {
    name: 'deploys a digest that is attested as PASSED',
    predicate: { ending: 'survived', endedAt: () => new Date() },
    isOpen: true,
    attested: 1,
  },
  {
    name: 'does not deploy a digest that is attested as FAILED',
    predicate: { ending: 'not survived', endedAt: () => new Date() },
    isOpen: false,
    attested: 1,
  },
  {
    name: 'does not deploy a digest whose attestation is too old',
    predicate: { ending: 'survived', endedAt: () => new Date(Date.now() - 25 * 3_600_000) },
    isOpen: false,
    attested: 1,
  },
  { name: 'attests no rehearsal, and deploys nothing', predicate: 'its own', isOpen: false, attested: 0 },
]

export function attestedScenarios(act: string, fleet: Fleet): readonly Scenario[] {
  return CASES.map((one) => ({ name: `attested-gate.yml: ${one.name}`, run: () => run(act, fleet, one) }))
}

async function run(act: string, fleet: Fleet, { name, predicate, isOpen, attested }: Case): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'spot-interrupt-attested-'))
  try {
    const [kept, made] = [join(folder, 'attestations.jsonl'), join(folder, 'predicate.json')]
    await writeFile(kept, '')
    if (predicate !== 'its own') await writeFile(made, JSON.stringify(toEnded(predicate.ending, predicate.endedAt())))
    const text = await readFile(join(root, 'examples/attested-gate.yml'), 'utf8')
    const options: Options = {
      fleet,
      roles: true,
      edit: [
        ...[...new Set(text.match(LEFT_OUT))].map((lines) => [lines, ''] as const),
        ['node .github/attested-gate.mjs', `node ${join(root, 'examples/attested-gate.mjs')}`],
        ...(predicate === 'its own' ? [] : toFixture(made)),
      ],
      env: { ATTESTATIONS: kept, IMAGE_DIGEST: `sha256:${HEX}` },
      standIns: {
        programs: join(import.meta.dirname, 'stand-ins'),
        actions: { [ATTEST.exec(text)?.[0] ?? '']: join(import.meta.dirname, 'attest') },
      },
    }
    await example(act, 'attested-gate.yml', name, options, (seen) => judge(seen, isOpen)).run()
    equal((await readFile(kept, 'utf8')).split('\n').length - 1, attested, 'so many attestations were made')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Another predicate is signed than that of the run. */
function toFixture(path: string): readonly (readonly [string, string])[] {
  return [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's
    ['${{ steps.spot.outputs.predicate }}', path],
    ["steps.spot.outputs.predicate != ''", 'true'],
  ]
}

function judge({ code, log }: Seen, isOpen: boolean): void {
  const tail = `act: ${log.trim().split('\n').slice(-25).join('\n')}`
  equal(code, isOpen ? 0 : 1, tail)
  match(log, new RegExp(`${isOpen ? 'Success' : 'Failure'} - Main Only what an attestation`), tail)
  if (isOpen) match(log, /Success - Main Deploy/, tail)
  else doesNotMatch(log, /Run Main Deploy/, tail)
}

/** The predicate of an ending, as if the run had ended then. */
function toEnded(ending: string, endedAt: Date) {
  const made = toPredicate(reportEnding(ending), { url: '' })
  const [own] = made.configuration
  return { ...made, configuration: [{ ...own, annotations: { ...own.annotations, endedAt: endedAt.toISOString() } }] }
}
