import { isOurs, TAG, type Tags, toTagValue } from '../tags.ts'
import type { Resource } from '../timeline/event.ts'

/** A resource that an earlier run left, and why it may be removed. */
export type Leftover = { readonly resource: Resource; readonly id: string; readonly run: string; readonly because: 'run' | 'expired' }

/** A resource that would be a leftover, but that another job may still be using. */
export type Spared = Omit<Leftover, 'because'>

/** Which leftovers to remove. */
export type SweepScope = {
  /** Leftovers of this run, `owner/repo/run id`, of any attempt; null for none. */
  readonly run: string | null
  /**
   * Limits the leftovers of that run to this job and leg, a value of the tag `spot-interrupt:job`. '' if the own leg is not known: then
   * none of them. Absent if the user has named the run: then all of them.
   */
  readonly job?: string
  /** Also leftovers of any run whose expires-at tag is before `now`. */
  readonly expired: boolean
  /** By AWS's clock. */
  readonly now: Date
}

/** The experiment that a resource belongs to, as AWS shows it: until when it may still interrupt, and when it started. */
export type Activity = { readonly pendingUntil?: Date; readonly startAt?: Date }

/**
 * What happens to a resource. `spared`: it is of the run in the scope, or has expired by its tag, but another job may still be using it.
 * `not-meant`: it is not ours, or of a run outside of the scope.
 */
export type Fate = Leftover['because'] | 'spared' | 'not-meant'

/** No run lasts longer than this. The tag may be wrong if the clock of its runner was wrong; the start time of AWS is not. */
const LONGEST_RUN_MS = 4 * 3_600_000

/**
 * Decides what happens to a resource, by its tags and by its experiment as AWS shows it. The first row that fits:
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

/** Whether an experiment may still interrupt, and has not been running for longer than any run lasts. */
function isBusy({ pendingUntil, startAt }: Activity, now: Date): boolean {
  if (pendingUntil === undefined || pendingUntil <= now) return false
  return startAt === undefined || startAt.getTime() + LONGEST_RUN_MS >= now.getTime()
}

/** Whether any attempt of the run `owner/repo/run id` created it. */
export function isOfRun(tags: Tags, run: string): boolean {
  const prefix = `${toTagValue(run)}/`
  const value = tags[TAG.run] ?? ''
  return value.startsWith(prefix) && /^\d+$/.test(value.slice(prefix.length))
}

function isOfJob(tags: Tags, job: string | undefined): boolean {
  return job === undefined || (job !== '' && tags[TAG.job] === job)
}

/** Whether its expires-at tag is in the past. Without that tag it never expires. */
export function isExpired(tags: Tags, now: Date): boolean {
  return Date.parse(tags[TAG.expiresAt] ?? '') < now.getTime()
}

/** One resource of a list, with the experiment that it belongs to. */
export type Listed = { readonly id: string; readonly tags: Tags; readonly activity?: Activity }

/** The judged resources of a list. `busy` has the invocations, each with its run, whose resources are spared. */
export type JudgedListing = { readonly meant: readonly Leftover[]; readonly spared: readonly Spared[]; readonly busy: ReadonlySet<string> }

/** The run and the invocation that created a resource, as one key. */
function toMaker(tags: Tags): string {
  return `${tags[TAG.run] ?? ''} ${tags[TAG.invocation] ?? ''}`
}

/** Judges all resources of a list. If an invocation is `busy`, all its resources are spared, even those whose tags have expired. */
export function judgeListing(
  resource: Resource,
  listed: readonly Listed[],
  { scope, busy = new Set() }: { readonly scope: SweepScope; readonly busy?: ReadonlySet<string> },
): JudgedListing {
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
