/**
 * Kills the built action everywhere, and looks what is left. First matrix: main, at every write of a run before AWS acts and after, and at
 * each kind of read, by SIGKILL and by the runner's cancel; then post. Second matrix: post itself, at each of its requests, after two
 * kinds of killed mains; then post again, or the clean-up action. Prints both tables and fails on anything that is left, or of others
 * and touched. `npm run crash`; `npm run crash -- --write` keeps the tables in docs/crash.md.
 */
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { markdownTable } from 'markdown-table'
import {
  findPoints,
  isWrite,
  journalOfMain,
  journalOfPost,
  type Outcome,
  type Point,
  PROMISED_MS,
  playMain,
  playPost,
  playStop,
} from '../../test/crash/cell.ts'

const page = resolve(import.meta.dirname, '../../docs/crash.md')
const AT_ONCE = Math.max(2, availableParallelism() * 2)

type Cell = { readonly row: string; readonly column: string; readonly play: () => Promise<Outcome> }
type Played = Cell & { readonly outcome: Outcome }

const BASES: Readonly<Record<string, Point>> = {
  'start unanswered': { operation: 'fis:StartExperiment', nth: 1, moment: 'after' },
  'experiment known': { operation: 'fis:GetExperiment', nth: 1, moment: 'before' },
}

async function crash(): Promise<void> {
  const startMs = performance.now()
  const first = await playAll(await toMainCells())
  const second = await playAll(await toPostCells())
  const played = [...first, ...second]
  const wrong = played.filter(({ outcome }) => outcome.wrong.length > 0)
  const text = render(first, second)
  console.log(text)
  if (process.argv.includes('--write')) await writeFile(page, text)
  const slowest = Math.max(...first.map(({ outcome }) => outcome.tookMs ?? 0))
  console.log(
    `${played.length} cells in ${Math.round((performance.now() - startMs) / 1000)} s; slowest cancel ${Math.round(slowest)} ms of ${PROMISED_MS}`,
  )
  for (const { row, column, outcome } of wrong) console.error(`✗ ${row}, ${column}: ${outcome.wrong.join('; ')}`)
  process.exitCode = wrong.length === 0 ? 0 : 1
}

/** Every write of a run, and of each kind of read the first. */
async function toMainCells(): Promise<readonly Cell[]> {
  const points = await findPoints(await journalOfMain())
  const reads = points.filter(({ operation, nth }) => !isWrite(operation) && nth === 1)
  const chosen = [
    ...reads.sort((one, other) => one.operation.localeCompare(other.operation)),
    ...points.filter(({ operation }) => isWrite(operation)),
  ]
  const cells = chosen.flatMap((point) =>
    (['kill', 'cancel'] as const).map((how) => ({
      row: nameOf(point),
      column: `${WORDS[how]}, ${point.moment}`,
      play: () => playMain(point, how),
    })),
  )
  const stops = (['before', 'after'] as const).map((moment) => ({
    row: 'fis:StopExperiment of a cancelled main',
    column: `SIGKILL, ${moment}`,
    play: () => playStop(moment),
  }))
  return [...cells, ...stops]
}

const WORDS = { kill: 'SIGKILL', cancel: 'cancel' } as const

async function toPostCells(): Promise<readonly Cell[]> {
  const cells = Object.entries(BASES).map(async ([name, base]) => {
    const points = await findPoints(await journalOfPost(base))
    return points.flatMap((point) =>
      (['post', 'sweep'] as const).map((then) => ({
        row: `${name}: ${nameOf(point)}`,
        column: `${point.moment}, then ${then}`,
        play: () => playPost(base, point, then),
      })),
    )
  })
  return (await Promise.all(cells)).flat()
}

function nameOf({ operation, nth }: Point): string {
  return nth === 1 ? operation : `${operation} (${nth})`
}

async function playAll(cells: readonly Cell[]): Promise<readonly Played[]> {
  const played: Played[] = []
  const queue = [...cells.entries()]
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [at, cell] = next
      const outcome = await cell.play().catch((thrown: unknown): Outcome => ({ wrong: [String(thrown)] }))
      played[at] = { ...cell, outcome }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return played
}

function render(first: readonly Played[], second: readonly Played[]): string {
  return `${[
    '# Killed everywhere',
    'Made by `npm run crash`, which fails on any other number than 0. The built action runs against the simulated AWS and is killed while a request',
    'of its is held: *before* AWS acts on it, or *after* it did and before the reply. Each cell: what is left / what of others was touched.',
    '## Main is killed, then post runs',
    'At every write of a run, and at each kind of read. *cancel* is what the runner does: SIGINT, SIGTERM after 7.5 s, SIGKILL after 10 s; main ends',
    'by itself within 5.',
    table(first),
    '## Post is killed, too, then it runs again, or the clean-up action does',
    'After a main that was killed while its start was unanswered, and one that was killed when it knew its experiment.',
    table(second),
  ]
    .join('\n\n')
    .replaceAll('request\n\nof its', 'request\nof its')
    .replaceAll('main ends\n\nby itself', 'main ends\nby itself')}\n`
}

function table(played: readonly Played[]): string {
  const columns = [...new Set(played.map(({ column }) => column))]
  const rows = [...new Set(played.map(({ row }) => row))]
  const cell = (row: string, column: string) => {
    const found = played.find((one) => one.row === row && one.column === column)
    return found === undefined ? '' : show(found.outcome)
  }
  return markdownTable([['', ...columns], ...rows.map((row) => [row, ...columns.map((column) => cell(row, column))])])
}

function show({ wrong }: Outcome): string {
  if (wrong.length === 0) return '0 / 0'
  const touched = wrong.filter((one) => one.startsWith('touched')).length
  return `**${wrong.length - touched} / ${touched}**`
}

await crash()
