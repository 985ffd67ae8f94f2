/** What the simulator prints when it starts, taken at its word: the lines are run in a shell as they are, and nothing else is set. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { startSimulator } from '../../simulator/server.ts'
import type { Scenario } from './table.ts'
import { root } from './tools.ts'

const TARGET = 'i-0123456789abcdef0'
const LAUNCH = "import boto3; print(boto3.client('ec2').describe_instances()['Reservations'][0]['Instances'][0]['InstanceId'])"
const SIGNALS = ['events/recommendations/rebalance', 'spot/instance-action']

/** With the AWS CLI; `python` is its neighbour in the same folder. */
export function printedScenarios(program: string): readonly Scenario[] {
  return [{ name: 'the printed lines are all that the AWS CLI and boto3 need', run: () => useLines(dirname(program)) }]
}

/** With AWS's SDK for Go, which takes scheme, host and port of an endpoint, and drops a path. */
export function goScenarios(program: string): readonly Scenario[] {
  return [{ name: "an instance reads its metadata and its notice with AWS's SDK for Go", run: () => readMetadata(program) }]
}

async function useLines(bin: string): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'simulator/main.ts')], { stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    const lines = (await printedBy(child)).split('\n').filter((line) => /^\s+export /.test(line))
    equal(lines.length, 4)
    const sh = (command: string) => shell(`${lines.join('\n')}\n${command}`, bin)
    const launched = await sh(
      "aws ec2 run-instances --image-id ami-0123456789abcdef0 --instance-type m5.large --count 1 --instance-market-options MarketType=spot --query 'Instances[0].InstanceId' --output text",
    )
    match(launched, /^i-[0-9a-f]{17}$/)
    equal(await sh(`python -c "${LAUNCH}"`), launched)
    equal(await sh('aws configure get region || echo "$AWS_DEFAULT_REGION"'), 'us-east-1')
    const urls = JSON.parse(await sh('curl -s "$AWS_ENDPOINT_URL/_simulator/imds"')) as Readonly<Record<string, string>>
    deepEqual(Object.keys(urls), [launched])
  } finally {
    child.kill('SIGKILL')
  }
}

/** Everything on standard error until it says on standard output that it is ready. */
async function printedBy({ stdout, stderr }: ChildProcess): Promise<string> {
  ok(stdout !== null && stderr !== null)
  let printed = ''
  stderr.on('data', (chunk) => {
    printed += chunk
  })
  await once(stdout, 'data')
  return printed
}

/** No setting of whoever runs this, but for a PATH. */
function shell(script: string, bin: string): Promise<string> {
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: '/nonexistent' }
  return new Promise((done, fail) => {
    execFile('/bin/bash', ['-ec', script], { env }, (error, out, err) => (error ? fail(new Error(`${script}: ${err}`)) : done(out.trim())))
  })
}

async function readMetadata(program: string): Promise<void> {
  const simulator = await startSimulator()
  try {
    simulator.seed({ instances: [{ id: TARGET, region: 'eu-west-1' }, { id: 'i-0fedcba9876543210' }] })
    const read = async (id: string) => {
      const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: await simulator.metadataUrl(id), AWS_CONFIG_FILE: '/dev/null', HOME: '/nonexistent' }
      return new Promise<string>((done, fail) => {
        execFile(program, ['instance-id', ...SIGNALS], { env }, (error, out, err) => (error ? fail(new Error(err)) : done(out.trim())))
      })
    }
    const before = SIGNALS.map((path) => `${path}=404`).join('\n')
    equal(await read(TARGET), `instance-id=${TARGET}\n${before}\ndocument=${TARGET} eu-west-1 123456789012`)
    match(await read('i-0fedcba9876543210'), /^instance-id=i-0fedcba9876543210\n/)
    simulator.setScript([{ instance: TARGET, at: 'launch', afterSeconds: 3600 + 60, do: 'terminate', by: 'no-capacity' }])
    match(await read(TARGET), /spot\/instance-action=\{"action":"terminate","time":"[\d:TZ-]+"\}/)
  } finally {
    await simulator.close()
  }
}
