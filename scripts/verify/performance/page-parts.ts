/** The parts of docs/performance.md, and of the README, that come from the raw values. */
import { markdownTable } from 'markdown-table'
import { findMissed, LAG_KINDS, type LagFile, type LagKind, LIMITS, summarise } from './lag-shapes.ts'
import { type Files, SPACE, toDay } from './page-files.ts'
import { growthPart } from './page-growth.ts'
import { medianOf, rivalsPart } from './page-rivals.ts'
import type { Check, ContenderId, RivalsFile } from './shapes.ts'

const NONE = 'No figures are kept yet.'

/** The pictures of the charts, by the names of their parts. */
export type Pictures = Readonly<Partial<Record<'rivals' | 'lag' | 'growth', string>>>

/** The parts of docs/performance.md by their names. */
export function renderParts(files: Files, pictures: Pictures): Readonly<Record<string, string>> {
  const { rivals, lag, growth } = files
  const withPicture = (name: keyof Pictures, text: string) => [pictures[name] ?? '', text].filter((part) => part !== '').join('\n\n')
  return {
    machine: machinePart(files),
    rivals: rivals === undefined ? missing('rivals') : withPicture('rivals', rivalsPart(rivals)),
    lag: lag === undefined ? missing('lag') : withPicture('lag', lagPart(lag)),
    growth: growth === undefined ? missing('growth') : withPicture('growth', growthPart(growth)),
    limits: limitsPart(files),
    method: methodPart(files),
  }
}

/** The three figures of the README; empty if they have not been measured. */
export function renderFigures({ rivals, lag }: Files): string {
  if (rivals === undefined || lag === undefined) return ''
  const median = (id: ContenderId, of: Parameters<typeof medianOf>[1]) => medianOf(findContender(rivals, id), of)
  const ratio = median('scripts', ({ cpu }) => cpu) / median('ours-experiment', ({ cpu }) => cpu)
  const departure = summarise(lag.exact.departure)
  return [
    `Measured against the simulated AWS on ${toDay(rivals)}, without network delay:`,
    '',
    `- A run until the proved interruption takes ${median('ours-interruption', ({ overhead }) => overhead).toFixed(1)} s more than FIS and EC2 take.`,
    `- A run that waits for FIS uses ${median('ours-experiment', ({ cpu }) => cpu).toFixed(2)} s of processor time. Shell scripts on the AWS CLI use ${ratio.toFixed(0)} times as much.`,
    `- A target that leaves when its interruption is due is noticed after ${(departure.median / 1000).toFixed(1)} s (median of ${lag.exact.departure.length} runs).`,
  ].join('\n')
}

function findContender({ contenders }: RivalsFile, id: ContenderId) {
  const found = contenders.find((one) => one.id === id)
  if (found === undefined) throw new Error(`docs/performance/rivals.json has no ${id}`)
  return found
}

function missing(name: string): string {
  return `${NONE} \`npm run bench -- ${name} --write\` measures and keeps them.`
}

function machinePart({ rivals, lag, growth }: Files): string {
  const rows = [rivals, lag, growth].flatMap((file) => {
    if (file === undefined) return []
    const { cpu, cores, memoryMb, platform, node } = file.machine
    const raw = `[${file.kind}.json](performance/${file.kind}.json)`
    return [[raw, toDay(file), `${cores} × ${cpu}`, `${(memoryMb / 1024).toFixed(0)} GB`, platform, node]]
  })
  if (rows.length === 0) return NONE
  return markdownTable([['raw values', 'measured', 'processor', 'memory', 'system', 'Node'], ...rows])
}

function lagPart({ exact, real }: LagFile): string {
  const row = (time: string, kind: LagKind, lags: readonly number[]) => {
    const seen = summarise(lags)
    const values = SHARES.map((name) => withLimit(seen[name], LIMITS[kind][name]))
    const limited = Object.keys(LIMITS[kind]).length > 0
    return [LAG_KINDS[kind], time, String(lags.length), ...values, limited ? mark(findMissed(kind, lags).length === 0) : '']
  }
  const rows = (Object.keys(LAG_KINDS) as LagKind[]).flatMap((kind) => [
    ...(kind in exact ? [row('simulated', kind, exact[kind as keyof typeof exact])] : []),
    ...(kind in real ? [row('real', kind, real[kind as keyof typeof real])] : []),
  ])
  return markdownTable([['change', 'time', 'runs', 'median', '95 % within', 'longest', 'kept'], ...rows])
}

const SHARES = ['median', 'p95', 'most'] as const

function withLimit(ms: number, limit: number | undefined): string {
  return limit === undefined ? toSeconds(ms) : `${toSeconds(ms)} (≤ ${limit / 1000})`
}

function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)}${SPACE}s`
}

function limitsPart({ rivals, growth }: Files): string {
  const rows = [...(rivals?.checks ?? []), ...(growth?.checks ?? [])].map(toCheckRow)
  return rows.length === 0 ? NONE : markdownTable([['limit', 'measured', 'allowed', 'kept', 'the bench fails above'], ...rows])
}

function toCheckRow({ name, value, limit, unit, met, slack }: Check): readonly string[] {
  const shown = (one: number) => `${round(one)}${SPACE}${unit}`
  return [name, shown(value), shown(limit), mark(met), slack === null ? '' : shown(limit * slack)]
}

function mark(kept: boolean): string {
  return kept ? '✓' : '✗'
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)))
}

function methodPart({ rivals, lag, growth }: Files): string {
  const lists = [rivals, lag, growth].flatMap((file) => {
    if (file === undefined) return []
    const terms = Object.entries(file.method).map(([term, text]) => `- **${term}**: ${text}`)
    return [[`### ${TITLES[file.kind]}`, '', ...terms].join('\n')]
  })
  return lists.length === 0 ? NONE : lists.join('\n\n')
}

const TITLES = { rivals: 'Side by side: terms', lag: 'How soon a change is noticed: terms', growth: 'How a run grows: terms' } as const
