/** GitHub's REST API, as far as a comment needs it. Loads @actions/github with the first call: a run without a comment does not need it. */
import { VERSION } from '../model/version.ts'

type GitHub = ReturnType<typeof import('@actions/github')['getOctokit']>
type Listed = Awaited<ReturnType<GitHub['rest']['issues']['listComments']>>['data'][number]

/** A comment on a pull request. `beginning`: the first characters of its body, by which a later run finds it again. */
export type Comment = {
  readonly owner: string
  readonly repo: string
  readonly pull: number
  readonly beginning: string
  readonly body: string
}
/** What was done, and the address of the comment. */
export type Commented = { readonly how: 'written' | 'updated'; readonly url: string }
type Access = { readonly token: string; readonly signal: AbortSignal }
type Call = Access & { readonly github: GitHub }

const PAGE = 100

/**
 * Updates the comment if there is one, otherwise writes it. Rejects if GitHub refuses a call or cannot be reached, or if the signal aborts.
 */
export async function upsertComment(comment: Comment, access: Access): Promise<Commented> {
  const call = { ...access, github: await openGitHub(access.token) }
  const found = await findOwn(comment, call)
  const updated = found === undefined ? undefined : await update(comment, found, call)
  return updated === undefined ? { how: 'written', url: await create(comment, call) } : { how: 'updated', url: updated }
}

/** Opens the API at the address that the runner sets (`GITHUB_API_URL`), through the runner's proxy. */
async function openGitHub(token: string): Promise<GitHub> {
  const { getOctokit } = await import('@actions/github')
  const silent = () => undefined
  // Its own log would bypass our sinks.
  return getOctokit(token, { userAgent: `spot-interrupt/${VERSION}`, log: { debug: silent, info: silent, warn: silent, error: silent } })
}

/** The comment with this beginning that this token may have written. */
async function findOwn({ owner, repo, pull, beginning }: Comment, call: Call): Promise<Listed | undefined> {
  const isOwn = await toOwnership(call)
  for (let page = 1; ; page++) {
    const asked = { owner, repo, issue_number: pull, per_page: PAGE, page, request: { signal: call.signal } }
    const { data, headers } = await call.github.rest.issues.listComments(asked)
    const own = data.find((one) => one.body?.startsWith(beginning) && isOwn(one))
    // GitHub leaves some comments out of a page, so a short page need not be the last one.
    if (own !== undefined || (data.length < PAGE && !/rel="next"/.test(headers.link ?? ''))) return own
  }
}

/**
 * Anybody can write a comment with the same beginning, and could change it again after we have updated it. Comments of the job's token, or
 * of another app's token, are by a bot; those of a personal token are by its user.
 */
async function toOwnership({ github, token, signal }: Call): Promise<(comment: Listed) => boolean> {
  if (token.startsWith('ghs_')) return ({ user }) => user?.type !== 'User'
  if (!/^(gh[pou]|github_pat)_/.test(token)) return () => true
  const { data } = await github.rest.users.getAuthenticated({ request: { signal } })
  return ({ user }) => user?.login === data.login
}

/** The address of the comment; undefined if somebody has deleted it since the list was read. */
async function update({ owner, repo, body }: Comment, { id }: Listed, { github, signal }: Call): Promise<string | undefined> {
  try {
    const { data } = await github.rest.issues.updateComment({ owner, repo, comment_id: id, body, request: { signal } })
    return data.html_url
  } catch (thrown) {
    if (statusOf(thrown) === 404) return undefined
    throw thrown
  }
}

async function create({ owner, repo, pull, body }: Comment, { github, signal }: Call): Promise<string> {
  const { data } = await github.rest.issues.createComment({ owner, repo, issue_number: pull, body, request: { signal } })
  return data.html_url
}

/** The status of GitHub's answer; undefined if it did not answer, although Octokit then reports 500. */
export function statusOf(thrown: unknown): number | undefined {
  const answered = thrown instanceof Error && 'response' in thrown && thrown.response !== undefined
  return answered && 'status' in thrown && typeof thrown.status === 'number' ? thrown.status : undefined
}
