/** The cells of the bench on growth, and the simulated AWS of each. */
import type { SeedInput } from '../../../simulator/admin/seed-schema.ts'
import { POLICY, REGION } from './bench-account.ts'
import type { GrowthCell } from './shapes.ts'

export type Cell = Pick<GrowthCell, 'instances' | 'duration' | 'probes' | 'capacity'>

export const DURATIONS = ['PT2M', 'PT15M'] as const
const INSTANCES = [1, 5, 50]
const PROBES = [0, 20]
const CAPACITIES = [0, 3]
/** The number of members of the group in addition to the targets. */
const OTHERS = 3
const GROUP = 'web'
const TARGET_GROUP = `arn:aws:elasticloadbalancing:${REGION}:123456789012:targetgroup/${GROUP}/0123456789abcdef`
const SOURCES = [`group=asg:${GROUP}`, `healthy=target-group:${TARGET_GROUP}`, `tagged=tags:app=${GROUP}`]

/** Duration, instances, probes and sources of capacity: `PT2M/50/20/3`. */
export function nameCell({ duration, instances, probes, capacity }: Cell): string {
  return [duration, instances, probes, capacity].join('/')
}

/** The cells whose name begins with one of the prefixes, part by part; all of them without prefixes. Throws for a prefix that fits none. */
export function selectCells(prefixes: readonly string[]): readonly Cell[] {
  const cells = DURATIONS.flatMap((duration) =>
    INSTANCES.flatMap((instances) => PROBES.flatMap((probes) => CAPACITIES.map((capacity) => ({ duration, instances, probes, capacity })))),
  )
  const fits = (cell: Cell, prefix: string) => `${nameCell(cell)}/`.startsWith(`${prefix}/`)
  const unknown = prefixes.filter((prefix) => !cells.some((cell) => fits(cell, prefix)))
  if (unknown.length > 0)
    throw new Error(`No cell begins with ${unknown.join(', ')}. Cells have names such as ${nameCell(cells[0] as Cell)}.`)
  return cells.filter((cell) => prefixes.length === 0 || prefixes.some((prefix) => fits(cell, prefix)))
}

export function idsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `i-${(index + 1).toString(16).padStart(17, '0')}`)
}

/**
 * The seed of a cell: its targets. With capacity, the targets and three more instances are members of a group behind a load balancer, and
 * the group replaces lost members.
 */
export function seedCell({ instances, capacity }: Cell): SeedInput {
  const roles = [{ name: 'FIS-SpotMinimalRole', policies: { bench: POLICY } }]
  if (capacity === 0) return { roles, instances: idsOf(instances).map((id) => ({ id, region: REGION })) }
  const ids = idsOf(instances + OTHERS)
  const tags = { app: GROUP, 'aws:autoscaling:groupName': GROUP }
  return {
    roles,
    instances: ids.map((id) => ({ id, region: REGION, tags })),
    autoScalingGroups: [
      {
        name: GROUP,
        region: REGION,
        maxSize: ids.length * 2,
        members: ids.map((id) => ({ id })),
        targetGroupArns: [TARGET_GROUP],
        tags: { app: GROUP },
      },
    ],
    targetGroups: [{ name: GROUP, region: REGION, arn: TARGET_GROUP, targets: ids.map((id) => ({ id })) }],
  }
}

/** The inputs of the action for a cell; `url` is the address of the probes. */
export function toInputs({ instances, duration, probes, capacity }: Cell, url: string): Readonly<Record<string, string>> {
  const addresses = Array.from({ length: probes }, (_, index) => `p${index}=${url}/${index}`)
  return {
    'instance-id': idsOf(instances).join('\n'),
    'max-targets': String(instances),
    region: REGION,
    duration,
    ...(probes === 0 ? {} : { probes: addresses.join('\n') }),
    ...(capacity === 0 ? {} : { capacity: SOURCES.slice(0, capacity).join('\n'), 'recovery-timeout': '15m' }),
  }
}
