/** The AWS CLI before the simulator, as a person at a terminal; and the commands that the action tells people to run by hand. */
import { deepEqual, equal, match } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { exportLines } from '../../simulator/help.ts'
import { type Simulator, startSimulator } from '../../simulator/server.ts'
import { toCommands } from '../../src/model/cleanup/commands.ts'
import type { Entry } from '../../src/model/cleanup/ledger.ts'
import { POLICY_NAME } from '../../src/model/fis.ts'
import { TAG } from '../../src/model/tags.ts'
import type { Scenario } from './table.ts'

/** The region of the lines that the simulator prints: nothing else is set. */
const REGION = 'us-east-1'
const SPEED = 120
/** The CLI takes a second to start: what is to be stopped must still run some commands later. */
const SLOWER = 15
const ACCOUNT = '123456789012'
const INVOCATION = '2f1c9a52-7a35-4c0e-9d5e-0d2f6a1b3c4d'
const TARGET = 'i-0123456789abcdef0'
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'fis.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['ec2:SendSpotInstanceInterruptions', 'ec2:DescribeInstances'], Resource: '*' }],
})

type Ran = { readonly code: number | null; readonly out: string; readonly err: string }
type Terminal = {
  readonly simulator: Simulator
  readonly sh: (command: string) => Promise<Ran>
  readonly aws: (command: string) => Promise<string>
}

export function cliScenarios(program: string): readonly Scenario[] {
  const at = (name: string, play: (terminal: Terminal) => Promise<void>, speed = SPEED): Scenario => ({
    name,
    run: () => withTerminal(program, play, speed),
  })
  return [
    at('launches a Spot instance and interrupts it', interrupt),
    at('stops, lists by tag, pages, and is refused', list, SLOWER),
    at('the commands to clean up by hand clean up', cleanByHand, SLOWER),
    at('follows a group that replaces its member, to the end of its waiters', follow, SLOWER),
  ]
}

async function withTerminal(program: string, play: (terminal: Terminal) => Promise<void>, speed: number): Promise<void> {
  const simulator = await startSimulator({ speed })
  // The CLI takes its time to start: an experiment that ends early would be over before it can be stopped.
  simulator.setSwitches({ completed: 'interruption' })
  const env = {
    PATH: `${dirname(program)}:/usr/bin:/bin`,
    HOME: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
  }
  const lines = exportLines(simulator.url, REGION).join('\n')
  const sh = (command: string) =>
    new Promise<Ran>((done, fail) => {
      const child = execFile('/bin/bash', ['-c', `${lines}\n${command}`], { env }, (_, out, err) =>
        done({ code: child.exitCode, out: out.trim(), err: err.trim() }),
      )
      child.on('error', fail)
    })
  const aws = async (command: string) => {
    const { code, out, err } = await sh(`aws ${command}`)
    equal(code, 0, `aws ${command}: ${err}`)
    return out
  }
  try {
    await play({ simulator, sh, aws })
    deepEqual(simulator.leftovers().strict, [])
  } finally {
    await simulator.close()
  }
}

function toTemplate(ids: readonly string[], lead: string, tags: Readonly<Record<string, string>>): string {
  const resourceArns = ids.map((id) => `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${id}`)
  const template = {
    clientToken: `cli-${lead}-${JSON.stringify(tags).length}`,
    description: 'from a terminal',
    stopConditions: [{ source: 'none' }],
    targets: { spot: { resourceType: 'aws:ec2:spot-instance', resourceArns, selectionMode: 'ALL' } },
    actions: {
      interrupt: {
        actionId: 'aws:ec2:send-spot-instance-interruptions',
        parameters: { durationBeforeInterruption: lead },
        targets: { SpotInstances: 'spot' },
      },
    },
    roleArn: `arn:aws:iam::${ACCOUNT}:role/chaos`,
    tags,
  }
  return `fis create-experiment-template --cli-input-json '${JSON.stringify(template)}' --query experimentTemplate.id --output text`
}

async function interrupt({ aws }: Terminal): Promise<void> {
  equal(await aws('sts get-caller-identity --query Account --output text'), ACCOUNT)
  await aws(`iam create-role --role-name chaos --assume-role-policy-document '${TRUST}'`)
  await aws(`iam put-role-policy --role-name chaos --policy-name send --policy-document '${POLICY}'`)
  const id = await aws(
    "ec2 run-instances --image-id ami-0123456789abcdef0 --instance-type m5.large --instance-market-options MarketType=spot --query 'Instances[0].InstanceId' --output text",
  )
  const state = `ec2 describe-instances --instance-ids ${id} --query 'Reservations[].Instances[].State.Name' --output text`
  await until(() => aws(state), 'running')
  const template = await aws(toTemplate([id], 'PT2M', { team: 'sre' }))
  const experiment = await aws(`fis start-experiment --experiment-template-id ${template} --query experiment.id --output text`)
  await until(() => aws(`fis get-experiment --id ${experiment} --query experiment.state.status --output text`), 'completed')
  await until(() => aws(state), 'terminated')
  const why = `ec2 describe-spot-instance-requests --filters Name=instance-id,Values=${id} --query 'SpotInstanceRequests[].Status.Code' --output text`
  equal(await aws(why), 'instance-terminated-by-experiment')
  await aws(`fis delete-experiment-template --id ${template}`)
}

async function list({ simulator, sh, aws }: Terminal): Promise<void> {
  simulator.seed({
    instances: [{ id: TARGET, region: REGION, tags: { Name: 'web' } }],
    roles: [{ name: 'chaos', policies: { send: JSON.parse(POLICY) } }],
  })
  const found = await aws(
    "ec2 describe-instances --filters Name=tag:Name,Values=w* --query 'Reservations[].Instances[].InstanceId' --output text",
  )
  equal(found, TARGET)
  const first = await aws(toTemplate([TARGET], 'PT15M', { team: 'sre' }))
  const second = await aws(toTemplate([TARGET], 'PT10M', { team: 'somebody else' }))
  equal(await aws('fis list-experiment-templates --page-size 1 --query "experimentTemplates[?tags.team==\'sre\'].id" --output text'), first)
  const paged = JSON.parse(await aws('fis list-experiment-templates --max-items 1')) as { NextToken: string }
  const rest = `fis list-experiment-templates --starting-token ${paged.NextToken} --query 'experimentTemplates[].id' --output text`
  equal(await aws(rest), second)
  const experiment = await aws(`fis start-experiment --experiment-template-id ${first} --query experiment.id --output text`)
  await aws(`fis stop-experiment --id ${experiment}`)
  await until(() => aws(`fis get-experiment --id ${experiment} --query experiment.state.status --output text`), 'stopped')
  match((await sh('aws fis get-experiment --id EXPnothing')).err, /\(ResourceNotFoundException\) when calling the GetExperiment operation/)
  match((await sh(`aws ${toTemplate([TARGET], 'PT1M', {})}`)).err, /\(ValidationException\).*PT2M/)
  match((await sh('aws ec2 describe-instances --instance-ids i-0aaaaaaaaaaaaaaaa')).err, /\(InvalidInstanceID\.NotFound\)/)
}

/** An instance of a group behind a load balancer is ended by hand; and what people ask that is not there. */
async function follow({ simulator, sh, aws }: Terminal): Promise<void> {
  const arn = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/web/0123456789abcdef`
  simulator.setSwitches({ groupHealthSeconds: 10 })
  simulator.seed({
    instances: [{ id: TARGET, region: REGION }],
    autoScalingGroups: [{ name: 'web', region: REGION, members: [{ id: TARGET }], targetGroupArns: [arn] }],
    targetGroups: [{ name: 'web', region: REGION, targets: [{ id: TARGET }], deregistrationDelaySeconds: 20 }],
    clusters: [{ region: REGION, services: [{ name: 'web' }] }],
  })
  await aws(`ec2 terminate-instances --instance-ids ${TARGET}`)
  const members =
    "autoscaling describe-auto-scaling-groups --query 'AutoScalingGroups[0].Instances[?InstanceId!=`i-0123456789abcdef0`].LifecycleState' --output text"
  await until(() => aws(members), 'InService')
  await aws(`elbv2 wait target-in-service --target-group-arn ${arn}`)
  const why = "autoscaling describe-scaling-activities --auto-scaling-group-name web --query 'Activities[0].Cause' --output text"
  match(await aws(why), /an unhealthy instance needing to be replaced/)
  const mine =
    "ec2 describe-instances --filters Name=tag:aws:autoscaling:groupName,Values=web --query 'Reservations[].Instances[].State.Name' --output text"
  deepEqual((await aws(mine)).split(/\s+/).sort(), ['running', 'terminated'])
  equal(
    await aws(
      `elbv2 describe-target-group-attributes --target-group-arn ${arn} --query 'Attributes[?Key==\`deregistration_delay.timeout_seconds\`].Value' --output text`,
    ),
    '20',
  )
  equal(await aws("ecs list-clusters --query 'clusterArns' --output text"), `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/default`)
  match((await sh('aws autoscaling describe-instance-refreshes --auto-scaling-group-name other')).err, /\(ValidationError\)/)
  match((await sh(`aws elbv2 describe-target-health --target-group-arn ${arn}0`)).err, /\(TargetGroupNotFound\)/)
  match((await sh('aws ecs describe-services --cluster other --services web')).err, /\(ClusterNotFoundException\)/)
}

/** What a run left, with ids and without: every command is run as it is printed, `<each of them>` filled in from the one before. */
async function cleanByHand({ simulator, sh, aws }: Terminal): Promise<void> {
  simulator.seed({ instances: [{ id: TARGET, region: REGION }], roles: [{ name: 'chaos', policies: { send: JSON.parse(POLICY) } }] })
  await aws(`iam create-role --role-name left --assume-role-policy-document '${TRUST}'`)
  await aws(`iam put-role-policy --role-name left --policy-name ${POLICY_NAME} --policy-document '${POLICY}'`)
  const known = await aws(toTemplate([TARGET], 'PT15M', {}))
  const unknown = await aws(toTemplate([TARGET], 'PT14M', { [TAG.invocation]: INVOCATION }))
  const start = (template: string) => `fis start-experiment --experiment-template-id ${template} --query experiment.id --output text`
  const first = await aws(start(known))
  await aws(`${start(unknown)} --tags '${JSON.stringify({ [TAG.invocation]: INVOCATION })}'`)
  const entries: readonly Entry[] = [
    { kind: 'experiment', name: 'token-1', id: first },
    { kind: 'experiment', name: 'token-2', templateId: unknown },
    { kind: 'template', name: 'token-3', id: known },
    { kind: 'template', name: 'token-4' },
    { kind: 'role', name: 'left' },
  ]
  for (const entry of entries) await runByHand(sh, toCommands(entry, { region: REGION, invocation: INVOCATION }))
  await until(async () => String(simulator.leftovers().leftovers.length), '0')
}

async function runByHand(sh: Terminal['sh'], commands: readonly string[]): Promise<void> {
  let ids: readonly string[] = []
  for (const command of commands) {
    const filled = command.includes('<each of them>') ? ids.map((id) => command.replace('<each of them>', id)) : [command]
    for (const one of filled) {
      const { code, out, err } = await sh(one)
      equal(code, 0, `${one}: ${err}`)
      if (one.includes('--query')) ids = JSON.parse(out)
    }
  }
}

async function until(look: () => Promise<string>, wanted: string): Promise<void> {
  let seen = ''
  for (let looks = 0; looks < 20; looks++) {
    seen = await look()
    if (seen === wanted) return
    await new Promise((done) => setTimeout(done, 100))
  }
  equal(seen, wanted)
}
