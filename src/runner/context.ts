import type { Current } from '../model/inputs/cleanup.ts'
import type { Identity } from '../model/tags.ts'
import type { Source } from '../report/predicate.ts'

/**
 * The identity of this step, from the runner's environment. Outside of a workflow, run and job are `local`. `leg` tells the jobs of a
 * matrix apart.
 */
export function readIdentity(uuid: () => string, leg: string): Identity {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id, GITHUB_RUN_ATTEMPT: attempt, GITHUB_JOB: job } = process.env
  const run = `${repository || 'local/local'}/${toNumber(id, '0')}/${toNumber(attempt, '1')}`
  return { run, invocation: uuid(), job: job || 'local', leg }
}

function toNumber(text = '', otherwise: string): string {
  return /^\d+$/.test(text) ? text : otherwise
}

/** The run and the job of this step. */
export function readCurrent(): Current {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id, GITHUB_JOB: job = '' } = process.env
  return { run: repository && id ? `${repository}/${id}` : null, job }
}

/** The source of this run, from the runner's environment. `GITHUB_WORKFLOW_REF` is `<owner/repo>/<path>@<ref>`. */
export function readSource(env: NodeJS.ProcessEnv): Source {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id, GITHUB_RUN_ATTEMPT: attempt, GITHUB_WORKFLOW_SHA: commit } = env
  const server = env.GITHUB_SERVER_URL || 'https://github.com'
  const url = repository && id ? `${server}/${repository}/actions/runs/${id}/attempts/${toNumber(attempt, '1')}` : ''
  const [, owner, path, ref] = /^([^/]+\/[^/]+)\/(.+?)@(refs\/.+|[0-9a-f]{40})$/.exec(env.GITHUB_WORKFLOW_REF ?? '') ?? []
  if (owner === undefined || path === undefined || ref === undefined || !commit) return { url }
  return { url, workflow: { path, server, repository: owner, ref, commit } }
}

/**
 * Deletes empty AWS variables. The post step of aws-actions/configure-aws-credentials leaves such variables, and the SDK treats '' as set.
 */
export function deleteEmptyVariables(env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(env)) if (name.startsWith('AWS_') && value === '') delete env[name]
}
