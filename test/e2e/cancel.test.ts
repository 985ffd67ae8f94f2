import { afterAll, describe, expect, it } from 'vitest'
import { OUTPUT_NAMES } from '../../src/report/outputs.ts'
import { cancel, type Harness, type HarnessOptions, openHarness, TARGET } from '../crash/fixture.ts'
import { expectExit } from '../exit.ts'
import { errorOf, outcomes } from './scenario.ts'

/** What a cancel takes is real work of a real process: at any higher speed a busy machine would stretch it by as much. */
const SPEED = 1
/** The runner kills after 10 s; the action promises 5. */
const PROMISED_MS = 5000

const open: Harness[] = []
// Not after each: the scenarios run side by side, as they mostly wait.
afterAll(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()))
})

/** Runs main until the nth request of an operation, or of each of several, has come, cancels it, and lets post follow. */
async function cancelAt(operation: string | readonly string[], options: HarnessOptions = {}, nth = 1) {
  const harness = await openHarness({ speed: SPEED, ...options, inputs: { 'poll-interval': '2s', ...options.inputs } })
  open.push(harness)
  const main = await harness.start('main')
  for (const one of [operation].flat()) expect(await harness.arrival(one, nth, main)).toBe(true)
  const before = harness.simulator.journal().length
  const { result, tookMs } = await cancel(main, SPEED)
  const after = harness.simulator
    .journal()
    .slice(before)
    .map((entry) => entry.operation)
  const post = async () => (await harness.start('post', { state: result.state })).done
  return { harness, result, tookMs, after, post }
}

function expectClean({ simulator }: Harness): void {
  const { leftovers, foreignTouched, strict } = simulator.leftovers()
  expect({ leftovers, foreignTouched, strict }).toEqual({ leftovers: [], foreignTouched: [], strict: [] })
}

describe.concurrent('a cancel', () => {
  it('ends the watch at once, stops the experiment first, and says what is not known', async () => {
    const { harness, result, tookMs, after, post } = await cancelAt('fis:GetExperiment', {}, 3)
    expect(tookMs).toBeLessThan(PROMISED_MS)
    expectExit(result, 1)
    expect(after.filter((operation) => !operation.startsWith('Get') && !operation.startsWith('Describe'))[0]).toBe('StopExperiment')
    expect(errorOf(result)).toMatch(
      /^Cancelled .* after the start: experiment EXP\w+ was running .* notice has most likely been sent.*EC2 last showed i-0123456789abcdef0 running/,
    )
    expect(Object.keys(result.outputs).sort()).toEqual([...OUTPUT_NAMES].sort())
    expect(result.outputs).toMatchObject({ interrupted: 'unknown', state: 'running', verdict: 'not-judged' })
    expect(outcomes(result)).toEqual({ [TARGET]: 'unknown' })
    expect(result.summary).toContain('Cancelled')
    expectExit(await post(), 0)
    expectClean(harness)
  })

  it('says that the notice is still to come while it is', async () => {
    const { result } = await cancelAt('fis:GetExperiment', { inputs: { duration: '5m' } }, 3)
    expect(errorOf(result)).toMatch(/The notice was due in 2m 5\ds and may still come; the interruption was due in 4m 5\ds/)
  })

  it('waits for a start that is in flight, and stops what came of it', async () => {
    const slow = { service: 'fis', operation: 'StartExperiment', fault: 'slow', seconds: 1 } as const
    const { harness, result, tookMs, after, post } = await cancelAt('fis:StartExperiment', { faults: [slow] })
    expect(tookMs).toBeLessThan(PROMISED_MS)
    expect(after[0]).toBe('StopExperiment')
    expect(result.outputs['experiment-id']).toMatch(/^EXP/)
    expect(result.outputs.interrupted).toBe('unknown')
    await post()
    expectClean(harness)
  })

  it.each(['commit-hold', 'hold'] as const)(
    'does not wait for ever for a start that is never answered (%s): the template goes first, then it is looked for',
    async (fault) => {
      const { harness, result, tookMs, after, post } = await cancelAt('fis:StartExperiment', {
        faults: [{ service: 'fis', operation: 'StartExperiment', fault }],
      })
      expect(tookMs).toBeLessThan(PROMISED_MS)
      expect(after[0]).toBe('DeleteExperimentTemplate')
      expect(after.includes('StopExperiment')).toBe(fault === 'commit-hold')
      expect(errorOf(result)).toMatch(/^Cancelled while StartExperiment was under way: whether an experiment runs is not known/)
      expect(result.outputs.interrupted).toBe('unknown')
      const ended = await post()
      expectExit(ended, 0)
      expectClean(harness)
    },
  )

  it('before the start interrupts nothing, and says so', async () => {
    // Preflight sends these side by side, in any order.
    const { harness, result, after, post } = await cancelAt(['ec2:DescribeInstances', 'sts:GetCallerIdentity', 'fis:GetAction'], {
      faults: [{ service: 'ec2', operation: 'DescribeInstances', fault: 'hang' }],
    })
    expect(errorOf(result)).toMatch(/^Cancelled before an experiment was started: nothing was interrupted/)
    expect(result.outputs.interrupted).toBe('false')
    expect(after).toEqual([])
    expect((await post()).stdout).toContain('The main step has cleaned up.')
    expectClean(harness)
  })

  it('ends retries, too', async () => {
    const { harness, result, tookMs, after, post } = await cancelAt(
      'fis:CreateExperimentTemplate',
      { faults: [{ service: 'fis', operation: 'CreateExperimentTemplate', fault: 'throttle' }] },
      3,
    )
    expect(tookMs).toBeLessThan(PROMISED_MS)
    expect(after).not.toContain('CreateExperimentTemplate')
    expect(result.outputs.interrupted).toBe('false')
    await post()
    expectClean(harness)
  })

  it('twice is as good as once, and SIGTERM as good as SIGINT', async () => {
    const harness = await openHarness({ speed: SPEED, inputs: { 'poll-interval': '2s' } })
    open.push(harness)
    const main = await harness.start('main')
    await harness.arrival('fis:GetExperiment', 2, main)
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGTERM', 'SIGINT'] as const) main.child.kill(signal)
    const result = await main.done
    expectExit(result, 1)
    expect(result.stdout.match(/⚠ Cancelled \(SIGTERM|INT\)/g)).toHaveLength(1)
    expect(harness.simulator.journal().filter(({ operation }) => operation === 'StopExperiment')).toHaveLength(1)
    expect(errorOf(result)).toMatch(/^Cancelled/)
    await (await harness.start('post', { state: result.state })).done
    expectClean(harness)
  })
})
