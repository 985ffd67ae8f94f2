import { ActionError, type Fault, isActionError } from '../model/errors.ts'
import type { Call } from './call.ts'
import { findKnownCause } from './causes.ts'
import { readDenial, toGrantHint, withStatement } from './denial.ts'
import { type ErrorParts, readError } from './error-parts.ts'

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
/** The SDK's names for an answer without an error code. No service of AWS sends one; a proxy or an interrupted connection may. */
const BARE = /^(SyntaxError|NotFound|Unknown|UnknownError|Error)$/
const SOCKET = /^(E(CONN|PIPE|HOST|NET|AI_|NOTFOUND|TIMEDOUT|PROTO)|UND_ERR|CERT_|DEPTH_|SELF_|UNABLE_|HPE_)/

/** An SDK error as an ActionError, with the policy statement to add if granting helps. */
export async function explainFault(thrown: unknown, about: Call): Promise<ActionError> {
  return await withStatement(toFault(thrown, about), about)
}

/**
 * An SDK error as an ActionError. Only this function classifies one; the message says what happened on which call, and the hint what to do.
 */
export function toFault(thrown: unknown, about: Call): ActionError {
  if (isActionError(thrown)) {
    return new ActionError(thrown.fault, `${about.action} in ${about.region}: ${thrown.message}`, thrown.hint, thrown)
  }
  const error = readError(thrown, about.setting)
  const cause = findKnownCause(error, about)
  const fault = cause?.fault ?? classify(error)
  const usual = SENTENCES[fault](error, about)
  return new ActionError(fault, cause?.text?.(error, about) ?? usual.text, cause?.hint(error, about) ?? usual.hint, thrown)
}

/** Classifies by name first, because throttling may have status 400 or 429; then by HTTP status, then by the error of the socket. */
function classify(error: ErrorParts): Fault {
  const named = RULES.find(([, shape]) => shape.test(error.name))?.[0]
  if (named !== undefined) return named
  if (SOCKET.test(error.code)) return 'unreachable'
  if (error.status !== undefined) return BARE.test(error.name) ? byBareStatus(error.status) : byStatus(error.status)
  if (error.name === 'SyntaxError' || error.code !== '') return 'unreachable'
  return error.stage === 'credentials' ? 'credentials' : 'internal'
}

/** Without an error code, only failure and throttling are trusted: a bare 404 does not prove that a resource is missing. */
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

/**
 * The quota that a call can reach. AWS names it only in some of its messages.
 * https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html
 */
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
type Say = (error: ErrorParts, about: Call) => Sentence

const answered =
  (hint: string): Say =>
  (error, { action, region }) => ({ text: `${action} in ${region} failed: ${error.name}: ${error.message}`, hint })

const SENTENCES: Readonly<Record<Fault, Say>> = {
  denied: (error, about) => ({
    text: `AWS refused ${about.action} in ${about.region}: ${error.name}: ${error.message}`,
    hint: toGrantHint(readDenial(error.message, about)),
  }),
  expired: answered(
    'The credentials of this job have run out: raise role-duration-seconds of aws-actions/configure-aws-credentials, or put that step right before this one.',
  ),
  credentials: answered('Put aws-actions/configure-aws-credentials, with `permissions: id-token: write`, before this step.'),
  settings: answered('Check the settings of the runner.'),
  quota: (error, { action, region }) => ({
    text: `${action} in ${region} failed: ${error.name}: ${error.message}`,
    hint: QUOTAS[action] ?? 'An account quota is reached: see Service Quotas in the AWS console.',
  }),
  throttled: answered('AWS kept throttling this account; try again when less is going on.'),
  missing: answered('Check the name, the region and the account.'),
  exists: answered('Choose another name, or remove what is there.'),
  conflict: answered('Something else changed it at the same time; try again.'),
  invalid: answered('If the inputs look right, please report this with the log.'),
  unreachable: (error, { action, region }) => ({
    text: `${action} in ${region} got no answer that can be read: ${error.code || error.name}: ${error.message}`,
    hint: 'Check the region, the network of the runner, and any proxy or firewall.',
  }),
  service: answered('AWS failed on its side; see https://health.aws.amazon.com and try again.'),
  internal: answered('This is a defect of the action; please report it with this log.'),
  usage: answered(''),
  cancelled: answered(''),
  refused: answered(''),
}
