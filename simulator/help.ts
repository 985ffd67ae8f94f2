export const usage = `Usage: npm run simulator -- [options]

  --instances N               running Spot instances beforehand; none if not given
  --tag KEY=VALUE             a tag of these instances; may be given more than once
  --auto-scaling-group NAME   the Auto Scaling group of these instances; none if not given
  --region REGION             the region of these instances; us-east-1 if not given
  --scenario FILE             what others do and what goes wrong, in YAML or JSON; docs/rehearsal.md has its members
  --port N                    port on loopback; a free one if not given
  --speed N                   how many times faster its time runs; 1 if not given
  --real0 MS                  milliseconds since 1970 of the real moment that --sim0 belongs to; now if not given
  --sim0 MS                   milliseconds since 1970 of its time at that moment; --real0 if not given
  --help                      prints this

Its time is sim0 + (real time - real0) * speed.
`

/**
 * The lines that point the AWS CLI, an SDK or the action at it. The AWS CLI and boto3 read AWS_DEFAULT_REGION, the others AWS_REGION. The
 * action refuses an endpoint that is not AWS without `rehearsal: true`.
 */
export function exportLines(url: string, region: string): readonly string[] {
  return [
    `export AWS_ENDPOINT_URL=${url}`,
    `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    'export AWS_ACCESS_KEY_ID=rehearsal AWS_SECRET_ACCESS_KEY=rehearsal',
    'export SPOT_INTERRUPT_REHEARSAL=true',
  ]
}

/** The started simulator. */
export type Started = { readonly url: string; readonly speed: number; readonly region: string; readonly instanceIds: readonly string[] }

/** The help that the simulator prints after its start. */
export function renderHelp({ url, speed, region, instanceIds }: Started): string {
  const [first] = instanceIds
  const begin =
    first === undefined
      ? `Launch a Spot instance:

  aws ec2 run-instances --image-id ami-0123456789abcdef0 --instance-type m5.large --instance-market-options MarketType=spot`
      : `Running Spot instances: ${instanceIds.join(' ')}

Interrupt one, from a clone of the action (Node 24):

  env "INPUT_INSTANCE-ID=${first}" node dist/main.cjs`
  return `Simulated AWS: FIS, EC2 (Spot), IAM, STS, and Auto Scaling groups, target groups, ECS clusters and
alarms that react, on one port.
Nothing leaves this machine. Time runs ${speed} times as fast.

Point the AWS CLI, an SDK, a workflow or the action at it (any credentials will do):

${exportLines(url, region)
  .map((line) => `  ${line}`)
  .join('\n')}

In a workflow, the rehearse action does all this: docs/rehearsal.md.

${begin}

Ask for the address of an instance's metadata service (one port for each instance; put it into AWS_EC2_METADATA_SERVICE_ENDPOINT of what
runs on the instance):

  curl ${url}/_simulator/imds

Look on, and set what happens (JSON):

  GET  ${url}/_simulator/journal    every request
  GET  ${url}/_simulator/leftovers  what was made and not taken away
  GET  ${url}/_simulator/clock      its time
  PUT  ${url}/_simulator/switches   what AWS leaves open, e.g. {"completed":"notice"}
  PUT  ${url}/_simulator/faults     what goes wrong, e.g. [{"operation":"StartExperiment","nth":1,"fault":"throttle"}]
  PUT  ${url}/_simulator/script     what others do, e.g. [{"instance":"i-...","at":"notice","do":"terminate","by":"autoscaling"}]
  PUT  ${url}/_simulator/seed       what is there beforehand
  POST ${url}/moto-api/reset        forget everything

Only programs on this machine are answered: a Host header that is not loopback, or an Origin header, is refused.

`
}
