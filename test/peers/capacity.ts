/** On moto_server: capacity by tag and by target group, as far as moto has them. Nothing there replaces an instance by itself. */
import { deepEqual, equal, match } from 'node:assert/strict'
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { CreateTargetGroupCommand, ElasticLoadBalancingV2Client, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { runStage, type StageResult } from '../../scripts/runner.ts'
import { tail } from './moto.ts'
import { type Bench, credentials, type Moto, NOTHING, REGION, scenario, WHOLE_SECONDS_SPEED } from './moto-server.ts'
import type { Scenario } from './table.ts'

const WEB = { app: 'web' }
const SHORT = { 'observe-for': '30s', 'recovery-timeout': '2m' }

export function capacityScenarios(moto: Moto): readonly Scenario[] {
  const counted = (name: string, play: (bench: Bench) => Promise<void>) =>
    scenario(moto, name, { count: 0, asSpot: true, speed: WHOLE_SECONDS_SPEED }, play)
  return [
    counted('capacity by tag and by target group, with an instance that takes the place of the target: survived', async (bench) => {
      const ids = await bench.launch({ count: 2, tags: WEB })
      const balanced = await createTargetGroup(moto, ids)
      let added: Promise<readonly string[]> | undefined
      const add = async () => {
        const more = await bench.launch({ count: 1, tags: WEB })
        await balanced.register(more)
        return more
      }
      const show = (text: string) => {
        if (/Experiment \S+ started/.test(text)) added ??= add()
      }
      const inputs = { 'instance-id': ids[0] ?? '', capacity: `tagged=tags:app=web\nbalanced=target-group:${balanced.arn}`, ...SHORT }
      const main = await runStage('main', bench.job(inputs, { show }))
      balanced.close()
      equal(main.code, 0, `main ended with ${main.code}: ${tail(main)}`)
      equal(main.outputs.verdict, 'survived')
      deepEqual(JSON.parse(main.outputs.replacements ?? '[]'), await added)
      await expectNothingLeft(bench, main)
    }),
    counted('capacity by tag that nothing replaces: not survived', async (bench) => {
      const ids = await bench.launch({ count: 2, tags: WEB })
      const main = await runStage('main', bench.job({ 'instance-id': ids[0] ?? '', capacity: 'tagged=tags:app=web', ...SHORT }))
      equal(main.code, 1, `main ended with ${main.code}: ${tail(main)}`)
      match(main.stdout, /tagged was not back within 2m 30s: 1 of 2 members serve beside the targets/)
      equal(main.outputs.verdict, 'not-survived')
      await expectNothingLeft(bench, main)
    }),
    counted('capacity that is not there is refused before anything is created', async (bench) => {
      const ids = await bench.launch({ count: 1 })
      const arn = `arn:aws:elasticloadbalancing:${REGION}:123456789012:targetgroup/none/0123456789abcdef`
      const capacity = `group=asg:none\nbalanced=target-group:${arn}\ntasks=ecs:none/none`
      const main = await runStage('main', bench.job({ 'instance-id': ids[0] ?? '', capacity }))
      equal(main.code, 1, `main ended with ${main.code}: ${tail(main)}`)
      for (const words of [/no Auto Scaling group for the capacity group/, /TargetGroupNotFound/, /ClusterNotFound/])
        match(main.stdout, words)
      await expectNothingLeft(bench, main)
    }),
  ]
}

async function createTargetGroup({ url }: Moto, ids: readonly string[]) {
  const config = { region: REGION, endpoint: url, credentials }
  const [client, ec2] = [new ElasticLoadBalancingV2Client(config), new EC2Client(config)]
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}))
  ec2.destroy()
  const { TargetGroups = [] } = await client.send(
    new CreateTargetGroupCommand({ Name: 'web', Protocol: 'HTTP', Port: 80, VpcId: Vpcs[0]?.VpcId }),
  )
  const arn = TargetGroups[0]?.TargetGroupArn ?? ''
  const register = async (some: readonly string[]) => {
    await client.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: some.map((Id) => ({ Id })) }))
  }
  await register(ids)
  return { arn, register, close: () => client.destroy() }
}

async function expectNothingLeft(bench: Bench, main: StageResult): Promise<void> {
  const post = await runStage('post', bench.job(), main.state)
  equal(post.code, 0, `post ended with ${post.code}: ${tail(post)}`)
  deepEqual(await bench.left(), NOTHING)
}
