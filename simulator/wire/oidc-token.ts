/** The workflow run, by the variables of the runner. Each member may be missing, because a rehearsal also works outside of a run. */
export type WorkflowRun = {
  /** `owner/name`. */
  readonly repository?: string | undefined
  /** Such as `refs/heads/main`. */
  readonly ref?: string | undefined
  readonly event?: string | undefined
  readonly sha?: string | undefined
  readonly runId?: string | undefined
  readonly actor?: string | undefined
}

const ISSUER = 'https://token.actions.githubusercontent.com'
/** How long a token of GitHub is valid. */
const VALID_SECONDS = 300

/**
 * A JSON Web Token with the claims that GitHub gives, so that trust policies can be rehearsed. Its signature is a fixed word, which nothing
 * but the simulator accepts. `at`: milliseconds since 1970.
 */
export function createToken({ run, audience, at }: { run: WorkflowRun; audience: string; at: number }): string {
  const { repository = 'local/local', ref = 'refs/heads/main', event = 'workflow_dispatch', sha = '', runId = '0', actor = '' } = run
  const now = Math.floor(at / 1000)
  const claims = {
    iss: ISSUER,
    aud: audience,
    sub: `repo:${repository}:${event.startsWith('pull_request') ? 'pull_request' : `ref:${ref}`}`,
    ...{ repository, repository_owner: repository.split('/')[0], ref, event_name: event, sha, run_id: runId, actor },
    ...{ iat: now, nbf: now, exp: now + VALID_SECONDS },
  }
  return `${encode({ alg: 'RS256', typ: 'JWT', kid: 'rehearsal' })}.${encode(claims)}.${Buffer.from('rehearsal').toString('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
