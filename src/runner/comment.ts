import { createHash } from 'node:crypto'
import type { CommentInputs } from '../model/inputs/comment.ts'
import { renderComment, toMarker } from '../report/comment.ts'
import { toReport } from '../report/report.ts'
import type { Log } from '../world.ts'
import { type Comment, statusOf, upsertComment } from './github.ts'
import type { Concluded } from './publish.ts'
import { type PullRequest, readPullRequest } from './pull-request.ts'
import type { Sinks } from './sinks.ts'

export type Commenting = Concluded & {
  readonly inputs: CommentInputs
  readonly env: NodeJS.ProcessEnv
  /** Ends it: the time for it is over, or the job is cancelled. */
  readonly signal: AbortSignal
}

/**
 * Writes one comment on the pull request that the run belongs to, or updates the one that an earlier run of the same job and leg wrote.
 * Never rejects: whatever prevents it is a warning.
 */
export async function writeComment(sinks: Sinks, log: Log, given: Commenting): Promise<void> {
  const pull = readPullRequest(given.env)
  const warn = (why: string) => log.record({ kind: 'warned', what: `No comment was written: ${why}` })
  try {
    const place = findPlace(given, pull)
    if (typeof place === 'string') return warn(place)
    const comment = toComment(sinks, log, { given, place })
    const { signal, inputs } = given
    log.record({ kind: 'commented', ...(await before(signal, () => upsertComment(comment, { token: inputs.token, signal }))) })
  } catch (thrown) {
    warn(explain(thrown, given.signal, pull))
  }
}

type Place = { readonly owner: string; readonly repo: string; readonly pull: PullRequest }

/** Where the comment belongs, or what stands in its way before GitHub is kind. */
function findPlace({ env, inputs }: Commenting, pull: PullRequest | undefined): Place | string {
  const [owner, repo] = (env.GITHUB_REPOSITORY ?? '').split('/')
  if (pull === undefined) return `this run (event ${env.GITHUB_EVENT_NAME || 'unknown'}) belongs to no pull request.`
  if (!owner || !repo) return 'the runner does not say which repository this is.'
  return inputs.token === '' ? 'there is no token: `github-token` is empty.' : { owner, repo, pull }
}

function toComment(sinks: Sinks, log: Log, { given, place }: { readonly given: Commenting; readonly place: Place }): Comment {
  const { env, inputs } = given
  const { conclusion, who, source, kind } = sinks.clean({
    conclusion: given.conclusion,
    who: given.who,
    source: given.source,
    kind: given.kind,
  })
  const { pull, ...repository } = place
  const key = inputs.key || `${who.job}/${who.leg}`
  const marker = hash(source.workflow?.path ?? env.GITHUB_WORKFLOW ?? '', key)
  const seen = toReport(log.timeline(), conclusion)
  // A rehearsal that ended before its first call is not on the timeline.
  const report = { ...seen, rehearsal: seen.rehearsal || kind.rehearsal }
  const context = { marker, key, url: source.url, commit: pull.commit || (env.GITHUB_SHA ?? ''), dryRun: kind.dryRun }
  const body = sinks.leaving(renderComment(report, context))
  return { ...repository, pull: pull.number, beginning: toMarker(marker), body }
}

/** Two workflows may have a job of the same name. The key itself may hold what nobody should read. */
function hash(workflow: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([workflow, key]))
    .digest('hex')
}

/** The work, or a rejection as soon as the signal aborts. */
async function before<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  return Promise.race([work(), promise])
}

function explain(thrown: unknown, signal: AbortSignal, pull: PullRequest | undefined): string {
  const status = statusOf(thrown)
  const said = thrown instanceof Error ? thrown.message : String(thrown)
  if (signal.aborted) return 'GitHub did not answer in time, or the job was cancelled.'
  if (status === undefined) return `GitHub cannot be reached: ${said}`
  if (isLimited(thrown, status)) return 'GitHub limits how many calls this token may make; a later run updates the comment.'
  return REFUSALS[status]?.(pull?.isFork === true) ?? `GitHub answered with status ${status}: ${said}`
}

const REFUSALS: Readonly<Record<number, (isFork: boolean) => string>> = {
  401: () => 'GitHub does not know the token of `github-token`, or it has expired.',
  403: (isFork) => `the token may not do that (status 403). ${isFork ? FORK : RIGHT}`,
  404: (isFork) => `the token may not do that, or there is no such pull request (status 404). ${isFork ? FORK : RIGHT}`,
}

const RIGHT = 'Give the job `permissions: pull-requests: write`.'
const FORK = 'The pull request comes from a fork: GitHub gives its runs no right to write.'

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function isLimited(thrown: unknown, status: number): boolean {
  const { response, message } = thrown as Error & {
    readonly response?: { readonly headers?: Readonly<Record<string, string | undefined>> }
  }
  const { 'x-ratelimit-remaining': left, 'retry-after': pause } = response?.headers ?? {}
  return status === 429 || (status === 403 && (left === '0' || pause !== undefined || /rate limit/i.test(message)))
}
