import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { startSimulator } from '../../simulator/server.ts'
import {
  calls,
  expectClean,
  expectFailure,
  expectPass,
  outcomes,
  play,
  READY,
  REGION,
  type RunOptions,
  type SeedResources,
  TARGET,
  writes,
} from './scenario.ts'
import { terminate } from './somebody.ts'

type Instance = NonNullable<SeedResources['instances']>[number]
/** Nothing is waited for here. */
const SLOW = { speed: 4 }
const OTHER = 'i-0fedcba9876543210'
const withTarget = (differs: Partial<Instance>): RunOptions => ({
  seed: { ...READY, instances: [{ id: TARGET, region: REGION, ...differs }] },
})

/** What is asked, and what the one error line must say. All of it is found before anything is created. */
const REFUSED: readonly (readonly [string, RunOptions, readonly string[]])[] = [
  ['an instance that is not Spot', withTarget({ lifecycle: 'on-demand' }), [`${TARGET} is not a Spot instance`]],
  [
    'an unknown id',
    { inputs: { 'instance-id': OTHER } },
    [`${OTHER} is not known in ${REGION}`, 'check the id, the region and the account'],
  ],
  ['the wrong region', { inputs: { region: 'eu-central-1' } }, [`${TARGET} is not known in eu-central-1`]],
  ['an instance that is stopped', withTarget({ state: 'stopped' }), [`${TARGET} is stopped, not running`]],
  ['an instance that is terminated', withTarget({ state: 'terminated' }), [`${TARGET} is already terminated; choose a running one.`]],
  ['an instance that hibernates', withTarget({ behaviour: 'hibernate' }), [`${TARGET} hibernates when interrupted`]],
  ["another account's instance", withTarget({ owner: '999999999999' }), [`${TARGET} belongs to account 999999999999`]],
  [
    'a node of EKS Auto Mode',
    withTarget({ operator: { managed: true, principal: 'eks.amazonaws.com' } }),
    [`${TARGET} is managed by EKS Auto Mode`],
  ],
  [
    'an instance that is being interrupted already',
    withTarget({ request: { code: 'marked-for-stop-by-experiment' } }),
    ['is marked-for-stop-by-experiment, not fulfilled'],
  ],
  [
    'a region whose FIS does not offer the action',
    {
      inputs: { region: 'me-central-1' },
      seed: { ...READY, instances: [{ id: TARGET, region: 'me-central-1' }] },
    },
    ['FIS does not offer aws:ec2:send-spot-instance-interruptions in me-central-1'],
  ],
  [
    "another account's role",
    { inputs: { 'role-arn': 'arn:aws:iam::999999999999:role/chaos' } },
    ['role-arn is a role of account 999999999999'],
  ],
  [
    'everything that is wrong, in one go',
    {
      inputs: { 'instance-id': `${TARGET} ${OTHER}` },
      seed: { ...READY, instances: [{ id: TARGET, region: REGION, lifecycle: 'on-demand', state: 'stopped' }] },
    },
    [`${TARGET} is not a Spot instance`, `${OTHER} is not known`],
  ],
]

it.concurrent.each(REFUSED)('refuses %s, and has created nothing', async (_, options, said) => {
  const played = await play({ ...SLOW, ...options })
  expectFailure(played.main, 'Preflight refused the run', ...said, 'Nothing was created.')
  expect(played.main.outputs).toMatchObject({ 'experiment-id': '', 'template-id': '', interrupted: 'false', verdict: 'not-judged' })
  expect(writes(played)).toEqual([])
  const post = await played.post()
  expect(post.stdout).toMatch(/Nothing was created|The main step has cleaned up/)
  expectClean(played)
})

it.concurrent('refuses bad input, all of it in one line, before anything is asked of AWS', async () => {
  const played = await play({
    ...SLOW,
    inputs: { 'instance-id': 'i-xyz', duration: '1m', mode: 'gentle', timezone: 'Mars/Olympus', tags: 'aws:x=1', 'create-role': 'yes' },
  })
  const given = ['instance-id: got "i-xyz"', 'duration: got "1m"', 'mode: got "gentle"', 'timezone: got "Mars/Olympus"', 'tags: got']
  expectFailure(played.main, 'Bad input: ', ...given, 'create-role: got "yes"', 'Nothing was sent to AWS.')
  expect(played.main.outputs).toMatchObject({ interrupted: 'false', verdict: 'not-judged', 'instance-ids': '' })
  expect(played.main.summary).toMatch(/^## ❌/)
  expect(calls(played)).toEqual([])
  expect((await played.post()).stdout).toContain('Nothing was created, nothing to clean up.')
})

it.concurrent('refuses more targets than max-targets before anything is asked of AWS', async () => {
  const played = await play({ ...SLOW, inputs: { 'instance-id': `${TARGET},${OTHER}`, 'max-targets': '1' } })
  expectFailure(played.main, 'instance-id: got "2 instances"', 'at most 1, the value of max-targets')
  expect(calls(played)).toEqual([])
})

it.concurrent('refuses the very instance that it runs on, told by the metadata service', async () => {
  const metadata = await startSimulator()
  metadata.seed({ instances: [{ id: TARGET, region: REGION }] })
  try {
    const here = { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: await metadata.metadataUrl(TARGET) }
    // Slow: the metadata service is given one second only.
    const played = await play({ speed: 2, env: here })
    expectFailure(played.main, `${TARGET} is the instance that this job runs on`)
    expectClean(played)
  } finally {
    await metadata.close()
  }
})

it.concurrent('warns on a self-hosted runner whose own instance nobody tells', async () => {
  const played = await play({ env: { RUNNER_ENVIRONMENT: 'self-hosted' } })
  expectPass(played.main)
  // A machine that says who made it, and was not made by AWS, is no instance.
  const vendor = await readFile('/sys/devices/virtual/dmi/id/sys_vendor', 'utf8').catch(() => '')
  const warns = played.main.stdout.includes("⚠ The guard against interrupting the runner's own instance is off")
  expect(warns).toBe(vendor.trim() === '' || /amazon|xen/i.test(vendor))
})

it.concurrent('refuses an instance that ended between preflight and the start', async () => {
  const played = await play({
    speed: 10,
    seed: { ...READY, instances: [{ id: TARGET, region: REGION, foreign: false }] },
    faults: [{ operation: 'CreateExperimentTemplate', nth: 1, fault: 'slow', seconds: 40 }],
    meanwhile: { seen: /Setup phase completed/, act: (simulator) => terminate(simulator, TARGET) },
  })
  expectFailure(played.main, 'Right before the start, ', `${TARGET} is `, 'Nothing was interrupted')
  expect(calls(played)).not.toContain('fis:StartExperiment')
  expect(outcomes(played.main)).toEqual({ [TARGET]: expect.any(String) })
  await played.post()
  expectClean(played)
})
