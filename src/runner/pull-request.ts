import { readFileSync } from 'node:fs'

/** The pull request that a run belongs to. */
export type PullRequest = {
  readonly number: number
  /** The commit that was pushed; '' if the event does not have it. */
  readonly commit: string
  /** Whether it comes from a fork. GitHub gives the runs of a fork no right to write. */
  readonly isFork: boolean
}

/** The parts of an event that name a pull request: https://docs.github.com/webhooks/webhook-events-and-payloads */
type Payload = {
  readonly repository?: { readonly id?: number }
  readonly pull_request?: { readonly number?: number; readonly head?: Side; readonly base?: Side }
  readonly issue?: { readonly number?: number; readonly pull_request?: object }
  readonly workflow_run?: { readonly head_sha?: string; readonly pull_requests?: readonly Listed[] }
}
type Side = { readonly sha?: string; readonly repo?: { readonly id?: number } | null }
type Listed = { readonly number?: number; readonly base?: Side }

/**
 * The pull request of the event that started this run; undefined for an event without one, such as a push. An event of a workflow run may
 * list several pull requests of its branch: then it is the first one of this repository. Reads the event file that the runner names, and
 * never throws.
 */
export function readPullRequest(env: NodeJS.ProcessEnv): PullRequest | undefined {
  const payload = readPayload(env.GITHUB_EVENT_PATH)
  const { pull_request: pull, issue, workflow_run: run } = payload
  if (isNumber(pull?.number))
    return { number: pull.number, commit: pull.head?.sha ?? '', isFork: pull.head?.repo?.id !== pull.base?.repo?.id }
  if (issue?.pull_request !== undefined && isNumber(issue.number)) return { number: issue.number, commit: '', isFork: false }
  const own = run?.pull_requests?.find(({ base }) => base?.repo?.id === payload.repository?.id)
  return isNumber(own?.number) ? { number: own.number, commit: run?.head_sha ?? '', isFork: false } : undefined
}

function isNumber(value: number | undefined): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0
}

function readPayload(path: string | undefined): Payload {
  try {
    const payload: unknown = path ? JSON.parse(readFileSync(path, 'utf8')) : {}
    return typeof payload === 'object' && payload !== null ? payload : {}
  } catch {
    return {}
  }
}
