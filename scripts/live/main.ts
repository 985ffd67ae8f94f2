/**
 * A run against a real account, for maintainers: `npm run live -- launch`, `run`, `remove`. .github/workflows/live.yml calls them in this
 * order, and calls `remove` even if the others fail. GROUP names an existing Auto Scaling group; without it, `launch` creates one, and
 * `remove` removes it.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { EC2Client } from '@aws-sdk/client-ec2'
import { FisClient } from '@aws-sdk/client-fis'
import { runStage } from '../runner.ts'
import { type Aws, launchGroup, membersOf, openCli, removeGroup } from './group.ts'
import { type LiveRecord, ownEnv, runModes } from './modes.ts'

const { GITHUB_REPOSITORY = 'local/run', GITHUB_RUN_ID = '0', GITHUB_RUN_ATTEMPT = '1', AWS_REGION: region = '' } = process.env
/** The names of everything that this run makes, so that any attempt of it can remove them. */
const NAME = `spot-interrupt-live-${GITHUB_RUN_ID}`
const TAGS = { ManagedBy: 'spot-interrupt-live', 'spot-interrupt-live:run': `${GITHUB_REPOSITORY}/${GITHUB_RUN_ID}` }

const group = process.env.GROUP ?? ''

async function launch(): Promise<void> {
  const aws: Aws = openCli(region)
  const ids = group === '' ? await launchGroup(aws, NAME, TAGS) : membersOf(aws, group)
  if (ids.length < 2) throw new Error(`The group ${group || NAME} has ${ids.length} instances in service; a run needs two.`)
  console.log(`Instances: ${ids.join(', ')}`)
  if (process.env.GITHUB_OUTPUT) appendFileSync(process.env.GITHUB_OUTPUT, `instances=${ids.slice(0, 2).join(',')}\n`)
}

async function run(instances: string, out: string): Promise<void> {
  const [first = '', second = ''] = instances.split(',')
  if (second === '') throw new Error('--instances takes two ids with a comma between them')
  const record = await runModes({
    clients: { ec2: new EC2Client({ region }), fis: new FisClient({ region }) },
    region,
    instances: [first, second],
    roleName: NAME,
    run: `${GITHUB_REPOSITORY}/${GITHUB_RUN_ID}/${GITHUB_RUN_ATTEMPT}`,
    log: (text) => process.stdout.write(text),
  })
  mkdirSync(dirname(out), { recursive: true })
  writeFileSync(out, `${JSON.stringify(record, null, 2)}\n`)
  console.log(`\nAnswers: ${JSON.stringify(record.switches)}\nOpen: ${JSON.stringify(record.open)}`)
  process.exitCode = hasFailed(record) ? 1 : 0
}

/** Removes first what the action left behind, then the group: no experiment may run while the instances are terminated. */
async function remove(): Promise<void> {
  const inputs = { region, run: `${GITHUB_REPOSITORY}/${GITHUB_RUN_ID}`, expired: 'false', 'role-name': NAME, 'delete-role': 'true' }
  const { code } = await runStage('main', { action: 'cleanup', inputs, env: ownEnv(), show: (text) => process.stdout.write(text) })
  if (group === '') await removeGroup(openCli(region), NAME)
  process.exitCode = code === 0 ? 0 : 1
}

function hasFailed({ runs, problems }: LiveRecord): boolean {
  return problems.length > 0 || runs.some(({ code }) => code !== 0)
}

const { positionals, values } = parseArgs({
  options: { instances: { type: 'string', default: '' }, out: { type: 'string', default: 'record/live.json' } },
  allowPositionals: true,
})
const steps: Readonly<Record<string, () => Promise<void>>> = { launch, run: () => run(values.instances, values.out), remove }
const step = steps[positionals[0] ?? '']
if (step === undefined) throw new Error(`name one of ${Object.keys(steps).join(', ')}`)
if (region === '') throw new Error('AWS_REGION is not set')
await step()
