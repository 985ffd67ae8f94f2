import { expect, it } from 'vitest'
import { expectExit } from '../exit.ts'
import { calls, countCalls, errorOf, expectClean, expectPass, outcomes, play, READY, REGION, ROLE, TARGET } from './scenario.ts'

it.concurrent('interrupts a Spot instance, sees it end, and leaves nothing behind', async () => {
  const played = await play()
  const { main } = played
  expectPass(main)
  expect(outcomes(main)).toEqual({ [TARGET]: 'interrupted' })
  expect(main.outputs).toMatchObject({ state: 'completed', interrupted: 'true', verdict: 'not-judged', 'instance-ids': `["${TARGET}"]` })
  expect(played.simulator.leftovers().interrupted.map(({ id, how }) => [id, how])).toEqual([[TARGET, 'terminate']])
  const post = await played.post()
  expectExit(post, 0)
  expectClean(played)
})

it.concurrent('tells the run as it goes, phase by phase, and the summary afterwards', async () => {
  const { main } = await play({ inputs: { timezone: 'Asia/Kolkata' } })
  const log = main.stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.replace(/^( *)\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d IST\]/, '$1[…]'))
  const heads = log.filter((line) => /===|phase (completed|failed)/.test(line)).map((line) => line.replace(/ in .*/, ''))
  expect(heads).toEqual([
    '[…] === SETUP PHASE ===',
    '[…] ✓ Setup phase completed',
    '[…] === EXPERIMENT PHASE ===',
    '[…] ✓ Experiment phase completed',
    '[…] === CLEANUP PHASE ===',
    '[…] ✓ Cleanup phase completed',
  ])
  expect(log).toContain('[…] Mode: SPOT INTERRUPTION (duration: PT2M)')
  expect(log).toContainEqual(expect.stringMatching(/^\[…\] ✓ Template: EXT\w+$/))
  expect(log).toContainEqual(expect.stringMatching(/^\[…\] ✓ Experiment EXP\w+ started \(state: (pending|initiating)\)$/))
  expect(log).toContainEqual(expect.stringMatching(/^ {2}\[…\] Poll #1 \(\d+s elapsed\) - /))
  expect(log).toContainEqual(expect.stringMatching(/^\[…\] ✓ FIS: completed after \d+s; waiting for EC2$/))
  expect(log).toContainEqual(expect.stringMatching(new RegExp(`^\\[…\\] ✓ SUCCESS: ${TARGET} interrupted 2m \\d+s after the start$`)))
  expect(main.summary).toMatch(/^## 🎭 Rehearsal: interrupted, not judged\n/)
  expect(main.summary).toMatch(new RegExp(`\n${TARGET} interrupted 2m \\d+s after the start\n`))
  expect(main.summary).toContain('\ngantt\n')
})

it.concurrent('follows an instance that stops when interrupted, and says how to start or remove it', async () => {
  const instances = [{ id: TARGET, region: REGION, behaviour: 'stop' as const }]
  const played = await play({ seed: { ...READY, instances } })
  expectPass(played.main)
  expect(outcomes(played.main)).toEqual({ [TARGET]: 'interrupted' })
  expect(played.main.stdout).toContain(`⚠ ${TARGET} will be stopped, not terminated`)
  expect(played.main.summary).toContain('aws ec2 start-instances')
  expect(played.simulator.leftovers().interrupted.map(({ how }) => how)).toEqual(['stop'])
  await played.post()
  expectClean(played)
})

it.concurrent('creates the role, keeps it, and says so', async () => {
  const played = await play({ seed: { instances: [{ id: TARGET, region: REGION }] } })
  expectPass(played.main)
  expect(played.main.stdout).toContain(`Role ${ROLE} retained`)
  expect(played.main.summary).toContain('created by this run, kept')
  const post = await played.post()
  expectExit(post, 0)
  expect(errorOf(post)).toBe('')
  expectClean(played, [`role ${ROLE}`])
})

it.concurrent('tags everything that it creates, and deletes the role that it made when told to', async () => {
  const seed = { instances: [{ id: TARGET, region: REGION }] }
  const played = await play({ seed, inputs: { 'delete-role': 'true', tags: 'team=payments\ncost=a=b' } })
  expectPass(played.main)
  const tagsOf = (operation: string) => {
    const params = played.simulator.journal().find((one) => one.operation === operation)?.params as Record<string, unknown>
    const tags = params.tags ?? params.Tags
    return Array.isArray(tags) ? Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) : (tags as Record<string, string>)
  }
  const [role, template, experiment] = ['CreateRole', 'CreateExperimentTemplate', 'StartExperiment'].map(tagsOf)
  expect(role).toEqual(template)
  expect(role).toEqual(experiment)
  expect(role).toMatchObject({
    ManagedBy: 'spot-interrupt',
    'spot-interrupt:run': 'octo/service/4711/1',
    'spot-interrupt:mode': 'interruption',
    team: 'payments',
    cost: 'a=b',
  })
  expect(role?.['spot-interrupt:invocation']).toMatch(/^[0-9a-f-]{36}$/)
  const livesMs = Date.parse(role?.['spot-interrupt:expires-at'] ?? '') - Date.parse(role?.['spot-interrupt:created-at'] ?? '')
  // The longest that the run can take is its time-out, seven minutes, and what is around it; thirty minutes come on top.
  expect(livesMs).toBeGreaterThanOrEqual(37 * 60_000)
  await played.post()
  expectClean(played)
})

const BEFORE_THE_START = {
  'sts:GetCallerIdentity': 1,
  'fis:GetAction': 1,
  'ec2:DescribeInstances': 2,
  'ec2:DescribeSpotInstanceRequests': 1,
  // For a pending experiment of another run: in preflight, and right before the start.
  'fis:ListExperiments': 2,
  'fis:CreateExperimentTemplate': 1,
  'fis:StartExperiment': 1,
}

// Slower than the others: a time-out under load would be an honest second call, and is not what is asked here.
it.concurrent('makes no more calls than it needs before the start, with a role that is there', async () => {
  const played = await play({ speed: 8, inputs: { 'wait-for': 'experiment' } })
  expectPass(played.main)
  expect(countCalls(played, 'fis:StartExperiment')).toEqual({ ...BEFORE_THE_START, 'iam:GetRole': 1, 'iam:GetRolePolicy': 1 })
})

it.concurrent('makes no call to IAM at all with role-arn', async () => {
  const played = await play({ speed: 8, inputs: { 'wait-for': 'experiment', 'role-arn': `arn:aws:iam::123456789012:role/${ROLE}` } })
  expectPass(played.main)
  expect(countCalls(played, 'fis:StartExperiment')).toEqual(BEFORE_THE_START)
  await played.post()
  expect(calls(played).filter((name) => name.startsWith('iam:'))).toEqual([])
  expectClean(played)
})
