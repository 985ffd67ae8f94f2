import { afterEach, describe, expect, it } from 'vitest'
import type { StageResult } from '../../scripts/runner.ts'
import { type Harness, type HarnessOptions, openHarness, type Play, REGION, ROLE, TARGET } from '../crash/fixture.ts'
import { expectExit } from '../exit.ts'
import { paced, slowness } from './pace.ts'
import { POLICY } from './scenario.ts'

const SPEED = paced(10)
const NOW = Date.parse('2026-03-01T12:00:00Z')
const OLD = {
  ManagedBy: 'spot-interrupt',
  'spot-interrupt:run': 'octo/other/1/1',
  'spot-interrupt:invocation': '6f1c1a52-0f5e-4b6e-9d57-0d6b8d3a9f10',
  'spot-interrupt:created-at': new Date(NOW - 7_200_000).toISOString(),
  'spot-interrupt:expires-at': new Date(NOW - 60_000).toISOString(),
}

const open: Harness[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()))
})

/** A run that passes and has thirty expired templates to sweep after it. */
async function onHarness(options: HarnessOptions): Promise<Harness> {
  const templates = Array.from({ length: 30 }, (_, nth) => ({ id: `EXT${nth}`, region: REGION, tags: OLD, foreign: false }))
  const roles = [{ name: ROLE, policies: { FISSpotInterruptionsMinimal: POLICY } }]
  const seed = { instances: [{ id: TARGET, region: REGION }], roles, templates }
  const harness = await openHarness({ speed: SPEED, seed, ...options, inputs: { 'delete-role': 'false', 'wait-for': 'experiment' } })
  open.push(harness)
  return harness
}

/** Of the run itself the first delete; the sweep's come after it. */
const THROTTLED = { service: 'fis', operation: 'DeleteExperimentTemplate', fault: 'throttle', nth: { from: 2 } } as const
const HANGING = { service: 'fis', operation: 'ListExperimentTemplates', fault: 'hang', nth: 1 } as const

/** The result, as the runner has it: exit code, outputs, summary and the one line of the log. */
function expectDelivered(result: StageResult): void {
  expectExit(result, 0)
  expect(result.stderr).toBe('')
  expect(result.outputs).toMatchObject({ state: 'completed', verdict: 'not-judged' })
  expect(result.outputs.report).not.toBe('')
  expect(result.summary).toContain('Spot')
  expect(result.stdout.match(/SUCCESS/g)).toHaveLength(1)
  expect(result.stdout).not.toContain('::error::')
}

/** Resolves with the moment, in real milliseconds, at which the log first shows this. */
function shown({ child, done }: Play, what: RegExp): Promise<number> {
  return new Promise((resolve, reject) => {
    let log = ''
    child.stdout?.on('data', (text: string) => {
      log += text
      if (what.test(log)) resolve(performance.now())
    })
    void done.then(({ stdout }) => reject(new Error(`the log never showed ${what}:\n${stdout}`)))
  })
}

describe('the sweep after a run', () => {
  it.each([
    ['deletes are throttled', THROTTLED],
    ['a list hangs', HANGING],
  ])('takes 15 seconds at most, when the result is out already: %s', async (_, fault) => {
    const harness = await onHarness({ faults: [fault] })
    const play = await harness.start('main')
    const atMs = await shown(play, /::notice::/)
    const result = await play.done
    expectDelivered(result)
    expect((performance.now() - atMs) * SPEED).toBeLessThan(15_000 + 600 * SPEED * slowness)
    expect(result.stdout).toContain('::debug::Not swept: ')
    expect(harness.simulator.leftovers().leftovers.length).toBeGreaterThan(0)
  })

  it('changes nothing in a result that is out, when the job is cancelled meanwhile', async () => {
    const harness = await onHarness({ faults: [HANGING] })
    const play = await harness.start('main')
    await harness.arrival('fis:ListExperimentTemplates', 1, play)
    const atMs = performance.now()
    play.child.kill('SIGINT')
    const result = await play.done
    expectDelivered(result)
    expect(result.stdout).not.toMatch(/Cancelled|is stopped/)
    expect((performance.now() - atMs) * SPEED).toBeLessThan(5000 + 300 * SPEED * slowness)
  })

  it('takes what there is time for', async () => {
    const harness = await onHarness({})
    expectDelivered(await (await harness.start('main')).done)
    expect(harness.simulator.leftovers().leftovers).toEqual([])
  })
})
