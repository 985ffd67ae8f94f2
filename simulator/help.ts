export const usage = `Usage: npm run simulator -- [--port N] [--speed N] [--real0 MS] [--sim0 MS] [--help]

  --port N     port on loopback; a free one if not given
  --speed N    how many times faster its time runs; 1 if not given
  --real0 MS   milliseconds since 1970 of the real moment that --sim0 belongs to; now if not given
  --sim0 MS    milliseconds since 1970 of its time at that moment; --real0 if not given
  --help       prints this

Its time is sim0 + (real time - real0) * speed.
`

/**
 * The lines that point the AWS CLI, an SDK or the action at it. The AWS CLI and boto3 read AWS_DEFAULT_REGION, the others AWS_REGION. The
 * action refuses an endpoint that is not AWS without `rehearsal: true`.
 */
export function exportLines(url: string): readonly string[] {
  return [
    `export AWS_ENDPOINT_URL=${url}`,
    'export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1',
    'export AWS_ACCESS_KEY_ID=rehearsal AWS_SECRET_ACCESS_KEY=rehearsal',
    'export SPOT_INTERRUPT_REHEARSAL=true',
  ]
}

/** What someone who has just started the simulator wants to know. */
export function renderHelp(url: string, speed: number): string {
  return `Simulated AWS: FIS, EC2 (Spot), IAM, STS, and Auto Scaling groups, target groups, ECS clusters and
alarms that react, on one port.
Nothing leaves this machine. Time runs ${speed} times as fast.

Point the AWS CLI, an SDK, a workflow or the action at it (any credentials will do):

${exportLines(url)
  .map((line) => `  ${line}`)
  .join('\n')}

In a workflow, the same variables under "env:" of the job; a step before them starts the simulator in the background.

Launch a Spot instance, and ask for the address of its metadata service (one port for each instance; put it into
AWS_EC2_METADATA_SERVICE_ENDPOINT of what runs on the instance):

  aws ec2 run-instances --image-id ami-0123456789abcdef0 --instance-type m5.large --instance-market-options MarketType=spot
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
