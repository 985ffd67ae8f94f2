import { afterEach, describe, expect, it } from 'vitest'
import { type Harness, type HarnessOptions, openHarness, type Play, type State } from '../crash/fixture.ts'
import { expectExit } from '../exit.ts'
import { paced } from './pace.ts'
import { errorOf } from './scenario.ts'

const SPEED = paced(10)

const open: Harness[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()))
})

async function until(operation: string, options: HarnessOptions = {}, nth = 1): Promise<{ harness: Harness; main: Play }> {
  const harness = await openHarness({ speed: SPEED, ...options, inputs: { 'poll-interval': '2s', ...options.inputs } })
  open.push(harness)
  const main = await harness.start('main')
  expect(await harness.arrival(operation, nth, main)).toBe(true)
  return { harness, main }
}

/** Main killed by force at a request. */
async function killedAt(
  operation: string,
  options: HarnessOptions = {},
  nth = 1,
): Promise<{ harness: Harness; state: State; before: number }> {
  const { harness, main } = await until(operation, options, nth)
  main.child.kill('SIGKILL')
  const { state } = await main.done
  harness.simulator.setFaults([])
  return { harness, state, before: harness.simulator.journal().length }
}

const post = async (harness: Harness, state: State, env: State = {}) => (await harness.start('post', { state, env })).done

function expectClean({ simulator }: Harness): void {
  const { leftovers, foreignTouched, strict } = simulator.leftovers()
  expect({ leftovers, foreignTouched, strict }).toEqual({ leftovers: [], foreignTouched: [], strict: [] })
}

const hold = (operation: string, fault: 'hold' | 'commit-hold', service: 'fis' | 'ec2' | 'iam' = 'fis') => ({
  faults: [{ service, operation, fault, nth: 1 }],
})

describe('post', () => {
  it('stops an experiment that it knows before it does anything else', async () => {
    const { harness, state, before } = await killedAt('fis:GetExperiment')
    const ended = await post(harness, state)
    expectExit(ended, 0)
    const asked = harness.simulator
      .journal()
      .slice(before)
      .map(({ operation }) => operation)
    expect(asked.slice(0, 2)).toEqual(['GetCallerIdentity', 'StopExperiment'])
    expect(asked).not.toContain('CreateExperimentTemplate')
    expect(asked).not.toContain('StartExperiment')
    expectClean(harness)
  })

  it('deletes the template first when it is not known what came of a start, and then looks for 15 seconds', async () => {
    const { harness, state, before } = await killedAt('fis:StartExperiment', hold('StartExperiment', 'commit-hold'))
    expectExit(await post(harness, state), 0)
    const entries = harness.simulator.journal().slice(before)
    const asked = entries.map(({ operation }) => operation)
    expect(asked.indexOf('DeleteExperimentTemplate')).toBeLessThan(asked.indexOf('StopExperiment'))
    const looks = entries.filter(({ operation }) => operation === 'ListExperiments').map(({ at }) => Date.parse(at))
    expect((looks.at(-1) ?? 0) - (looks[0] ?? 0)).toBeGreaterThanOrEqual(15_000)
    expectClean(harness)
  })

  it('finds an experiment by its template where AWS shows no tags of experiments', async () => {
    const { harness, state } = await killedAt('fis:StartExperiment', {
      ...hold('StartExperiment', 'commit-hold'),
      switches: { experimentTags: false },
    })
    expectExit(await post(harness, state), 0)
    expectClean(harness)
  })

  it('keeps a main that is still running from starting anything more', async () => {
    const { harness, main } = await until(
      'ec2:DescribeInstances',
      { faults: [{ service: 'ec2', operation: 'DescribeInstances', fault: 'hold', nth: 2 }] },
      2,
    )
    const state = await main.readState()
    const during = post(harness, state)
    // Preflight lists experiments, too; only a clean-up lists templates.
    expect(await harness.arrival('fis:ListExperimentTemplates', 1, { ...main, done: new Promise(() => undefined) })).toBe(true)
    harness.simulator.release()
    const [ended, result] = await Promise.all([during, main.done])
    expectExit(ended, 0)
    expectExit(result, 1)
    expect(harness.simulator.journal().map(({ operation }) => operation)).not.toContain('StartExperiment')
    expectClean(harness)
  })

  it('takes away the template under a start that a living main has under way', async () => {
    const { harness, main } = await until('fis:StartExperiment', hold('StartExperiment', 'hold'))
    const during = post(harness, await main.readState())
    await harness.arrival('fis:DeleteExperimentTemplate', 1, { ...main, done: new Promise(() => undefined) })
    harness.simulator.release()
    const [ended, result] = await Promise.all([during, main.done])
    expectExit(ended, 0)
    expectExit(result, 1)
    expectClean(harness)
  })

  it('stops what a living main has got started in the meantime', async () => {
    const { harness, main } = await until('fis:StartExperiment', hold('StartExperiment', 'commit-hold'))
    const during = post(harness, await main.readState())
    await harness.arrival('fis:ListExperimentTemplates', 2, { ...main, done: new Promise(() => undefined) })
    harness.simulator.release()
    const [ended] = await Promise.all([during, main.done])
    expectExit(ended, 0)
    expectClean(harness)
  }, 120_000)

  it('is clean when it runs twice, and when it was killed half-way', async () => {
    const { harness, state } = await killedAt('fis:GetExperiment')
    harness.simulator.setFaults([{ service: 'iam', operation: 'DeleteRole', fault: 'hold', nth: 1 }])
    const first = await harness.start('post', { state })
    await harness.arrival('iam:DeleteRole', 1, first)
    first.child.kill('SIGKILL')
    await first.done
    expectExit(await post(harness, state), 0)
    expectExit(await post(harness, state), 0)
    expectClean(harness)
  })

  it('touches nothing with the credentials of another account, and fails with the commands', async () => {
    const { harness, state, before } = await killedAt('fis:GetExperiment')
    harness.simulator.setSwitches({ account: '999999999999' })
    const ended = await post(harness, state)
    expectExit(ended, 1)
    expect(errorOf(ended)).toMatch(/credentials are those of account 999999999999 now, but the resources to clean up are in 123456789012/)
    expect(errorOf(ended)).toMatch(/aws fis stop-experiment --region us-east-1 --id EXP\w+/)
    expect(
      harness.simulator
        .journal()
        .slice(before)
        .map(({ operation }) => operation),
    ).toEqual(['GetCallerIdentity'])
  })

  it('holds empty credentials for none, and fails with the commands', async () => {
    const { harness, state } = await killedAt('fis:GetExperiment')
    const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '', AWS_REGION: '', AWS_PROFILE: '' }
    const ended = await post(harness, state, none)
    expectExit(ended, 1)
    expect(errorOf(ended)).toMatch(
      /CredentialsProviderError.*aws-actions\/configure-aws-credentials.*aws iam delete-role --role-name FIS-SpotMinimalRole/,
    )
  })

  it('fails for what it may not remove, and only for that', async () => {
    const { harness, state } = await killedAt('fis:GetExperiment')
    harness.simulator.setFaults([{ service: 'iam', operation: 'DeleteRole', fault: 'denied' }])
    const ended = await post(harness, state)
    expectExit(ended, 1)
    expect(errorOf(ended)).toMatch(/The role FIS-SpotMinimalRole-[0-9a-f]{8} is left behind: AWS refused iam:DeleteRole/)
    expect(errorOf(ended)).toMatch(
      /By hand: aws iam delete-role-policy [^;]*; aws iam delete-role --role-name FIS-SpotMinimalRole-[0-9a-f]{8}$/,
    )
    expect(harness.simulator.leftovers().leftovers.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      expect.stringMatching(/^role FIS-SpotMinimalRole-[0-9a-f]{8}$/),
    ])
  })
})
