import { ActionError, type Fault, isActionError } from '../model/errors.ts'
import type { Call } from './call.ts'
import { findCause } from './causes.ts'
import { readDenial, toGrantHint, withStatement } from './denial.ts'
import { read, type Seen } from './seen.ts'

const THROTTLED =
  /^(Throttl\w*|RequestLimitExceeded|EC2ThrottledException|TooManyRequests\w*|BandwidthLimitExceeded|PriorRequestNotComplete|SlowDown|RequestThrottled\w*)$/
const RULES: readonly (readonly [Fault, RegExp])[] = [
  ['throttled', THROTTLED],
  ['expired', /^(ExpiredToken\w*|RequestExpired|TokenRefreshRequired|SSOTokenProviderFailure)$/],
  [
    'credentials',
    /^(CredentialsProviderError|TokenProviderError|UnrecognizedClientException|InvalidClientTokenId|AuthFailure|InvalidSignatureException|SignatureDoesNotMatch|InvalidAccessKeyId|MissingAuthenticationToken\w*|IncompleteSignature\w*|OptInRequired)$/,
  ],
  ['denied', /^(AccessDenied\w*|UnauthorizedOperation|NotAuthorized\w*|Unauthorized\w*|Forbidden\w*)$/],
  ['quota', /^(ServiceQuotaExceeded\w*|LimitExceeded\w*|\w*LimitExceeded)$/],
  ['missing', /^(ResourceNotFound\w*|NoSuchEntity\w*|\w+\.NotFound|(TargetGroup|Cluster|Service)NotFound(Exception)?)$/],
  ['exists', /^EntityAlreadyExists\w*$/],
  ['conflict', /^(Conflict\w*|DeleteConflict\w*|ConcurrentModification\w*|IdempotentParameterMismatch|\w*Unmodifiable\w*)$/],
  [
    'invalid',
    /^(Validation\w*|InvalidParameter\w*|MalformedPolicyDocument\w*|InvalidInput\w*|Invalid\w+\.Malformed|MissingParameter|UnknownParameter)$/,
  ],
  ['unreachable', /^(TimeoutError|RequestTimeout\w*|AbortError|NetworkingError)$/],
  ['service', /^(Internal\w*|ServiceUnavailable\w*|ServiceFailure\w*|ServiceError|Unavailable)$/],
]
/** The SDK's names for an answer without an error code in it: no service of AWS says that, but a proxy, or a connection cut short, may. */
const BARE = /^(SyntaxError|NotFound|Unknown|UnknownError|Error)$/
const SOCKET = /^(E(CONN|PIPE|HOST|NET|AI_|NOTFOUND|TIMEDOUT|PROTO)|UND_ERR|CERT_|DEPTH_|SELF_|UNABLE_|HPE_)/

/** An SDK error as ours, with the statement to add where a grant helps. */
export async function explainFault(thrown: unknown, about: Call): Promise<ActionError> {
  return await withStatement(toFault(thrown, about), about)
}

/** An SDK error as ours: classified once, here, with what happened, on which call, and what to do. */
export function toFault(thrown: unknown, about: Call): ActionError {
  if (isActionError(thrown)) {
    return new ActionError(thrown.fault, `${about.action} in ${about.region}: ${thrown.message}`, thrown.hint, thrown)
  }
  const seen = read(thrown, about.setting)
  const cause = findCause(seen, about)
  const fault = cause?.fault ?? classify(seen)
  const usual = SENTENCES[fault](seen, about)
  return new ActionError(fault, cause?.text?.(seen, about) ?? usual.text, cause?.hint(seen, about) ?? usual.hint, thrown)
}

/** Name first, for throttling comes with 400 as well as 429; then the HTTP status; then the socket. */
function classify(seen: Seen): Fault {
  const named = RULES.find(([, shape]) => shape.test(seen.name))?.[0]
  if (named !== undefined) return named
  if (SOCKET.test(seen.code)) return 'unreachable'
  if (seen.status !== undefined) return BARE.test(seen.name) ? byBareStatus(seen.status) : byStatus(seen.status)
  if (seen.name === 'SyntaxError' || seen.code !== '') return 'unreachable'
  return seen.stage === 'credentials' ? 'credentials' : 'internal'
}

/** Without a code only failure and throttling can be believed: a bare 404 does not say that anything is missing. */
function byBareStatus(status: number): Fault {
  const fault = byStatus(status)
  return fault === 'service' || fault === 'throttled' ? fault : 'unreachable'
}

function byStatus(status: number): Fault {
  if (status < 300) return 'unreachable'
  if (status >= 500 && status !== 501) return 'service'
  const known: Readonly<Record<number, Fault>> = {
    401: 'credentials',
    402: 'quota',
    403: 'denied',
    404: 'missing',
    409: 'conflict',
    429: 'throttled',
  }
  return known[status] ?? 'invalid'
}

/** AWS names a quota in its message at times; which one a call can run into is known. https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
const QUOTAS: Readonly<Record<string, string>> = {
  'fis:CreateExperimentTemplate':
    'The quota "experiment templates" of this account and region (500 by default, L-2FF3254A in Service Quotas) is reached: delete templates that nobody needs; the cleanup action removes those that this action left.',
  'fis:StartExperiment':
    'The quota "active experiments" of this account and region (5 by default) is reached, or one that the message above names: wait for other experiments to end, or stop them.',
  'iam:CreateRole':
    'The quota "roles per account" of IAM is reached: delete roles that nobody needs, raise it in Service Quotas, or use a role that is there with role-arn.',
  'iam:PutRolePolicy':
    'The quota "inline policy size per role" of IAM is reached: remove other inline policies of this role, or use role-arn.',
}

type Sentence = { readonly text: string; readonly hint: string }
type Say = (seen: Seen, about: Call) => Sentence

const answered =
  (hint: string): Say =>
  (seen, { action, region }) => ({ text: `${action} in ${region} failed: ${seen.name}: ${seen.message}`, hint })

const SENTENCES: Readonly<Record<Fault, Say>> = {
  denied: (seen, about) => ({
    text: `AWS refused ${about.action} in ${about.region}: ${seen.name}: ${seen.message}`,
    hint: toGrantHint(readDenial(seen.message, about)),
  }),
  expired: answered(
    'The credentials of this job have run out: raise role-duration-seconds of aws-actions/configure-aws-credentials, or put that step right before this one.',
  ),
  credentials: answered('Put aws-actions/configure-aws-credentials, with `permissions: id-token: write`, before this step.'),
  settings: answered('Check the settings of the runner.'),
  quota: (seen, { action, region }) => ({
    text: `${action} in ${region} failed: ${seen.name}: ${seen.message}`,
    hint: QUOTAS[action] ?? 'An account quota is reached: see Service Quotas in the AWS console.',
  }),
  throttled: answered('AWS kept throttling this account; try again when less is going on.'),
  missing: answered('Check the name, the region and the account.'),
  exists: answered('Choose another name, or remove what is there.'),
  conflict: answered('Something else changed it at the same time; try again.'),
  invalid: answered('If the inputs look right, please report this with the log.'),
  unreachable: (seen, { action, region }) => ({
    text: `${action} in ${region} got no answer that can be read: ${seen.code || seen.name}: ${seen.message}`,
    hint: 'Check the region, the network of the runner, and any proxy or firewall.',
  }),
  service: answered('AWS failed on its side; see https://health.aws.amazon.com and try again.'),
  internal: answered('This is a defect of the action; please report it with this log.'),
  usage: answered(''),
  cancelled: answered(''),
  refused: answered(''),
}
