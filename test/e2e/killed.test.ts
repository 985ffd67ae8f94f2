import { afterEach, describe, expect, it } from 'vitest'
import { openStage, type Play, type Setting, type Stage, type State } from '../crash/fixture.ts'
import { expectExit } from '../exit.ts'
import { paced } from './pace.ts'
import { errorOf } from './scenario.ts'

const SPEED = paced(10)

const open: Stage[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((stage) => stage.close()))
})

async function until(operation: string, setting: Setting = {}, nth = 1): Promise<{ stage: Stage; main: Play }> {
  const stage = await openStage({ speed: SPEED, ...setting, inputs: { 'poll-interval': '2s', ...setting.inputs } })
  open.push(stage)
  const main = await stage.start('main')
  expect(await stage.arrival(operation, nth, main)).toBe(true)
  return { stage, main }
}

/** Main killed by force at a request. */
async function killedAt(operation: string, setting: Setting = {}, nth = 1): Promise<{ stage: Stage; state: State; before: number }> {
  const { stage, main } = await until(operation, setting, nth)
  main.child.kill('SIGKILL')
  const { state } = await main.done
  stage.simulator.setFaults([])
  return { stage, state, before: stage.simulator.journal().length }
}

const post = async (stage: Stage, state: State, env: State = {}) => (await stage.start('post', { state, env })).done

function expectClean({ simulator }: Stage): void {
  const { leftovers, foreignTouched, strict } = simulator.leftovers()
  expect({ leftovers, foreignTouched, strict }).toEqual({ leftovers: [], foreignTouched: [], strict: [] })
}

const hold = (operation: string, fault: 'hold' | 'commit-hold', service: 'fis' | 'ec2' | 'iam' = 'fis') => ({
  faults: [{ service, operation, fault, nth: 1 }],
})

describe('post', () => {
  it('stops an experiment that it knows before it does anything else', async () => {
    const { stage, state, before } = await killedAt('fis:GetExperiment')
    const ended = await post(stage, state)
    expectExit(ended, 0)
    const asked = stage.simulator
      .journal()
      .slice(before)
      .map(({ operation }) => operation)
    expect(asked.slice(0, 2)).toEqual(['GetCallerIdentity', 'StopExperiment'])
    expect(asked).not.toContain('CreateExperimentTemplate')
    expect(asked).not.toContain('StartExperiment')
    expectClean(stage)
  })

  it('deletes the template first when it is not known what came of a start, and then looks for 15 seconds', async () => {
    const { stage, state, before } = await killedAt('fis:StartExperiment', hold('StartExperiment', 'commit-hold'))
    expectExit(await post(stage, state), 0)
    const entries = stage.simulator.journal().slice(before)
    const asked = entries.map(({ operation }) => operation)
    expect(asked.indexOf('DeleteExperimentTemplate')).toBeLessThan(asked.indexOf('StopExperiment'))
    const looks = entries.filter(({ operation }) => operation === 'ListExperiments').map(({ at }) => Date.parse(at))
    expect((looks.at(-1) ?? 0) - (looks[0] ?? 0)).toBeGreaterThanOrEqual(15_000)
    expectClean(stage)
  })

  it('finds an experiment by its template where AWS shows no tags of experiments', async () => {
    const { stage, state } = await killedAt('fis:StartExperiment', {
      ...hold('StartExperiment', 'commit-hold'),
      switches: { experimentTags: false },
    })
    expectExit(await post(stage, state), 0)
    expectClean(stage)
  })

  it('keeps a main that is still running from starting anything more', async () => {
    const { stage, main } = await until(
      'ec2:DescribeInstances',
      { faults: [{ service: 'ec2', operation: 'DescribeInstances', fault: 'hold', nth: 2 }] },
      2,
    )
    const state = await main.readState()
    const during = post(stage, state)
    // Preflight lists experiments, too; only a clean-up lists templates.
    expect(await stage.arrival('fis:ListExperimentTemplates', 1, { ...main, done: new Promise(() => undefined) })).toBe(true)
    stage.simulator.release()
    const [ended, result] = await Promise.all([during, main.done])
    expectExit(ended, 0)
    expectExit(result, 1)
    expect(stage.simulator.journal().map(({ operation }) => operation)).not.toContain('StartExperiment')
    expectClean(stage)
  })

  it('takes away the template under a start that a living main has under way', async () => {
    const { stage, main } = await until('fis:StartExperiment', hold('StartExperiment', 'hold'))
    const during = post(stage, await main.readState())
    await stage.arrival('fis:DeleteExperimentTemplate', 1, { ...main, done: new Promise(() => undefined) })
    stage.simulator.release()
    const [ended, result] = await Promise.all([during, main.done])
    expectExit(ended, 0)
    expectExit(result, 1)
    expectClean(stage)
  })

  it('stops what a living main has got started in the meantime', async () => {
    const { stage, main } = await until('fis:StartExperiment', hold('StartExperiment', 'commit-hold'))
    const during = post(stage, await main.readState())
    await stage.arrival('fis:ListExperimentTemplates', 2, { ...main, done: new Promise(() => undefined) })
    stage.simulator.release()
    const [ended] = await Promise.all([during, main.done])
    expectExit(ended, 0)
    expectClean(stage)
  }, 120_000)

  it('is clean when it runs twice, and when it was killed half-way', async () => {
    const { stage, state } = await killedAt('fis:GetExperiment')
    stage.simulator.setFaults([{ service: 'iam', operation: 'DeleteRole', fault: 'hold', nth: 1 }])
    const first = await stage.start('post', { state })
    await stage.arrival('iam:DeleteRole', 1, first)
    first.child.kill('SIGKILL')
    await first.done
    expectExit(await post(stage, state), 0)
    expectExit(await post(stage, state), 0)
    expectClean(stage)
  })

  it('touches nothing with the credentials of another account, and fails with the commands', async () => {
    const { stage, state, before } = await killedAt('fis:GetExperiment')
    stage.simulator.setSwitches({ account: '999999999999' })
    const ended = await post(stage, state)
    expectExit(ended, 1)
    expect(errorOf(ended)).toMatch(/credentials are those of account 999999999999 now, but the resources to clean up are in 123456789012/)
    expect(errorOf(ended)).toMatch(/aws fis stop-experiment --region us-east-1 --id EXP\w+/)
    expect(
      stage.simulator
        .journal()
        .slice(before)
        .map(({ operation }) => operation),
    ).toEqual(['GetCallerIdentity'])
  })

  it('holds empty credentials for none, and fails with the commands', async () => {
    const { stage, state } = await killedAt('fis:GetExperiment')
    const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '', AWS_REGION: '', AWS_PROFILE: '' }
    const ended = await post(stage, state, none)
    expectExit(ended, 1)
    expect(errorOf(ended)).toMatch(
      /CredentialsProviderError.*aws-actions\/configure-aws-credentials.*aws iam delete-role --role-name FIS-SpotMinimalRole/,
    )
  })

  it('fails for what it may not remove, and only for that', async () => {
    const { stage, state } = await killedAt('fis:GetExperiment')
    stage.simulator.setFaults([{ service: 'iam', operation: 'DeleteRole', fault: 'denied' }])
    const ended = await post(stage, state)
    expectExit(ended, 1)
    expect(errorOf(ended)).toMatch(/The role FIS-SpotMinimalRole-[0-9a-f]{8} is left behind: AWS refused iam:DeleteRole/)
    expect(errorOf(ended)).toMatch(
      /By hand: aws iam delete-role-policy [^;]*; aws iam delete-role --role-name FIS-SpotMinimalRole-[0-9a-f]{8}$/,
    )
    expect(stage.simulator.leftovers().leftovers.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      expect.stringMatching(/^role FIS-SpotMinimalRole-[0-9a-f]{8}$/),
    ])
  })
})
