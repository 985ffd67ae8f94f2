/**
 * Kills the built action at every request, and checks what is left in the simulated AWS. First matrix: main is killed at each write, before
 * AWS acts and after, and at the first read of each kind, by SIGKILL and by the runner's cancel; then post runs. Second matrix: post is
 * killed too, at each of its requests, after two kinds of killed mains; then post runs again, or the clean-up action does. Fails when
 * anything is left, or when a resource of somebody else was touched. `npm run crash` prints the totals, `npm run crash -- --table` both
 * matrices; `npm run crash -- --write` keeps the totals in docs/dev/crash.md.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
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
import { fillPage } from './page.ts'

const AT_ONCE = Math.max(2, availableParallelism() * 2)

type Cell = { readonly row: string; readonly column: string; readonly play: () => Promise<Outcome> }
type PlayedCell = Cell & { readonly outcome: Outcome }

const BASES: Readonly<Record<string, Point>> = {
  'start unanswered': { operation: 'fis:StartExperiment', nth: 1, moment: 'after' },
  'experiment known': { operation: 'fis:GetExperiment', nth: 1, moment: 'before' },
}

async function crash(): Promise<void> {
  const { values } = parseArgs({ options: { table: { type: 'boolean' }, write: { type: 'boolean' } } })
  const startMs = performance.now()
  const first = await playAll(await toMainCells())
  const second = await playAll(await toPostCells())
  const wrong = [...first, ...second].filter(({ outcome }) => outcome.wrong.length > 0)
  const totals = describeTotals(first, second)
  if (values.table) console.log(renderMatrices(first, second))
  if (values.write) await fillPage('docs/dev/crash.md', { totals })
  const slowest = Math.max(...first.map(({ outcome }) => outcome.tookMs ?? 0))
  console.log(`${totals}\nThis took ${Math.round((performance.now() - startMs) / 1000)} s.`)
  console.log(`The slowest cancel took ${Math.round(slowest)} ms of the ${PROMISED_MS} ms that are allowed.`)
  for (const { row, column, outcome } of wrong) console.error(`✗ ${row}, ${column}: ${outcome.wrong.join('; ')}`)
  process.exitCode = wrong.length === 0 ? 0 : 1
}

/** Every write of a run, and the first read of each kind. */
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

async function playAll(cells: readonly Cell[]): Promise<readonly PlayedCell[]> {
  const played: PlayedCell[] = []
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

/** Both matrices in one sentence, because the tables of a clean run contain only zeros. */
function describeTotals(first: readonly PlayedCell[], second: readonly PlayedCell[]): string {
  const counts = [...first, ...second].map(({ outcome }) => countWrong(outcome))
  const left = counts.reduce((sum, one) => sum + one.left, 0)
  const touched = counts.reduce((sum, one) => sum + one.touched, 0)
  return [
    `On ${new Date().toISOString().slice(0, 10)}, main was killed ${first.length} times and post ${second.length} times:`,
    `${left} resources were left in AWS, and ${touched} resources of others were touched.`,
  ].join(' ')
}

function renderMatrices(first: readonly PlayedCell[], second: readonly PlayedCell[]): string {
  return [
    'Each cell: resources left / resources of others touched.',
    'Main is killed, then post runs:',
    renderMatrix(first),
    'Post is killed too, then post runs again, or the clean-up action does:',
    renderMatrix(second),
  ].join('\n\n')
}

function renderMatrix(played: readonly PlayedCell[]): string {
  const columns = [...new Set(played.map(({ column }) => column))]
  const rows = [...new Set(played.map(({ row }) => row))]
  const cell = (row: string, column: string) => {
    const found = played.find((one) => one.row === row && one.column === column)
    return found === undefined ? '' : show(found.outcome)
  }
  return markdownTable([['', ...columns], ...rows.map((row) => [row, ...columns.map((column) => cell(row, column))])])
}

function show(outcome: Outcome): string {
  const { left, touched } = countWrong(outcome)
  return left + touched === 0 ? '0 / 0' : `**${left} / ${touched}**`
}

/** Counts the faults of a cell. Each fault that is not a touched resource counts as left. */
function countWrong({ wrong }: Outcome): { readonly left: number; readonly touched: number } {
  const touched = wrong.filter((one) => one.startsWith('touched')).length
  return { left: wrong.length - touched, touched }
}

await crash()
