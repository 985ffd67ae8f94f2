/**
 * A policy simulator of others, @cloud-copilot/iam-simulate, before the published policies: for every call of real runs, and for calls that
 * are not ours, it must decide as the simulator does. It is under the AGPL, so it is installed into the folder of the peers only.
 */
import { deepEqual, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { grants } from '../../simulator/account/policy.ts'
import { toDocument } from '../../src/model/plan/grants.ts'
import { STATEMENTS, type StatementId } from '../../src/model/plan/permissions.ts'
import { WAYS, type WayId } from '../../src/model/plan/ways.ts'
import { BARE, openHarness, type State } from '../crash/fixture.ts'
import { ACCOUNT, CALLS, FOREIGN, NAMES, toNeeds } from '../fakes/calls.ts'
import { distinct, JOURNALS, mayBeDenied, type Question, readQuestions, toQuestions } from '../fakes/journals.ts'
import type { Scenario } from './table.ts'

type Answer = { readonly resultType: string; readonly overallResult?: string }
type Simulate = (simulation: object, options: object) => Promise<Answer>
/** A policy, and what a caller with it asks for. */
type Asked = Pick<Question, 'policies' | 'need'>

const ENTRIES = [
  ['main', { 'role-arn': `arn:aws:iam::${ACCOUNT}:role/FIS-SpotMinimalRole`, 'delete-role': 'false' }],
  ['main', { 'delete-role': 'false' }],
  ['main', { 'delete-role': 'true' }],
  ['setup', {}],
  ['cleanup', { 'delete-role': 'true' }],
] as const satisfies readonly (readonly [string, State])[]

export function iamScenarios(home: string): readonly Scenario[] {
  return [
    { name: 'every call of real runs is allowed by the published policies', run: async () => holdRuns(await load(home)) },
    { name: 'each way of use: the same calls are allowed, with and without each statement', run: async () => holdWays(await load(home)) },
    { name: 'calls that are not ours are denied under every policy', run: async () => holdForeign(await load(home)) },
  ]
}

async function load(home: string): Promise<Simulate> {
  const path = join(home, 'node_modules/@cloud-copilot/iam-simulate/dist/esm/index.js')
  const { runSimulation }: { runSimulation: Simulate } = await import(pathToFileURL(path).href)
  return runSimulation
}

async function holdRuns(simulate: Simulate): Promise<void> {
  const kept = readQuestions(JOURNALS)
  const questions = kept.length > 0 ? kept : await ask()
  ok(questions.length > 60, `only ${questions.length} questions were asked`)
  process.stderr.write(`${questions.length} distinct questions of ${kept.length > 0 ? `the journals in ${JOURNALS}` : 'five runs'}\n`)
  await holdSame(simulate, questions)
  const whole = questions.filter(({ published, need }) => published && !mayBeDenied(need))
  deepEqual(
    whole.filter(({ policies, need }) => !grants(toTexts(policies), need)),
    [],
  )
}

/** Where no end-to-end tests left their journals: one run of each kind. */
async function ask(): Promise<readonly Question[]> {
  const questions: Question[] = []
  for (const [entry, inputs] of ENTRIES) {
    const harness = await openHarness({ speed: 20, seed: seedOf(inputs) })
    try {
      const main = await (await harness.start(entry, { inputs })).done
      if (entry === 'main') await (await harness.start('post', { inputs, state: main.state })).done
      questions.push(...toQuestions(harness.simulator, true))
    } finally {
      await harness.close()
    }
  }
  return distinct(questions)
}

/** A given role has to exist. */
function seedOf(inputs: State): typeof BARE {
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ec2:SendSpotInstanceInterruptions', Resource: '*' }] }
  return 'role-arn' in inputs ? { ...BARE, roles: [{ name: 'FIS-SpotMinimalRole', policies: { p: policy } }] } : BARE
}

async function holdWays(simulate: Simulate): Promise<void> {
  const questions = (Object.keys(WAYS) as WayId[]).flatMap((way) => {
    const { needs } = WAYS[way]
    const sets = [needs, ...needs.map((id) => needs.filter((other) => other !== id))]
    return sets.flatMap((ids) => CALLS[way].flatMap(toNeeds).map((need) => ({ policies: [toDocument(ids, NAMES)], need })))
  })
  await holdSame(simulate, questions)
}

async function holdForeign(simulate: Simulate): Promise<void> {
  const policies = [toDocument(Object.keys(STATEMENTS) as StatementId[], NAMES)]
  const asked = FOREIGN.map((call) => toNeeds(call).map((need) => ({ policies, need })))
  await holdSame(simulate, asked.flat())
  for (const questions of asked) {
    const decided = await Promise.all(questions.map((one) => decide(simulate, one)))
    ok(
      decided.some(({ theirs }) => !theirs),
      `allowed: ${JSON.stringify(questions.map(({ need }) => need))}`,
    )
  }
}

async function holdSame(simulate: Simulate, questions: readonly Asked[]): Promise<void> {
  const decided = await Promise.all(questions.map((one) => decide(simulate, one)))
  deepEqual(
    decided.filter(({ ours, theirs }) => ours !== theirs),
    [],
  )
}

async function decide(simulate: Simulate, { policies, need }: Asked) {
  const { action, resource, keys } = need
  const [, partition = 'aws', accountId = ACCOUNT] = /^arn:([^:]+):[^:]+:[^:]*:(\d{12}):/.exec(resource) ?? []
  const request = {
    principal: `arn:${partition}:iam::${accountId}:role/job`,
    action,
    resource: { resource, accountId },
    contextVariables: keys,
  }
  const identityPolicies = policies.map((policy, index) => ({ name: String(index), policy }))
  const answer = await simulate({ request, identityPolicies, serviceControlPolicies: [], resourceControlPolicies: [] }, {})
  if (answer.resultType === 'error') throw new Error(`${action} on ${resource}: ${JSON.stringify(answer)}`)
  return { action, resource, keys, ours: grants(toTexts(policies), need), theirs: answer.overallResult === 'Allowed' }
}

function toTexts(policies: readonly object[]): readonly string[] {
  return policies.map((policy) => JSON.stringify(policy))
}
