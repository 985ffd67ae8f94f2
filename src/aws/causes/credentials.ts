import type { Call } from '../call.ts'
import type { Seen } from '../seen.ts'
import { type Cause, CONFIGURE, hasCode, isNamed, readEnv } from './cause.ts'

const FILE = /^(ENOENT|EACCES|EPERM|EISDIR|ENOTDIR)$/
const OLD_LOGIN = /SSO session|re-authenticate using aws login|Token is expired/
const UNTRUSTED = /^(AccessDenied|InvalidIdentityToken|IDPRejectedClaim|IDPCommunicationError)/

const inCredentials = ({ stage }: Seen) => stage === 'credentials'
const isRefused = (seen: Seen) => inCredentials(seen) && seen.name === 'CredentialsProviderError'
const usesContainer = (about: Call) => Object.keys(readEnv(about)).some((name) => name.startsWith('AWS_CONTAINER_CREDENTIALS_'))

/** Credentials that were not found, or cannot be used: nothing was sent to the service. */
export const CREDENTIALS: readonly Cause[] = [
  {
    name: 'odd characters in the environment',
    when: isNamed('InvalidKeys'),
    fault: 'credentials',
    text: ({ message }) => `The credentials in the environment cannot be used: ${message}.`,
    hint: () => 'Copy the value again, without line breaks and blanks, into the secret that the variable is set from.',
  },
  {
    name: 'half a pair in the environment',
    when: isNamed('PartialKeys'),
    fault: 'credentials',
    text: ({ message }) => `The credentials in the environment are not complete: ${message}.`,
    hint: () => `Set both, or neither. ${CONFIGURE} sets all that is needed.`,
  },
  {
    name: 'odd characters from another source',
    when: hasCode(/^ERR_INVALID_CHAR$/),
    fault: 'credentials',
    text: (_, about) =>
      `The credentials from ${toSource(about)} cannot be used: they contain a character that no HTTP header can have, such as a line break.`,
    hint: () => 'Write the keys again, each on one line.',
  },
  {
    name: 'unknown profile',
    when: isNamed('UnknownProfile'),
    fault: 'credentials',
    text: ({ message }) => `${message}.`,
    hint: () => `Correct AWS_PROFILE, or remove it and use ${CONFIGURE}.`,
  },
  {
    name: 'unreadable file',
    when: isNamed('UnreadableFile'),
    fault: 'credentials',
    text: ({ message }) => `There are no credentials: ${message}.`,
    hint: () => 'Let the user of the runner read this file, or name another with AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE.',
  },
  {
    name: 'no home folder',
    when: (seen) => seen.name === 'NoHome' || /uv_os_homedir/.test(seen.message),
    fault: 'credentials',
    text: () => 'There are no credentials: the user of this process has no home folder, so AWS files cannot be looked for in it.',
    hint: () => `Set HOME, or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, or use ${CONFIGURE}.`,
  },
  {
    name: 'a profile that asks for a code',
    when: (seen) => inCredentials(seen) && /multi-factor/i.test(seen.message),
    fault: 'credentials',
    hint: () => 'Nobody can enter a code here: name a profile, or a role, without multi-factor authentication.',
  },
  {
    name: 'an old login',
    when: (seen) => inCredentials(seen) && (seen.name === 'TokenProviderError' || OLD_LOGIN.test(seen.message)),
    fault: 'expired',
    hint: (_, about) =>
      `Log in again on the machine of the runner (aws sso login, or aws login, with ${toProfile(about)}), or use ${CONFIGURE}.`,
  },
  {
    name: 'a process that fails',
    when: (seen) => inCredentials(seen) && /^Command failed|credential_process|maxBuffer/.test(seen.message),
    fault: 'credentials',
    text: (seen, about) => `The credential_process of ${toProfile(about)} gave no credentials: ${withoutCommand(seen)}.`,
    hint: () => 'Run the command by hand as the user of the runner. It has to print JSON with Version 1, AccessKeyId and SecretAccessKey.',
  },
  {
    name: 'no web identity token',
    when: (seen) => inCredentials(seen) && FILE.test(seen.code),
    fault: 'credentials',
    text: ({ code }, about) =>
      `The file with the web identity token cannot be read (${code}), so there are no credentials for ${about.action}.`,
    hint: () => `Check AWS_WEB_IDENTITY_TOKEN_FILE; on GitHub's runners use ${CONFIGURE} with \`permissions: id-token: write\` instead.`,
  },
  {
    name: 'a web identity token that is over',
    when: (seen) => inCredentials(seen) && /^ExpiredToken/.test(seen.name),
    fault: 'expired',
    hint: () => `The web identity token is too old: request a new one right before this step, or use ${CONFIGURE}.`,
  },
  {
    name: 'a role that does not trust this workflow',
    when: (seen) => inCredentials(seen) && UNTRUSTED.test(seen.name),
    fault: 'credentials',
    hint: () =>
      'The trust policy of the role has to name this identity: for a token of GitHub the provider token.actions.githubusercontent.com, its audience, and this repository as subject.',
  },
  {
    name: 'a silent source',
    when: (seen) => inCredentials(seen) && seen.name === 'TimeoutError',
    fault: 'unreachable',
    text: ({ message }, about) => `There were no credentials for ${about.action} in ${about.region}: ${toSource(about)} gave ${message}.`,
    hint: () => 'Check why it does not answer: a credential_process that waits for input, a container agent that hangs, a firewall.',
  },
  {
    name: 'a container without credentials',
    when: (seen, about) => isRefused(seen) && usesContainer(about),
    fault: 'credentials',
    hint: () => 'Check AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, and the task role behind it.',
  },
  {
    name: 'no credentials at all',
    when: isRefused,
    fault: 'credentials',
    hint: () => `Put ${CONFIGURE}, with \`permissions: id-token: write\`, before this step.`,
  },
]

function toSource({ setting }: Call): string {
  return setting?.source() ?? 'their source'
}

function toProfile(about: Call): string {
  return `profile ${readEnv(about).AWS_PROFILE || 'default'}`
}

/** The first line names the command, whose arguments may hold a secret. */
function withoutCommand({ message }: Seen): string {
  return message.replace(/^Command failed:[^\n]*\n?/, '').trim() || 'it failed and said nothing'
}
