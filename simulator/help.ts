/** What someone who has just started the simulator wants to know. */
export function renderHelp(url: string, speed: number): string {
  return `Simulated AWS: FIS, EC2 (Spot), IAM and STS on one port. Nothing leaves this machine. Time runs ${speed} times as fast.

Point the AWS CLI, an SDK, a workflow or the action at it (any credentials will do):

  export AWS_ENDPOINT_URL=${url} AWS_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=rehearsal AWS_SECRET_ACCESS_KEY=rehearsal

In a workflow, the same lines under "env:" of the job; a step before them starts the simulator in the background.

Launch a Spot instance, and look at it as it will be seen from inside:

  aws ec2 run-instances --image-id ami-0123456789abcdef0 --instance-type m5.large --instance-market-options MarketType=spot
  curl -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 21600' ${url}/_simulator/imds/<instance-id>/latest/api/token

Look on, and set what happens (JSON):

  GET  ${url}/_simulator/journal    every request
  GET  ${url}/_simulator/leftovers  what was made and not taken away
  GET  ${url}/_simulator/clock      its time
  PUT  ${url}/_simulator/switches   what AWS leaves open, e.g. {"completed":"notice"}
  PUT  ${url}/_simulator/faults     what goes wrong, e.g. [{"operation":"StartExperiment","nth":1,"fault":"throttle"}]
  PUT  ${url}/_simulator/script     what others do, e.g. [{"instance":"i-...","at":"notice","do":"terminate","by":"autoscaling"}]
  PUT  ${url}/_simulator/seed       what is there beforehand
  POST ${url}/moto-api/reset        forget everything

`
}
