import { markdownTable } from 'markdown-table'
import { plural } from '../model/plural.ts'
import { findLeftBehind, isKept, type JournalEntry, type RehearsalLeftover, type Rehearsed } from '../model/rehearsed.ts'
import { toCode, toMarkdown } from './escape.ts'

/** GitHub drops a whole summary above 1 MiB; a line of the journal has less than 1 KB. */
const MOST_LINES = 500
const MOST_NAMES = 50

/** The error of the post step if the simulator does not answer. */
export const LOST =
  'The simulated AWS does not answer at the end of the job, so nobody knows what the job left in it. Something has ended it: a step of the job, or the machine.'

/** The job summary if the simulated AWS did not answer the post step. */
export function renderLost(): string {
  return '## ❌ Rehearsal: lost\n\nThe simulated AWS did not answer at the end of the job.\n'
}

/** The error that names what the job left behind; '' if it left nothing. */
export function judgeRehearsal(rehearsed: Rehearsed): string {
  const left = findLeftBehind(rehearsed)
  if (left.length === 0) return ''
  const names = left.slice(0, MOST_NAMES).map(({ kind, id }) => `${kind} ${id}`)
  return `The job left something behind in the simulated AWS: ${names.join(', ')}${more(left)}. On AWS it would still be there.`
}

/** The summary of a rehearsed job: what is left, which instances it hit, and every call. */
export function renderRehearsal(rehearsed: Rehearsed): string {
  const { journal } = rehearsed
  const left = findLeftBehind(rehearsed)
  const failed = journal.filter(({ status }) => status === null || status >= 400).length
  return `${[
    left.length === 0 ? '## 🎭 Rehearsal: nothing left behind' : `## ❌ Rehearsal: left behind: ${joinLeft(left)}`,
    'All calls of this job went to a simulated AWS, and nothing real was interrupted. The job made:',
    markdownTable([
      ['', ''],
      ['Calls', `${plural(journal.length, 'call')}, ${failed === 0 ? 'none' : failed} without success`],
      ...toRows(rehearsed),
    ]),
    ...(journal.length === 0 ? [] : [`<details><summary>Journal</summary>\n\n${renderJournal(journal)}\n\n</details>`]),
  ].join('\n\n')}\n`
}

function toRows({ leftovers, interrupted, foreignTouched, strict }: Rehearsed): readonly (readonly string[])[] {
  const kept = leftovers.filter(isKept)
  const hit = interrupted.map(({ id, how, at }) => `${toCode(id)} (${toMarkdown(how)} at ${toTime(at)})`)
  const touched = foreignTouched.map(({ operation, kind = '', id = '' }) => `${toMarkdown(`${operation} ${kind}`)} ${toCode(id)}`)
  const unknown = strict.map(({ service, operation, what, name }) => toMarkdown(`${service} ${operation}: ${what} ${name}`))
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['Interrupted by an experiment', hit],
    ['Kept for later runs', kept.map(toName)],
    ['Touched, though not made by the job', touched],
    ['Asked for, but not simulated', unknown],
  ]
  return rows
    .filter(([, names]) => names.length > 0)
    .map(([title, names]) => [title, `${names.slice(0, MOST_NAMES).join('<br>')}${more(names)}`])
}

/** Equal calls in a row are one line. */
function renderJournal(journal: readonly JournalEntry[]): string {
  const lines: { entry: JournalEntry; count: number }[] = []
  for (const entry of journal) {
    const last = lines.at(-1)
    if (last !== undefined && toKey(last.entry) === toKey(entry)) last.count += 1
    else lines.push({ entry, count: 1 })
  }
  const rows = lines
    .slice(0, MOST_LINES)
    .map(({ entry, count }) => [
      toTime(entry.at),
      toMarkdown(toCaller(entry.userAgent)),
      `${toMarkdown(`${entry.service} ${entry.operation}`)}${count === 1 ? '' : ` × ${count}`}`,
      toMarkdown(entry.region),
      toMarkdown(toAnswer(entry)),
    ])
  const rest = lines.length - rows.length
  const table = markdownTable([['Its time', 'Caller', 'Call', 'Region', 'Answer'], ...rows])
  return rest === 0 ? table : `${table}\n\nAnd ${plural(rest, 'line')} more.`
}

function toKey(entry: JournalEntry): string {
  return JSON.stringify([entry.service, entry.operation, entry.region, toCaller(entry.userAgent), toAnswer(entry)])
}

function toAnswer({ status, error, fault }: JournalEntry): string {
  const answer = status === null ? 'none' : (error ?? String(status))
  return fault === null ? answer : `${answer}, planned: ${fault}`
}

/** Names in a user agent that identify a caller better than its SDK. */
const CALLERS = ['spot-interrupt', 'configure-aws-credentials', 'aws-cli', 'terraform', 'Boto3']

function toCaller(userAgent: string): string {
  const name = CALLERS.find((one) => userAgent.toLowerCase().includes(one.toLowerCase()))
  return name ?? userAgent.split(/[/ ]/)[0]?.slice(0, 40) ?? ''
}

/** Its time of day, by the clock of the simulated AWS. */
function toTime(at: string): string {
  return `${at.slice(11, 19)} UTC`
}

function joinLeft(left: readonly RehearsalLeftover[]): string {
  return `${left.slice(0, MOST_NAMES).map(toName).join(', ')}${more(left)}`
}

function toName({ kind, id }: RehearsalLeftover): string {
  return `${kind} ${toCode(id)}`
}

function more(all: readonly unknown[]): string {
  return all.length > MOST_NAMES ? ` and ${all.length - MOST_NAMES} more` : ''
}
