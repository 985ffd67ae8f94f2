import { context } from '@actions/github'
import type { Identity } from '../model/tags.ts'

/** Who runs, by the runner's environment; outside of a workflow the run is `local`. */
export function readIdentity(uuid: () => string): Identity {
  const repository = process.env.GITHUB_REPOSITORY || 'local/local'
  const attempt = Number.isNaN(context.runAttempt) ? 1 : context.runAttempt
  return { run: `${repository}/${Number.isNaN(context.runId) ? 0 : context.runId}/${attempt}`, invocation: uuid() }
}

/** The current run without its attempt, `owner/repo/run id`; null outside of a workflow. */
export function readRun(): string | null {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = process.env
  return repository && id ? `${repository}/${id}` : null
}

/**
 * Deletes the AWS variables that are set to nothing: the post step of aws-actions/configure-aws-credentials leaves them so, and the SDK
 * treats '' as set.
 */
export function deleteEmptyVariables(env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(env)) if (name.startsWith('AWS_') && value === '') delete env[name]
}
