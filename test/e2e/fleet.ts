/**
 * A simulated fleet that lives: an Auto Scaling group, the target group in front of it, an ECS service on it, and a run that judges all.
 * `CAPACITY_RUNS=10` runs each of its tests ten times.
 */
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { POLICY, play, REGION, ROLE, type RunOptions, type SeedResources, TARGET } from './scenario.ts'

/** The numbers of the runs. */
export const RUNS = Array.from({ length: Number(process.env.CAPACITY_RUNS ?? 1) }, (_, at) => at + 1)
export const OTHERS = ['i-0123456789abcdef1', 'i-0123456789abcdef2']
export const ALL = [TARGET, ...OTHERS]
/** An instance that belongs to nothing but the target group `stray`. */
export const STRAY = 'i-0123456789abcdef9'
export const arnOf = (name: string) => `arn:aws:elasticloadbalancing:${REGION}:123456789012:targetgroup/${name}/0123456789abcdef`
export const SOURCES = {
  group: 'asg:web',
  auto: 'asg:auto',
  balanced: `target-group:${arnOf('web')}`,
  tasks: 'ecs:shop/web',
  tagged: 'tags:app=web',
}
const EVERYTHING = lines(SOURCES)

type Group = NonNullable<SeedResources['autoScalingGroups']>[number]
type Cluster = NonNullable<SeedResources['clusters']>[number]

export function lines(sources: Readonly<Record<string, string>>): string {
  return Object.entries(sources)
    .map(([name, source]) => `${name}=${source}`)
    .join('\n')
}

/** Three members, one of them the target, and a fourth instance that belongs to nothing. */
export function fleet(group: Partial<Group> = {}, cluster: Partial<Cluster> = {}): SeedResources {
  const tags = { app: 'web', 'aws:autoscaling:groupName': 'web' }
  return {
    instances: [...ALL.map((id) => ({ id, region: REGION, tags })), { id: STRAY, region: REGION }],
    roles: [{ name: ROLE, policies: { FISSpotInterruptionsMinimal: POLICY } }],
    autoScalingGroups: [
      { name: 'web', region: REGION, members: ALL.map((id) => ({ id })), targetGroupArns: [arnOf('web')], tags: { app: 'web' }, ...group },
      { name: 'stray', region: REGION, members: [] },
    ],
    targetGroups: [
      {
        name: 'web',
        region: REGION,
        arn: arnOf('web'),
        healthCheckIntervalSeconds: 10,
        healthyThresholdCount: 2,
        targets: ALL.map((id) => ({ id })),
      },
      { name: 'stray', region: REGION, arn: arnOf('stray'), targets: [{ id: STRAY }] },
    ],
    clusters: [
      {
        name: 'shop',
        region: REGION,
        autoScalingGroups: ['web'],
        tasksPerInstance: 1,
        services: [
          { name: 'web', desiredCount: 3 },
          { name: 'agent', desiredCount: 3, schedulingStrategy: 'DAEMON' },
        ],
        containerInstances: ALL.map((instanceId, at) => ({ id: `host${at}`, instanceId, spotDraining: cluster.spotDraining ?? false })),
        tasks: ALL.map((_, at) => ({ id: `task${at}`, service: 'web', containerInstance: `host${at}` })),
        ...cluster,
      },
    ],
  }
}

export type Shown = {
  readonly back: boolean | null
  readonly affected: boolean | null
  readonly replacements: readonly { id: string }[]
  readonly lost: string[]
}

export async function judge(options: RunOptions) {
  const RUNNER_TEMP = await mkdtemp(join(tmpdir(), 'spot-capacity-'))
  const inputs = { 'instance-id': TARGET, capacity: EVERYTHING, ...options.inputs }
  const played = await play({ seed: fleet(), ...options, env: { RUNNER_TEMP }, inputs })
  const { outputs } = played.main
  const report = outputs.report ? JSON.parse(await readFile(outputs.report, 'utf8')) : undefined
  const capacities: Record<string, Shown> = Object.fromEntries((report?.capacities ?? []).map((one: { name: string }) => [one.name, one]))
  const backs = Object.fromEntries(Object.entries(capacities).map(([name, { back }]) => [name, back]))
  return { played, outputs, report, capacities, backs }
}

/** Its group replaces on the signal, and a hook gives the old member time; `spotDraining`: its ECS agents drain on the signal, too. */
export const rebalancing = (spotDraining: boolean) =>
  fleet({ capacityRebalance: true, hooks: [{ name: 'drain', transition: 'terminating' }] }, { spotDraining })

/** What every capacity came to, where all came to the same. */
export const all = (value: boolean) => Object.fromEntries(Object.keys(SOURCES).map((name) => [name, value]))
