/** On moto_server: targets by tag and by group, the guards, and dry runs. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { runStage, type StageResult } from '../../scripts/runner.ts'
import { tail } from './moto.ts'
import { closeClients, createGroup, openClients } from './moto-fleet.ts'
import { type Bench, credentials, type Moto, NOTHING, REGION, scenario, WHOLE_SECONDS_SPEED } from './moto-server.ts'
import type { Scenario } from './table.ts'

const WEB = { app: 'web', stage: 'a=b c:d' }
const BY_TAG = { 'instance-id': '', 'target-tags': 'app=web\nstage=a=b c:d' }
const ACCOUNT = '123456789012'
const GROUP = 'workers'

export function aimScenarios(moto: Moto): readonly Scenario[] {
  const aimed = (name: string, play: (bench: Bench) => Promise<void>) =>
    scenario(moto, name, { count: 0, asSpot: true, speed: WHOLE_SECONDS_SPEED }, play)
  return [
    aimed('targets by tag: COUNT, PERCENT and ALL pick as many as they say', async (bench) => {
      for (const [selection, count] of [
        ['COUNT(2)', 2],
        ['PERCENT(50)', 3],
        ['ALL', 7],
      ] as const) {
        // Each run leaves the candidates that it did not end: 2, then 3.
        const ids = await bench.launch({ count: 4, tags: WEB })
        const main = await runStage('main', bench.job({ ...BY_TAG, selection, 'max-targets': '50' }))
        const targets = await expectInterrupted(bench, main)
        equal(new Set(targets).size, count, `${selection} made ${targets.length} targets`)
        if (selection === 'ALL') ok(ids.every((id) => targets.includes(id)))
      }
    }),
    aimed('targets by tag: not those that are excluded, elsewhere, on demand, or differ in case', async (bench) => {
      const zone = `${REGION}b`
      const [wanted = ''] = await bench.launch({ count: 1, tags: WEB, zone })
      await bench.launch({ count: 1, tags: { ...WEB, keep: '' }, zone })
      await bench.launch({ count: 1, tags: WEB, zone: `${REGION}a` })
      await bench.launch({ count: 1, tags: WEB, zone, spot: false })
      await bench.launch({ count: 1, tags: { ...WEB, app: 'Web' }, zone })
      const inputs = { ...BY_TAG, selection: 'ALL', 'exclude-tags': 'keep', 'availability-zone': zone, 'require-tag': 'stage' }
      deepEqual(await expectInterrupted(bench, await runStage('main', bench.job(inputs))), [wanted])
    }),
    aimed('too few targets are refused with the numbers, and nothing is created', async (bench) => {
      await bench.launch({ count: 2, tags: WEB })
      await bench.launch({ count: 1, tags: { app: 'web' } })
      const main = await runStage('main', bench.job({ ...BY_TAG, selection: 'COUNT(3)' }))
      await expectRefused(bench, main, /needs 3, and there are 2.*3 carry app=web, 2 carry stage=/)
    }),
    aimed('keep-running and allowed-accounts are held', async (bench) => {
      await bench.launch({ count: 3, tags: WEB })
      const keep = await runStage('main', bench.job({ ...BY_TAG, selection: 'COUNT(2)', 'keep-running': '2' }))
      await expectRefused(bench, keep, /leaves 1, fewer than keep-running \(2\)/)
      const account = await runStage('main', bench.job({ ...BY_TAG, 'allowed-accounts': '999999999999' }))
      await expectRefused(bench, account, /account 123456789012.*allowed-accounts/)
    }),
    aimed('targets by Auto Scaling group: its members, and no group of another name', async (bench) => {
      const ids = await bench.launch({ count: 2 })
      await bench.launch({ count: 1 })
      await makeGroup(moto, ids)
      const inputs = { 'instance-id': '', 'auto-scaling-group': GROUP, selection: 'ALL' }
      const other = await runStage('main', bench.job({ ...inputs, 'auto-scaling-group': 'Workers' }))
      await expectRefused(bench, other, /There is no Auto Scaling group Workers/)
      deepEqual(await expectInterrupted(bench, await runStage('main', bench.job(inputs))), ids.toSorted())
    }),
    aimed('a stop alarm that is OK, one that is missing', async (bench) => {
      await bench.launch({ count: 1, tags: WEB })
      const arn = await makeAlarm(moto)
      const missing = await runStage('main', bench.job({ ...BY_TAG, 'stop-alarms': `${arn}-2` }))
      await expectRefused(bench, missing, /errors-2 cannot be found/)
      await expectInterrupted(bench, await runStage('main', bench.job({ ...BY_TAG, 'stop-alarms': arn })))
    }),
    aimed('a dry run with every input set makes no call but Get, List, Describe and Simulate', async (bench) => {
      await bench.launch({ count: 3, tags: WEB, zone: `${REGION}a` })
      const job = bench.job({ ...(await everyInput(moto)), 'dry-run': 'true' })
      const main = await runStage('main', { ...job, env: { ...job.env, ...(await makeUser(moto)) } })
      equal(main.code, 0, `main ended with ${main.code}: ${tail(main)}`)
      deepEqual(
        bench.proxy.operations.filter((name) => !/^(GET \/|Get|List|Describe|Simulate)/.test(name)),
        [],
      )
      ok(bench.proxy.operations.includes('SimulatePrincipalPolicy'), 'permissions were simulated')
      // moto has no SimulatePrincipalPolicy, so nobody can tell: a warning, no failure.
      match(main.stdout, /It is not known whether the caller would be allowed/)
      equal(JSON.parse(main.outputs['instance-ids'] ?? '').length, 1)
      deepEqual(await bench.left(), NOTHING)
    }),
  ]
}

async function everyInput(moto: Moto): Promise<Readonly<Record<string, string>>> {
  return {
    ...BY_TAG,
    'exclude-tags': 'keep\nprod=true',
    'require-tag': 'app=web',
    'keep-running': '1',
    'allowed-accounts': ACCOUNT,
    'availability-zone': `${REGION}a`,
    duration: 'PT3M',
    'stop-alarms': await makeAlarm(moto),
    probes: `web=${moto.url}/moto-api/data.json`,
    'require-verdict': 'true',
    tags: 'team=shop',
  }
}

/** Every target was interrupted, and nothing is left; the targets. */
async function expectInterrupted(bench: Bench, main: StageResult): Promise<readonly string[]> {
  equal(main.code, 0, `main ended with ${main.code}: ${tail(main)}`)
  const targets = JSON.parse(main.outputs.targets ?? '[]') as { id: string; outcome: string }[]
  deepEqual([...new Set(targets.map(({ outcome }) => outcome))], ['interrupted'])
  const post = await runStage('post', bench.job(), main.state)
  equal(post.code, 0, `post ended with ${post.code}: ${tail(post)}`)
  deepEqual(await bench.left(), NOTHING)
  return targets.map(({ id }) => id).toSorted()
}

async function expectRefused(bench: Bench, main: StageResult, words: RegExp): Promise<void> {
  equal(main.code, 1, `main ended with ${main.code}: ${tail(main)}`)
  match(main.stdout, new RegExp(`::error::.*${words.source}`))
  ok(!bench.proxy.operations.some((operation) => operation.startsWith('POST ')), 'nothing was created')
}

async function makeGroup(moto: Moto, ids: readonly string[]): Promise<void> {
  const clients = openClients(moto)
  await createGroup(clients, { name: GROUP, ids })
  closeClients(clients)
}

/** A user with keys: moto knows nobody behind other keys, so that no policies could be asked about. */
async function makeUser(moto: Moto): Promise<Readonly<Record<string, string>>> {
  const iam = new IAMClient({ region: REGION, endpoint: moto.url, credentials })
  const UserName = 'ci'
  await iam.send(new CreateUserCommand({ UserName }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  iam.destroy()
  return { AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? '', AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? '' }
}

/** A metric alarm, which moto begins as OK; its ARN. */
async function makeAlarm(moto: Moto): Promise<string> {
  const cloudwatch = new CloudWatchClient({ region: REGION, endpoint: moto.url, credentials })
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'errors',
      Namespace: 'shop',
      MetricName: 'errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  )
  cloudwatch.destroy()
  return `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:errors`
}
