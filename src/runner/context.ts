import type { Identity } from '../model/tags.ts'

/** Who runs, by the runner's environment; outside of a workflow the run is `local`. */
export function readIdentity(uuid: () => string): Identity {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id, GITHUB_RUN_ATTEMPT: attempt } = process.env
  return { run: `${repository || 'local/local'}/${toNumber(id, 0)}/${toNumber(attempt, 1)}`, invocation: uuid() }
}

function toNumber(text: string | undefined, otherwise: number): string {
  return /^\d+$/.test(text ?? '') ? String(text) : String(otherwise)
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
