/** The table of the rivals, and the limits of the action compared with them. */
import { markdownTable } from 'markdown-table'
import { renderChecks, SLACK, toCheck } from './checks.ts'
import { sumCalls } from './figures.ts'
import type { Check, ContenderId, ContenderRecord, EndedRun, RivalRun, RivalsFile } from './shapes.ts'
import { median } from './statistics.ts'

const MOST_CPU_RATIO = 1 / 20
const MOST_OWN_SECONDS = 0.35
const MOST_OWN_DELAYED_SECONDS = 1

export const METHOD: RivalsFile['method'] = {
  stage:
    'Each run gets a new simulated AWS on loopback, in real time, with one running Spot instance and the roles that the contenders look for. The contenders run one after another, in an order that is drawn anew in each round.',
  wall: 'The time from the start of the first process to the end of the last. Main and post of the action count, and the time between them does not.',
  aws: 'What FIS and EC2 take by the clock of the simulator: from the answer to StartExperiment to the change that ends the wait, which is the end of the experiment or the moment when the instance leaves.',
  overhead:
    'The wall time less what FIS and EC2 take. It has three parts: before the answer to StartExperiment, from the change to the first read that can show it, and after that read.',
  scripts:
    'The shell scripts start one process of the AWS CLI for each question, as such scripts do, and read its answer with jq: who asks, the role, whether the instance is a Spot instance, whether it runs and where.',
  interrupter:
    'ec2-spot-interrupter, the program of AWS, gets a delay of 0 s to its notice, so its experiment interrupts after two minutes, as the others do.',
  network: 'All calls are plain HTTP on loopback: nobody pays for TLS, which costs a program most that starts anew for each call.',
  cpu: 'User and system time of all processes of the contender, as the shell that starts them measures it.',
  memory: 'The largest resident set of the largest process, read ten times a second.',
  left: 'The resources that the run adds to the account and leaves there at its end. Roles that exist beforehand do not count.',
  cancelled: 'Ctrl-C comes 5 s after the start of the experiment. The action then gets its post stage, as on a runner.',
  failed: 'The simulator lets the experiment fail 5 s after its action starts.',
  delay: 'A proxy on loopback makes each request and its response 60 ms slower together.',
}

export function checkRivals(contenders: readonly ContenderRecord[]): readonly Check[] {
  const find = (id: ContenderId) => contenders.find((one) => one.id === id)
  const [scripts, ours] = [find('scripts'), find('ours-experiment')]
  const ratio = scripts && ours ? [toCpuCheck(scripts, ours)] : []
  const seconds = (id: ContenderId, limit: number) => {
    const found = find(id)
    return found ? [toOwnCheck(found, limit)] : []
  }
  return [
    ...ratio,
    ...seconds('ours-experiment', MOST_OWN_SECONDS),
    ...seconds('ours-interruption', MOST_OWN_SECONDS),
    ...seconds('ours-experiment-delayed', MOST_OWN_DELAYED_SECONDS),
    ...seconds('ours-interruption-delayed', MOST_OWN_DELAYED_SECONDS),
  ]
}

/** Rounds are compared with each other, because the machine may be slower in one of them. */
function toCpuCheck(scripts: ContenderRecord, ours: ContenderRecord): Check {
  const ratios = ours.runs.map(({ round, cpu }) => cpu / (scripts.runs.find((one) => one.round === round)?.cpu ?? Number.NaN))
  const value = median(ratios)
  return toCheck({ name: 'CPU, this action to the scripts', value, limit: MOST_CPU_RATIO, unit: 'x', slack: SLACK })
}

function toOwnCheck({ title, runs }: ContenderRecord, limit: number): Check {
  const value = median(runs.map(({ before, after }) => before + after))
  return toCheck({ name: `Overhead without the time to notice: ${title}`, value, limit, unit: 's', slack: null })
}

export function renderRivals({ contenders, checks, rounds, machine }: RivalsFile): string {
  const rows: readonly (readonly [string, (one: ContenderRecord) => string])[] = [
    ['waits for', ({ waitsFor }) => waitsFor],
    ['wall', (one) => seconds(one, ({ wall }) => wall)],
    ['of it FIS and EC2', (one) => seconds(one, ({ aws }) => aws)],
    ['overhead', (one) => seconds(one, ({ overhead }) => overhead)],
    ['· before the start', (one) => seconds(one, ({ before }) => before)],
    ['· to notice', (one) => seconds(one, ({ noticing }) => noticing ?? Number.NaN)],
    ['· after', (one) => seconds(one, ({ after }) => after)],
    ['CPU', (one) => seconds(one, ({ cpu }) => cpu)],
    ['peak memory', (one) => `${median(one.runs.map(({ memoryMb }) => memoryMb)).toFixed(0)} MB`],
    ['calls', (one) => String(median(one.runs.map(({ calls }) => sumCalls(calls))))],
    ['watches EC2', ({ runs }) => (runs.some((run) => run.watchesEc2) ? 'yes' : 'no')],
    ['leaves', ({ runs }) => list([...new Set(runs.flatMap(({ left }) => left))])],
    ['Ctrl-C', ({ cancelled }) => renderEnded(cancelled)],
    ['a failed experiment', ({ failed }) => renderEnded(failed)],
  ]
  const table = rows.map(([name, show]) => [name, ...contenders.map(show)])
  const calls = contenders.map(({ title, runs }) => `${title}: ${renderCalls(runs.at(-1))}`)
  return [
    `\nNode ${machine.node}, ${machine.cores} × ${machine.cpu}, medians of ${rounds} rounds.\n`,
    markdownTable([['', ...contenders.map(({ title }) => title)], ...table]),
    `\nCalls of the last run:\n${calls.join('\n')}\n`,
    renderChecks(checks),
  ].join('\n')
}

function seconds({ runs }: ContenderRecord, measure: (run: RivalRun) => number): string {
  const value = median(runs.map(measure))
  return Number.isNaN(value) ? '–' : `${value.toFixed(2)} s`
}

function renderEnded(ended: EndedRun | null): string {
  if (ended === null) return ''
  return `${ended.code ?? ended.signal} after ${ended.tookSeconds.toFixed(1)} s, leaves ${list(ended.left)}`
}

function renderCalls(run: RivalRun | undefined): string {
  const entries = Object.entries(run?.calls ?? {})
  return entries.map(([name, count]) => `${name} ${count}`).join(', ')
}

function list(left: readonly string[]): string {
  return left.length === 0 ? 'nothing' : left.join(', ')
}
