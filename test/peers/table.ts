import { markdownTable } from 'markdown-table'

export type Result = 'ok' | 'failed' | 'skipped'

/** One scenario that a foreign program judged. `why` is empty when it is ok. */
export type Row = {
  readonly peer: string
  readonly version: string
  readonly scenario: string
  readonly result: Result
  readonly why: string
  readonly tookMs: number
}

/** A scenario fails by throwing, and says in words what was seen and what was expected. */
export type Scenario = { readonly name: string; readonly run: () => Promise<void> }

export async function play(peer: string, version: string, scenario: Scenario): Promise<Row> {
  const startMs = performance.now()
  const base = { peer, version, scenario: scenario.name }
  const took = () => Math.round(performance.now() - startMs)
  try {
    await scenario.run()
    return { ...base, result: 'ok', why: '', tookMs: took() }
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    return { ...base, result: 'failed', why, tookMs: took() }
  }
}

/** The table of docs/dev/peers.md. It has no times, so that it stays the same from run to run. */
export function renderTable(rows: readonly Row[]): string {
  return markdownTable([
    ['peer', 'version', 'scenario', 'result'],
    ...rows.map(({ peer, version, scenario, result }) => [peer, version, scenario, result]),
  ])
}

/** For the terminal: with times, and the reasons under the table. */
export function renderReport(rows: readonly Row[]): string {
  const table = markdownTable([
    ['peer', 'version', 'scenario', 'result', 'seconds'],
    ...rows.map((row) => [row.peer, row.version, row.scenario, row.result, (row.tookMs / 1000).toFixed(1)]),
  ])
  const reasons = rows.filter(({ result }) => result !== 'ok').map((row) => `${MARKS[row.result]} ${row.peer}, ${row.scenario}: ${row.why}`)
  const count = (result: Result) => rows.filter((row) => row.result === result).length
  return [table, ...reasons, `${count('ok')} passed, ${count('failed')} failed, ${count('skipped')} skipped`].join('\n\n')
}

const MARKS: Readonly<Record<Result, string>> = { ok: '✓', failed: '✗', skipped: '⚠ SKIPPED:' }
