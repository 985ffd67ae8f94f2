import type { SeedInput } from '../admin/seed-schema.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from '../server.ts'
import { EVERY, parseScenario, type Scenario } from './scenario.ts'
import { type Settings, toInstanceIds } from './settings.ts'

export type Opened = { readonly simulator: Simulator; readonly instanceIds: readonly string[] }
export type Refused = { readonly problems: readonly string[] }

/** The policy that the experiment role needs. https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html */
const POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['ec2:SendSpotInstanceInterruptions', 'ec2:DescribeInstances'], Resource: '*' }],
}
/** How many more instances the group may launch, because a replacement can start before the replaced instance ends. */
const SPARE = 10
/** The tag that Auto Scaling gives to the instances of a group. */
const GROUP_TAG = 'aws:autoscaling:groupName'

type Wanted = Omit<Settings, 'speed' | 'run' | 'parent'>

/** Starts a simulator with the resources of a rehearsal. Returns the problems of a bad scenario instead; nothing listens then. */
export async function openRehearsal(wanted: Wanted, options: SimulatorOptions): Promise<Opened | Refused> {
  const parsed = parseScenario(wanted.scenario ?? '', wanted.region)
  if ('problems' in parsed) return parsed
  const simulator = await startSimulator(options)
  const { scenario, seedsRoles } = parsed
  const ids = toInstanceIds(wanted.instances)
  simulator.setSwitches(scenario.switches)
  simulator.seed(toSeed(seedsRoles ? { ...wanted, role: null } : wanted))
  simulator.seed(scenario.seed)
  simulator.setScript(toScript(scenario, [...ids, ...scenario.seed.instances.map(({ id }) => id)]))
  simulator.setFaults(scenario.faults)
  return { simulator, instanceIds: ids }
}

function toSeed({ instances, region, tags, autoScalingGroup: name, role }: Wanted): SeedInput {
  const ids = toInstanceIds(instances)
  const own = name === null ? tags : { ...tags, [GROUP_TAG]: name }
  return {
    instances: ids.map((id, at) => ({ id, region, zone: `${region}${at % 2 === 0 ? 'a' : 'b'}`, tags: own })),
    autoScalingGroups: name === null ? [] : [{ name, region, maxSize: ids.length + SPARE, members: ids.map((id) => ({ id })) }],
    roles: role === null ? [] : [{ name: role, policies: { FISSpotInterruptionsMinimal: POLICY } }],
  }
}

/** Resolves `every`: an actor without an instance id acts on each instance. */
function toScript({ actors }: Pick<Scenario, 'actors'>, ids: readonly string[]): Parameters<Simulator['setScript']>[0] {
  return actors.flatMap((one) => ('instance' in one && one.instance === EVERY ? ids.map((instance) => ({ ...one, instance })) : [one]))
}
