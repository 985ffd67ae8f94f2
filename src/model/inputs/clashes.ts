import { toIso } from '../duration.ts'
import { SHORTEST_DURATION_MS } from '../fis.ts'
import type { Mode } from '../mode.ts'

/** The inputs that these rules read, parsed; one that could not be parsed is absent. Times in milliseconds. */
type Clashing = {
  readonly mode?: Mode
  readonly duration?: number
  readonly timeout?: number | null
  readonly probes?: readonly unknown[]
  readonly capacity?: readonly unknown[]
  readonly 'role-arn'?: string | null
  readonly 'create-role'?: boolean
  readonly 'delete-role'?: boolean
  readonly 'rebalance-fallback'?: 'none' | 'early-stop'
  readonly 'require-verdict'?: boolean
  readonly 'dry-run'?: boolean
}

type Clash = readonly [input: keyof Clashing, allowed: string]

/** Finds inputs that are good by themselves but may not be combined: the name of each, and what is allowed. */
export function findClashes(parsed: Clashing): readonly Clash[] {
  const { timeout, duration = 0, mode, probes, capacity } = parsed
  const rules: readonly (readonly [boolean, ...Clash])[] = [
    [
      parsed['delete-role'] === true && typeof parsed['role-arn'] === 'string',
      'delete-role',
      '`false` together with `role-arn`: a role that this run did not create is never deleted',
    ],
    [
      parsed['delete-role'] === true && parsed['create-role'] === false,
      'delete-role',
      '`false` together with `create-role: false`: with `true` the run creates a role of its own',
    ],
    [typeof timeout === 'number' && mode !== 'rebalance' && timeout < duration, 'timeout', `at least the duration, ${toIso(duration)}`],
    [
      parsed['rebalance-fallback'] === 'early-stop' && mode === 'interruption',
      'rebalance-fallback',
      '`none` together with `mode: interruption`',
    ],
    [
      mode === 'rebalance' && duration !== 0 && duration !== SHORTEST_DURATION_MS,
      'duration',
      `\`${toIso(SHORTEST_DURATION_MS)}\`, the default, together with \`mode: rebalance\`: nothing is interrupted`,
    ],
    [
      parsed['require-verdict'] === true && probes?.length === 0 && capacity?.length === 0 && parsed['dry-run'] !== true,
      'require-verdict',
      '`false` where nothing is judged: give `probes` or `capacity`, or leave it out',
    ],
  ]
  return rules.flatMap(([broken, input, allowed]) => (broken ? [[input, allowed] as const] : []))
}
