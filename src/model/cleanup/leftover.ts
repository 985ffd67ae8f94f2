import { isOurs, TAG, type Tags, toTagValue } from '../tags.ts'
import type { Resource } from '../timeline/event.ts'

/** What an earlier run left, and why it may go. */
export type Leftover = { readonly resource: Resource; readonly id: string; readonly run: string; readonly because: 'run' | 'expired' }

/** What of the run that is meant, or of an expired one, another job may still be using. */
export type Spared = Omit<Leftover, 'because'>

/** Which leftovers are meant. */
export type SweepScope = {
  /** Those of this run, `owner/repo/run id`, of any attempt; null for none. */
  readonly run: string | null
  /**
   * Of that run only those of this job and leg, a value of the tag `spot-interrupt:job`. '' where the own leg is not known: then none of
   * them. Absent where the user has named the run: then all of them.
   */
  readonly job?: string
  /** Also those of any run whose own time is over at `now`. */
  readonly expired: boolean
  /** By AWS's clock. */
  readonly now: Date
}

/** What AWS shows of the experiment that a thing belongs to: until when it may still interrupt, and when it started. */
export type Activity = { readonly pendingUntil?: Date; readonly startAt?: Date }

/**
 * What becomes of a thing. `spared`: it is of the run that is meant, or its time is over by its tag, but another job may still be using
 * it. `not-meant`: it is not ours, or of a run that nobody asked for.
 */
export type Fate = Leftover['because'] | 'spared' | 'not-meant'

/** A tag may be wrong by what the clock of its runner was wrong. AWS's own start time is not: no run lasts that long. */
const LONGEST_RUN_MS = 4 * 3_600_000

/**
 * Decides what becomes of a thing by its tags and what AWS shows of its experiment. The first row that fits:
 *
 * | ours | of the run and job that are meant | expired by its tag | its experiment may still interrupt | started 4 h ago | fate |
 * | --- | --- | --- | --- | --- | --- |
 * | no | | | | | not-meant |
 * | yes | yes | | | | run |
 * | yes | no | yes | no | | expired |
 * | yes | no | yes | yes | yes | expired |
 * | yes | no | yes | yes | no | spared |
 * | yes | another job of the run | no | | | spared |
 * | yes | no | no | | | not-meant |
 */
export function judgeLeftover(tags: Tags, scope: SweepScope, activity: Activity = {}): Fate {
  if (!isOurs(tags)) return 'not-meant'
  const ofRun = scope.run !== null && isOfRun(tags, scope.run)
  if (ofRun && isOfJob(tags, scope.job)) return 'run'
  if (!scope.expired || !isExpired(tags, scope.now)) return ofRun ? 'spared' : 'not-meant'
  return isBusy(activity, scope.now) ? 'spared' : 'expired'
}

/** May still interrupt, and has not run for longer than any run lasts. */
function isBusy({ pendingUntil, startAt }: Activity, now: Date): boolean {
  if (pendingUntil === undefined || pendingUntil <= now) return false
  return startAt === undefined || startAt.getTime() + LONGEST_RUN_MS >= now.getTime()
}

/** Made by any attempt of the run `owner/repo/run id`. */
export function isOfRun(tags: Tags, run: string): boolean {
  const prefix = `${toTagValue(run)}/`
  const value = tags[TAG.run] ?? ''
  return value.startsWith(prefix) && /^\d+$/.test(value.slice(prefix.length))
}

function isOfJob(tags: Tags, job: string | undefined): boolean {
  return job === undefined || (job !== '' && tags[TAG.job] === job)
}

/** Past the moment that its run had said; without such a moment nothing ever is. */
export function isExpired(tags: Tags, now: Date): boolean {
  return Date.parse(tags[TAG.expiresAt] ?? '') < now.getTime()
}

/** One thing of a listing, and what AWS shows of the experiment that it belongs to. */
export type Listed = { readonly id: string; readonly tags: Tags; readonly activity?: Activity }

/** The things of a listing, judged. `busy` are the invocations, each with its run, whose things are spared. */
export type Judged = { readonly meant: readonly Leftover[]; readonly spared: readonly Spared[]; readonly busy: ReadonlySet<string> }

/** The run and the invocation that made a thing, as one key. */
function toMaker(tags: Tags): string {
  return `${tags[TAG.run] ?? ''} ${tags[TAG.invocation] ?? ''}`
}

/** Judges all things of a listing. What belongs to an invocation that is `busy` is spared, also where its own tags say that it has expired. */
export function judgeListing(
  resource: Resource,
  listed: readonly Listed[],
  { scope, busy = new Set() }: { readonly scope: SweepScope; readonly busy?: ReadonlySet<string> },
): Judged {
  const judged = listed.map(({ tags, activity, id }) => {
    const fate = judgeLeftover(tags, scope, activity)
    return { id, tags, fate: fate === 'expired' && busy.has(toMaker(tags)) ? ('spared' as const) : fate }
  })
  const toThing = ({ id, tags }: Listed) => ({ resource, id, run: tags[TAG.run] ?? '' })
  const spared = judged.filter(({ fate }) => fate === 'spared')
  return {
    meant: judged.flatMap(({ fate, ...one }) => (fate === 'run' || fate === 'expired' ? [{ ...toThing(one), because: fate }] : [])),
    spared: spared.map(toThing),
    busy: new Set(spared.map(({ tags }) => toMaker(tags))),
  }
}
