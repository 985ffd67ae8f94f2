import type { Call } from '../call.ts'
import type { ErrorParts } from '../error-parts.ts'
import { CONFIGURE, hasCode, isNamed, type KnownCause, readEnv } from './cause.ts'

const FILE = /^(ENOENT|EACCES|EPERM|EISDIR|ENOTDIR)$/
const OLD_LOGIN = /SSO session|re-authenticate using aws login|Token is expired/
const UNTRUSTED = /^(AccessDenied|InvalidIdentityToken|IDPRejectedClaim|IDPCommunicationError)/

const inCredentials = ({ stage }: ErrorParts) => stage === 'credentials'
const isRefused = (error: ErrorParts) => inCredentials(error) && error.name === 'CredentialsProviderError'
const usesContainer = (about: Call) => Object.keys(readEnv(about)).some((name) => name.startsWith('AWS_CONTAINER_CREDENTIALS_'))

/** Causes in the credentials, which were not found or cannot be used: nothing was sent to the service. */
export const CREDENTIALS: readonly KnownCause[] = [
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
    when: (error) => error.name === 'NoHome' || /uv_os_homedir/.test(error.message),
    fault: 'credentials',
    text: () => 'There are no credentials: the user of this process has no home folder, so AWS files cannot be looked for in it.',
    hint: () => `Set HOME, or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, or use ${CONFIGURE}.`,
  },
  {
    name: 'a profile that asks for a code',
    when: (error) => inCredentials(error) && /multi-factor/i.test(error.message),
    fault: 'credentials',
    hint: () => 'Nobody can enter a code here: name a profile, or a role, without multi-factor authentication.',
  },
  {
    name: 'an old login',
    when: (error) => inCredentials(error) && (error.name === 'TokenProviderError' || OLD_LOGIN.test(error.message)),
    fault: 'expired',
    hint: (_, about) =>
      `Log in again on the machine of the runner (aws sso login, or aws login, with ${toProfile(about)}), or use ${CONFIGURE}.`,
  },
  {
    name: 'a process that fails',
    when: (error) => inCredentials(error) && /^Command failed|credential_process|maxBuffer/.test(error.message),
    fault: 'credentials',
    text: (error, about) => `The credential_process of ${toProfile(about)} gave no credentials: ${withoutCommand(error)}.`,
    hint: () => 'Run the command by hand as the user of the runner. It has to print JSON with Version 1, AccessKeyId and SecretAccessKey.',
  },
  {
    name: 'no web identity token',
    when: (error) => inCredentials(error) && FILE.test(error.code),
    fault: 'credentials',
    text: ({ code }, about) =>
      `The file with the web identity token cannot be read (${code}), so there are no credentials for ${about.action}.`,
    hint: () => `Check AWS_WEB_IDENTITY_TOKEN_FILE; on GitHub's runners use ${CONFIGURE} with \`permissions: id-token: write\` instead.`,
  },
  {
    name: 'a web identity token that is over',
    when: (error) => inCredentials(error) && /^ExpiredToken/.test(error.name),
    fault: 'expired',
    hint: () => `The web identity token is too old: request a new one right before this step, or use ${CONFIGURE}.`,
  },
  {
    name: 'a role that does not trust this workflow',
    when: (error) => inCredentials(error) && UNTRUSTED.test(error.name),
    fault: 'credentials',
    hint: () =>
      'The trust policy of the role has to name this identity: for a token of GitHub the provider token.actions.githubusercontent.com, its audience, and this repository as subject.',
  },
  {
    name: 'a silent source',
    when: (error) => inCredentials(error) && error.name === 'TimeoutError',
    fault: 'unreachable',
    text: ({ message }, about) => `There were no credentials for ${about.action} in ${about.region}: ${toSource(about)} gave ${message}.`,
    hint: () => 'Check why it does not answer: a credential_process that waits for input, a container agent that hangs, a firewall.',
  },
  {
    name: 'a container without credentials',
    when: (error, about) => isRefused(error) && usesContainer(about),
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

/** The message without its first line, which shows a command whose arguments may contain a secret. */
function withoutCommand({ message }: ErrorParts): string {
  return message.replace(/^Command failed:[^\n]*\n?/, '').trim() || 'it failed and said nothing'
}
