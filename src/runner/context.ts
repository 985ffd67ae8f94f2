import { context } from '@actions/github'
import type { Current } from '../model/inputs/cleanup.ts'
import type { Identity } from '../model/tags.ts'

/** Who runs, by the runner's environment; outside of a workflow run and job are `local`. `leg` tells the jobs of a matrix apart. */
export function readIdentity(uuid: () => string, leg: string): Identity {
  const repository = process.env.GITHUB_REPOSITORY || 'local/local'
  const attempt = Number.isNaN(context.runAttempt) ? 1 : context.runAttempt
  const run = `${repository}/${Number.isNaN(context.runId) ? 0 : context.runId}/${attempt}`
  return { run, invocation: uuid(), job: process.env.GITHUB_JOB || 'local', leg }
}

/** Where this step runs. */
export function readCurrent(): Current {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id, GITHUB_JOB: job = '' } = process.env
  return { run: repository && id ? `${repository}/${id}` : null, job }
}

/**
 * Deletes the AWS variables that are set to nothing: the post step of aws-actions/configure-aws-credentials leaves them so, and the SDK
 * treats '' as set.
 */
export function deleteEmptyVariables(env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(env)) if (name.startsWith('AWS_') && value === '') delete env[name]
}
