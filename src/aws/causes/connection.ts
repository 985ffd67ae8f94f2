import type { Call } from '../call.ts'
import type { ErrorParts } from '../error-parts.ts'
import { hasCode, isNamed, type KnownCause, readEnv } from './cause.ts'

const CERTIFICATE = /^(CERT_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/
const UNKNOWN_ISSUER = /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/
/** Errors of TLS that mean that the other side speaks another protocol. All other errors of TLS may be temporary. */
const OTHER_PROTOCOL = /wrong.version.number|unknown.protocol|unsupported.protocol|http.request|packet.length.too.long/i
const SOCKET = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET)/
const UNKNOWN_NAME = /^(ENOTFOUND|EAI_AGAIN)$/
const NO_ADDRESS = /^(Region not accepted|Invalid endpoint|Invalid URL)/i

/** Causes between the runner and AWS: nothing reached the service. */
export const CONNECTION: readonly KnownCause[] = [
  {
    name: 'a proxy that is none',
    when: isNamed('UnusableProxy'),
    fault: 'settings',
    text: ({ message }, { action, region }) => `${action} in ${region} was not sent: ${message}.`,
    hint: () => 'Set the variable to http://host:port or host:port, or name AWS in NO_PROXY. SOCKS is not supported.',
  },
  {
    name: 'a proxy that asks for a password',
    when: (error) => error.code === 'ERR_PROXY_TUNNEL' && (error.status === 407 || /\b407\b/.test(error.message)),
    fault: 'settings',
    text: (error, { action, region }) => `${action} in ${region} was not sent: ${toProxy(error)} asks for a user and a password (407).`,
    hint: ({ proxy }) =>
      `Put them into ${proxy?.variable ?? 'https_proxy'}: http://user:password@host:port, with special characters as %XX.`,
  },
  {
    name: 'a proxy that refuses',
    when: (error) => error.code === 'ERR_PROXY_TUNNEL',
    fault: 'unreachable',
    hint: (error, about) =>
      `${toProxy(error)} does not connect to AWS: let it, or name ${toDomain(about)} in NO_PROXY. Check any firewall behind it.`,
  },
  {
    name: 'an unknown issuer',
    when: hasCode(UNKNOWN_ISSUER),
    fault: 'settings',
    text: toUntrusted,
    hint: () =>
      'A proxy or a firewall that opens TLS signs with a certificate authority of its own: name the file of that authority in NODE_EXTRA_CA_CERTS of the runner (AWS_CA_BUNDLE is not read). If there is none, somebody stands between the runner and AWS.',
  },
  {
    name: 'a bad certificate',
    when: hasCode(CERTIFICATE),
    fault: 'settings',
    text: toUntrusted,
    hint: () => 'Check the clock of the runner, a proxy or firewall that opens TLS, and AWS_ENDPOINT_URL if it is set.',
  },
  {
    name: 'no TLS at the other end',
    when: (error) => /^(EPROTO|ERR_SSL_)/.test(error.code) && OTHER_PROTOCOL.test(`${error.code} ${error.message}`),
    fault: 'settings',
    text: toUntrusted,
    hint: () => 'The other end does not speak TLS as AWS does: check the scheme in AWS_ENDPOINT_URL and in the proxy variables.',
  },
  {
    name: 'a proxy without an address',
    when: (error) => error.proxy !== undefined && UNKNOWN_NAME.test(error.code),
    fault: 'unreachable',
    hint: (error) => `${toProxy(error)} has no address: correct the variable, or the name servers of the runner.`,
  },
  {
    name: 'a proxy that does not answer',
    when: (error) => error.proxy !== undefined && SOCKET.test(error.code),
    fault: 'unreachable',
    hint: (error, about) =>
      `${toProxy(error)} does not answer: check that it runs and lets this runner in, or name ${toDomain(about)} in NO_PROXY to go without it.`,
  },
  {
    name: 'an endpoint that is not AWS',
    when: (error, about) => (UNKNOWN_NAME.test(error.code) || SOCKET.test(error.code)) && toEndpoints(about) !== '',
    fault: 'unreachable',
    hint: (_, about) => `Check ${toEndpoints(about)}, or remove it: the calls do not go to AWS itself.`,
  },
  {
    name: 'an address that is none',
    when: (error) => error.code === 'ERR_INVALID_URL' || error.name === 'EndpointError' || NO_ADDRESS.test(error.message),
    fault: 'settings',
    text: ({ message }, { action, region }) => `${action} in ${region} was not sent: ${message}.`,
    hint: (_, about) =>
      `Check the region${toEndpoints(about) === '' ? '' : ` and ${toEndpoints(about)}, which has to be https://host or http://host:port`}.`,
  },
  {
    name: 'no such host',
    when: hasCode(UNKNOWN_NAME),
    fault: 'unreachable',
    hint: ({ host }, { region }) =>
      `${host || 'The host'} has no address: the region ${region} may be misspelt or may not have this service, or the runner cannot resolve names.`,
  },
]

function toProxy({ proxy }: ErrorParts): string {
  return proxy === undefined ? 'The proxy' : `The proxy ${proxy.shown}, which ${proxy.variable} names,`
}

function toUntrusted({ code, message }: ErrorParts, { action, region }: Call): string {
  return `${action} in ${region} was not sent: the certificate at the other end is not accepted (${code}: ${message}).`
}

/** The names of the variables that set an endpoint other than AWS's own. */
function toEndpoints(about: Call): string {
  const set = Object.entries(readEnv(about)).filter(([name, value]) => value && /^AWS_ENDPOINT_URL(_|$)/.test(name))
  return set.map(([name]) => name).join(', ')
}

function toDomain({ region }: Call): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
}
