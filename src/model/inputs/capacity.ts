import {
  type Capacity,
  type CapacityRules,
  describeBadCapacities,
  MAX_CAPACITIES,
  parseCapacities,
  readTargetGroupRegion,
} from '../capacity/source.ts'
import { toIso } from '../duration.ts'
import type { Mode } from '../mode.ts'
import { plural } from '../plural.ts'
import { field, optional, type ParsedFields, type Problem, span } from './field.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** The inputs that are about the fleet: whether it is back, and whether something reacted. */
export const CAPACITY_FIELDS = {
  capacity: {
    ...field<readonly Capacity[]>(
      '',
      `at most ${MAX_CAPACITIES}, one a line: \`name=asg:GROUP\`, \`name=asg:auto\`, \`name=target-group:ARN\`, \`name=ecs:CLUSTER/SERVICE\` or \`name=tags:key=value\`; names unique, of 1 to 40 letters, digits, \`_\` and \`-\``,
      parseCapacities,
    ),
    show: describeBadCapacities,
  },
  'react-within': optional(span('', SECOND, 15 * MINUTE)),
} as const

type Parsed = ParsedFields<typeof CAPACITY_FIELDS>
type Given = Partial<Parsed> & {
  readonly region?: string
  readonly mode?: Mode
  readonly probes?: readonly unknown[]
  readonly 'wait-for'?: 'interruption' | 'experiment'
}

/** Problems between inputs that are good by themselves. */
export function findCapacityProblems(parsed: Given): readonly Problem[] {
  const { capacity = [], region, mode, 'wait-for': waitFor } = parsed
  const stray = capacity.flatMap(({ source }) => (source.by === 'target-group' ? [source.arn] : [])).filter((arn) => isStray(arn, region))
  const unwatched = capacity.length > 0 && mode === 'interruption' && waitFor === 'experiment'
  return [
    ...stray.map((given) => ({ input: 'capacity', given, allowed: `target groups of the region ${region}` })),
    ...(unwatched
      ? [
          {
            input: 'capacity',
            given: plural(capacity.length, 'capacity', 'capacities'),
            allowed: 'none with `wait-for: experiment`: the interruption comes after that wait',
          },
        ]
      : []),
    ...findIdleReaction(parsed),
  ]
}

function isStray(arn: string, region: string | undefined): boolean {
  return region !== undefined && readTargetGroupRegion(arn) !== region
}

/** Refuses a limit without anything to judge, because it would always pass. */
function findIdleReaction({ capacity, probes, 'react-within': withinMs }: Given): readonly Problem[] {
  if (capacity?.length !== 0 || probes?.length !== 0 || withinMs === undefined || withinMs === null) return []
  const allowed = 'nothing while `probes` and `capacity` are empty: there is nothing to judge'
  return [{ input: 'react-within', given: toIso(withinMs), allowed }]
}

/** The rules for the capacities; undefined without any. `times` come from inputs that probes and capacities share. */
export function toCapacityRules({ capacity }: Parsed, times: Omit<CapacityRules, 'capacities'>): CapacityRules | undefined {
  return capacity.length === 0 ? undefined : { capacities: capacity, ...times }
}
