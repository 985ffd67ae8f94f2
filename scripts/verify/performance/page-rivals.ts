/** The contenders as tables of docs/performance.md. */
import { markdownTable } from 'markdown-table'
import { SPACE, toRounds } from './page-files.ts'
import type { ContenderRecord, EndedRun, RivalRun, RivalsFile, WaitsFor } from './shapes.ts'
import { median } from './statistics.ts'

const WAITS: Readonly<Record<WaitsFor, string>> = {
  experiment: 'end of the experiment',
  interruption: 'departure',
  clock: 'end, then 2 minutes',
}

/** The median over the runs of a contender; NaN without runs. */
export function medianOf({ runs }: Pick<ContenderRecord, 'runs'>, of: (run: RivalRun) => number): number {
  return median(runs.map(of))
}

export function rivalsPart({ contenders, skipped, rounds, duration, delayMs }: RivalsFile): string {
  return [
    `${toRounds(rounds)} each; \`duration\` ${duration}. “Slow network” adds ${delayMs} ms to each call.`,
    toFigures(contenders),
    ...contenders.flatMap(({ title, version }) => (version === null ? [] : [`${title}: ${version}.`])),
    'How each ends after Ctrl-C while the experiment runs, and when the experiment fails:',
    toEnds(contenders),
    ...skipped.map(({ title, why }) => `${title} was skipped. ${why}`),
  ].join('\n\n')
}

function toFigures(contenders: readonly ContenderRecord[]): string {
  const head = ['contender', 'waits for', 'wall', 'FIS and EC2', 'overhead', 'to notice', 'CPU', 'peak memory', 'calls', 'asks EC2']
  const rows = contenders.map((one) => {
    const seconds = (of: (run: RivalRun) => number, digits = 1) => toSeconds(medianOf(one, of), digits)
    return [
      one.title,
      WAITS[one.waitsFor],
      seconds(({ wall }) => wall),
      seconds(({ aws }) => aws),
      seconds(({ overhead }) => overhead, 2),
      seconds(({ noticing }) => noticing ?? Number.NaN, 2),
      seconds(({ cpu }) => cpu, 2),
      `${medianOf(one, ({ memoryMb }) => memoryMb).toFixed(0)}${SPACE}MB`,
      String(medianOf(one, ({ calls }) => Object.values(calls).reduce((sum, count) => sum + count, 0))),
      one.runs.some(({ watchesEc2 }) => watchesEc2) ? 'yes' : 'no',
    ]
  })
  return markdownTable([head, ...rows])
}

function toEnds(contenders: readonly ContenderRecord[]): string {
  const rows = contenders.flatMap(({ title, cancelled, failed }) =>
    cancelled === null && failed === null ? [] : [[title, ...toEnded(cancelled), ...toEnded(failed)]],
  )
  return markdownTable([['contender', 'Ctrl-C', 'left in AWS', 'failed experiment', 'left in AWS'], ...rows])
}

function toEnded(ended: EndedRun | null): readonly [string, string] {
  if (ended === null) return ['', '']
  const { code, signal, tookSeconds, left } = ended
  const how = code === null ? `ended by ${signal}` : `exit code ${code}`
  return [`${how} after ${tookSeconds.toFixed(1)}${SPACE}s`, left.length === 0 ? 'nothing' : left.join(', ')]
}

function toSeconds(value: number, digits: number): string {
  return Number.isNaN(value) ? '–' : `${value.toFixed(digits)}${SPACE}s`
}
