/** The predicate that the built action leaves, and that it leaves none where nothing real was to be interrupted. */
import { readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect, it } from 'vitest'
import { runStage } from '../../scripts/runner.ts'
import { expectExit } from '../exit.ts'
import { play, REGION, TARGET } from './scenario.ts'

const SHA = 'c0ffee1234567890c0ffee1234567890c0ffee12'
const RUN = {
  GITHUB_REPOSITORY: 'octo/service',
  GITHUB_RUN_ID: '4711',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_WORKFLOW_REF: 'octo/service/.github/workflows/gate.yml@refs/heads/main',
  GITHUB_WORKFLOW_SHA: SHA,
}

/** A run that ends before the first call, so that it need not be a rehearsal. */
async function run(inputs: Record<string, string> = {}, env: Record<string, string> = {}) {
  const temp = await mkdtemp(join(tmpdir(), 'spot-predicate-'))
  const main = await runStage('main', { inputs: { 'instance-id': 'nonsense', region: REGION, ...inputs }, env: { ...RUN, ...env }, temp })
  expectExit(main, 1)
  return { path: main.outputs.predicate ?? 'not set', temp }
}

it.concurrent('is FAILED for a run with bad input, and fits the published schema', async () => {
  const { path, temp } = await run()
  expect(dirname(path)).toBe(temp)
  const predicate = JSON.parse(readFileSync(path, 'utf8'))
  const ajv = new Ajv2020({ allErrors: true, strictTuples: false })
  addFormats.default(ajv)
  const fits = ajv.compile(JSON.parse(readFileSync(resolve(import.meta.dirname, '../../docs/predicate.schema.json'), 'utf8')))
  expect(fits(predicate), JSON.stringify(fits.errors)).toBe(true)
  expect(predicate).toMatchObject({
    result: 'FAILED',
    url: 'https://github.com/octo/service/actions/runs/4711/attempts/2',
    failedTests: ['verdict'],
    configuration: [
      { annotations: { verdict: 'not-judged', reasons: ['nothing was judged, and the step failed: bad input'] } },
      { name: '.github/workflows/gate.yml', digest: { gitCommit: SHA } },
    ],
  })
})

it.concurrent.each<[string, Record<string, string>, Record<string, string>]>([
  ['a rehearsal', { rehearsal: 'true' }, {}],
  ['a rehearsal by the environment', {}, { SPOT_INTERRUPT_REHEARSAL: 'true' }],
  ['a dry run', { 'dry-run': 'true' }, {}],
])('is not there for %s, however early that ends', async (_, inputs, env) => {
  expect((await run(inputs, env)).path).toBe('')
})

it.concurrent('is not there for a rehearsal that passes', async () => {
  const { main } = await play({ inputs: { 'instance-id': TARGET } })
  expectExit(main, 0)
  expect(main.outputs.predicate).toBe('')
  expect(main.outputs.report).not.toBe('')
})
