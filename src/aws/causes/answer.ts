import type { Call } from '../call.ts'
import { CONFIGURE, isNamed, type KnownCause } from './cause.ts'

/**
 * How AWS refuses a signature whose time differs from its own:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
const SKEWED = /signature (expired|not yet current)|time.*skewed/i
const UNKNOWN_CALLER = /^(UnrecognizedClientException|InvalidClientTokenId|AuthFailure|OptInRequired)$/

/** Regions that every account has. Those that came after March 2019 have to be enabled: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
const ALWAYS_ENABLED =
  /^(us-(east|west)-[12]|ap-south-1|ap-northeast-[123]|ap-southeast-[12]|ca-central-1|eu-central-1|eu-west-[123]|eu-north-1|sa-east-1)$/
const OTHER_PARTITION = /^(cn|us-gov|us-iso|us-isob|us-isof|eu-isoe|eusc)-/
const isOptIn = ({ region }: Call) => !ALWAYS_ENABLED.test(region) && !OTHER_PARTITION.test(region)

/**
 * The clause of a refusal that names the kind of policy that denies the call:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
const CLAUSES: readonly (readonly [string, RegExp, string])[] = [
  [
    'a service control policy',
    /service control policy/i,
    'A service control policy of the organization forbids it. A grant does not help: whoever runs the organization has to allow it.',
  ],
  [
    'a resource control policy',
    /resource control policy/i,
    'A resource control policy of the organization forbids it. A grant does not help: whoever runs the organization has to allow it.',
  ],
  [
    'a permissions boundary',
    /permissions boundary/i,
    'The permissions boundary of the role forbids it. A grant does not help: the boundary has to allow it, too.',
  ],
  [
    'a session policy',
    /session policy/i,
    'The session policy, given when the role was assumed (inline-session-policy or managed-session-policies), forbids it. A grant does not help: the session policy has to allow it, too.',
  ],
  [
    'a VPC endpoint policy',
    /VPC endpoint policy/i,
    'The policy of the VPC endpoint that the runner goes through forbids it. A grant does not help: that policy has to allow it, too.',
  ],
  [
    'an explicit deny',
    /explicit deny/i,
    'A policy denies it explicitly. A grant does not help: remove that Deny, or add an exception for this role.',
  ],
]

/** Causes of an answer by AWS that refuses the call. */
export const ANSWERS: readonly KnownCause[] = [
  {
    name: 'a wrong clock',
    when: (error) => SKEWED.test(error.message),
    hint: () => 'The clock of this runner seems to be wrong: set it (NTP), or start the job again on another runner.',
  },
  {
    name: 'a request out of time',
    when: isNamed('RequestExpired'),
    hint: () =>
      `The credentials of this job have run out: raise role-duration-seconds of ${CONFIGURE}, or put that step right before this one. If they are still good, the clock of this runner is wrong.`,
  },
  {
    name: 'STS not activated',
    when: (error) => /^RegionDisabled/.test(error.name),
    fault: 'credentials',
    hint: (_, { region }) =>
      `STS is not active in ${region} for this account: enable the region (opt-in), or activate STS for it in the IAM console.`,
  },
  {
    name: 'a region that is not enabled',
    when: (error, about) => UNKNOWN_CALLER.test(error.name) && isOptIn(about),
    hint: (_, { region }) =>
      `${region} is an opt-in region: enable it for this account (AWS console, Account, AWS Regions) and wait some minutes, or choose another region. If it is enabled, check the credentials: a session token of the global STS endpoint is not valid there.`,
  },
  ...CLAUSES.map(
    ([name, clause, hint]): KnownCause => ({
      name,
      when: (error) =>
        /^(AccessDenied|UnauthorizedOperation|NotAuthorized|Unauthorized|Forbidden)/.test(error.name) && clause.test(error.message),
      hint: () => hint,
    }),
  ),
]
