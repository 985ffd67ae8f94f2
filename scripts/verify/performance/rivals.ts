/**
 * Compares the action with its rivals on the same simulated AWS, in real time, one run after another: `npm run bench -- rivals`. Each round
 * has a new random order. `--rounds N` (3 if not given); `--only ID` runs one contender, and may be given more than once; `--write` keeps
 * the figures in docs/performance/rivals.json. Build the action first. Set EC2_SPOT_INTERRUPTER to a built binary of AWS's own program to
 * run that too. Ends with 1 when a limit that gates is missed.
 */
import { parseArgs } from 'node:util'
import { type BenchAccount, DELAY_MS, openAccount, readChanges, readLeft, SWITCHES, untilStarted } from './bench-account.ts'
import { passes } from './checks.ts'
import { type Contender, DURATION, type Ready, selectContenders } from './contenders.ts'
import { toTimed } from './figures.ts'
import { describeMachine, keep, requireLinux } from './machine.ts'
import type { MeasuredRun } from './play.ts'
import { checkRivals, METHOD, renderRivals } from './rivals-report.ts'
import type { ContenderRecord, EndedRun, RivalRun, RivalsFile } from './shapes.ts'
import { isMissing } from './tools.ts'

/** From the start of the experiment to Ctrl-C. */
const CTRL_C_AFTER_MS = 5000

type Racer = Contender & Ready

async function compare({ rounds, only, write }: ReturnType<typeof readOptions>): Promise<void> {
  requireLinux()
  const date = new Date().toISOString()
  const { racers, skipped } = await prepare(selectContenders(only))
  const contenders = await raceAll(racers, rounds)
  const file: RivalsFile = {
    kind: 'rivals',
    date,
    machine: describeMachine(),
    method: METHOD,
    ...{ rounds, duration: DURATION, switches: SWITCHES, delayMs: DELAY_MS, contenders, skipped },
    checks: checkRivals(contenders),
  }
  console.log(renderRivals(file))
  if (write) await keep(file)
  process.exitCode = passes(file.checks) ? 0 : 1
}

/** Runs the rounds first; then the contenders that take part run with Ctrl-C, and with a failed experiment. */
async function raceAll(racers: readonly Racer[], rounds: number): Promise<readonly ContenderRecord[]> {
  const runs = new Map<string, RivalRun[]>(racers.map(({ id }) => [id, []]))
  for (let round = 1; round <= rounds; round++) {
    for (const [index, racer] of shuffle(racers).entries()) {
      runs.get(racer.id)?.push({ round, place: index + 1, ...(await race(racer)) })
      tell(racer, `round ${round} of ${rounds}`)
    }
  }
  const contenders: ContenderRecord[] = []
  for (const racer of racers) {
    const { id, title, version, waitsFor, delayed, ends } = racer
    const ended = { cancelled: ends ? await cancel(racer) : null, failed: ends ? await fail(racer) : null }
    contenders.push({ id, title, version, waitsFor, delayed, runs: runs.get(id) ?? [], ...ended })
  }
  return contenders
}

async function prepare(contenders: readonly Contender[]): Promise<{ racers: readonly Racer[]; skipped: RivalsFile['skipped'] }> {
  const racers: Racer[] = []
  const skipped: RivalsFile['skipped'][number][] = []
  for (const contender of contenders) {
    const ready = await contender.prepare()
    if (isMissing(ready)) skipped.push({ id: contender.id, title: contender.title, why: ready.why })
    else racers.push({ ...contender, ...ready })
  }
  for (const { title, why } of skipped) console.log(`Skipped: ${title}. ${why}`)
  return { racers, skipped }
}

/** One normal run. Throws if it fails. */
function race({ delayed, waitsFor, play, title }: Racer): Promise<Omit<RivalRun, 'round' | 'place'>> {
  return withAccount({ delayed, fails: false }, async (account) => {
    const played = await play(account)
    if (played.code !== 0) throw new Error(`${title} ended with ${played.code ?? played.signal}:\n${played.text}`)
    const timed = toTimed({ spans: played.spans, journal: account.simulator.journal(), changes: readChanges(account), waitsFor })
    return { ...timed, left: readLeft(account), code: played.code }
  })
}

/** One run that gets Ctrl-C while the experiment runs. */
function cancel(racer: Racer): Promise<EndedRun> {
  return withAccount({ delayed: racer.delayed, fails: false }, async (account) => {
    let sentAt = Number.NaN
    const ctrlC = untilStarted(account, CTRL_C_AFTER_MS).then(() => {
      sentAt = Date.now()
    })
    const played = await racer.play(account, ctrlC)
    if (Number.isNaN(sentAt)) throw new Error(`${racer.title} ended before Ctrl-C:\n${played.text}`)
    tell(racer, 'Ctrl-C')
    return toEnded(played, account, sentAt)
  })
}

/** One run whose experiment fails. */
function fail(racer: Racer): Promise<EndedRun> {
  return withAccount({ delayed: racer.delayed, fails: true }, async (account) => {
    const played = await racer.play(account)
    tell(racer, 'a failed experiment')
    return toEnded(played, account, readChanges(account).experimentEndsAt)
  })
}

function toEnded({ code, signal, spans }: MeasuredRun, account: BenchAccount, sinceAt: number): EndedRun {
  const endedAt = Math.max(...spans.map((span) => span.endedAt))
  return { code, signal, tookSeconds: (endedAt - sinceAt) / 1000, left: readLeft(account) }
}

async function withAccount<T>(options: Parameters<typeof openAccount>[0], work: (account: BenchAccount) => Promise<T>): Promise<T> {
  const account = await openAccount(options)
  try {
    return await work(account)
  } finally {
    await account.close()
  }
}

function tell({ title }: Pick<Contender, 'title'>, what: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${title}: ${what}`)
}

function shuffle<T>(all: readonly T[]): readonly T[] {
  return all
    .map((one) => ({ one, key: Math.random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ one }) => one)
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', multiple: true, default: [] },
      write: { type: 'boolean', default: false },
    },
  })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a whole number above 0, not "${values.rounds}"`)
  if (values.write && values.only.length > 0) throw new Error('--write keeps the figures of all contenders: leave out --only.')
  return { ...values, rounds }
}

await compare(readOptions())
