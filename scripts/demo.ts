/**
 * The demo: a simulated AWS whose clock runs faster, a Spot instance launched in it, and the built action run on it, main and then post,
 * as the runner would. Ends with the outputs and the summary.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { type Simulator, startSimulator } from '../simulator/server.ts'
import { renderPage } from './page.ts'
import { type Job, runStage } from './runner.ts'

const REGION = 'eu-west-1'
const SPEED = 15
const folder = resolve(import.meta.dirname, '../.demo')

async function demo(): Promise<void> {
  const simulator = await startSimulator({ speed: SPEED })
  try {
    const id = await launch(simulator)
    say(`A simulated AWS listens on ${simulator.url}; its clock, and the action's, run ${SPEED} times as fast.`)
    say(`Launched the Spot instance ${id} in it. The action, main stage:\n`)
    const job = toJob(simulator, id)
    const main = await runStage('main', job)
    say('\nThe action, post stage:\n')
    const post = await runStage('post', job, main.state)
    say('\nOutputs:\n')
    for (const [name, value] of Object.entries(main.outputs)) say(`  ${name} = ${value}`)
    say(`\nSummary:\n\n${main.summary}`)
    await mkdir(folder, { recursive: true })
    const [text, page] = [join(folder, 'summary.md'), join(folder, 'summary.html')].map((path) => relative(process.cwd(), path))
    await writeFile(join(folder, 'summary.md'), main.summary)
    await writeFile(join(folder, 'summary.html'), await renderPage(main.summary))
    const { leftovers } = simulator.leftovers()
    say(
      `The summary is in ${text}, and as GitHub would show it in ${page}: open it in any browser. Left in the simulated AWS: ${leftovers.map(({ kind, id: name }) => `${kind} ${name}`).join(', ') || 'nothing'}.`,
    )
    process.exitCode = main.code === 0 && post.code === 0 ? 0 : 1
  } finally {
    await simulator.close()
  }
}

async function launch(simulator: Simulator): Promise<string> {
  const client = new EC2Client({
    region: REGION,
    endpoint: simulator.url,
    credentials: { accessKeyId: 'AKIDDEMO', secretAccessKey: 'demo' },
  })
  const { Instances = [] } = await client.send(
    new RunInstancesCommand({
      ImageId: 'ami-0123456789abcdef0',
      InstanceType: 'm5.large',
      MinCount: 1,
      MaxCount: 1,
      InstanceMarketOptions: { MarketType: 'spot' },
    }),
  )
  client.destroy()
  // A launched instance is pending at first; what is not running is refused, as it should be.
  await new Promise((done) => setTimeout(done, 30_000 / SPEED))
  return Instances[0]?.InstanceId ?? ''
}

function toJob(simulator: Simulator, id: string): Job {
  const { speed, real0, sim0 } = simulator.clock
  return {
    inputs: { 'instance-id': id, region: REGION, 'delete-role': 'true' },
    env: {
      AWS_ENDPOINT_URL: simulator.url,
      AWS_ACCESS_KEY_ID: 'AKIDDEMO',
      AWS_SECRET_ACCESS_KEY: 'demo',
      AWS_EC2_METADATA_DISABLED: 'true',
      GITHUB_REPOSITORY: 'octo/service',
      GITHUB_RUN_ID: '1',
      GITHUB_RUN_ATTEMPT: '1',
      SIMULATED_TIME: `${speed},${real0},${sim0}`,
    },
    preload: ['simulator/preload.ts'],
    show: (text) => process.stdout.write(text),
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

await demo()
