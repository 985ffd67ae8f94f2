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
  /** Aborts when the time for the comment is over, or when the job is cancelled. */
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

/** The place for the comment, or why it cannot be written, before any call to GitHub. */
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
  // The timeline does not show a rehearsal that ended before its first call.
  const report = { ...seen, rehearsal: seen.rehearsal || kind.rehearsal }
  const context = { marker, key, url: source.url, commit: pull.commit || (env.GITHUB_SHA ?? ''), dryRun: kind.dryRun }
  const body = sinks.leaving(renderComment(report, context))
  return { ...repository, pull: pull.number, beginning: toMarker(marker), body }
}

/** A hash of workflow and key: two workflows may have jobs of the same name, and the key itself may contain private text. */
function hash(workflow: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([workflow, key]))
    .digest('hex')
}

/** Does the work, and rejects as soon as the signal aborts. */
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
