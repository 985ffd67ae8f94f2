/**
 * The one policy for proxies, for calls to AWS and for probes: which proxy each address is reached through. It reads the variables as the
 * Actions runner does (RunnerWebProxy.cs of actions/runner, proxy.ts of actions/toolkit), so that the action uses the same proxy as the
 * runner itself.
 */

type Env = Readonly<Record<string, string | undefined>>

/**
 * How an address is reached. `url` of a proxy contains its user and password, if it has any; `shown` never does. `unusable`: the variable
 * is set, but is not the address of an HTTP proxy.
 */
export type Route =
  | { readonly via: 'direct' }
  | { readonly via: 'proxy'; readonly url: string; readonly shown: string; readonly variable: string }
  | { readonly via: 'unusable'; readonly variable: string }

const DIRECT: Route = { via: 'direct' }
const PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

/**
 * The route to an `http:` or `https:` address. Lower case wins over upper case, an empty variable counts as not set, and a proxy may be
 * given as `host:port`. This machine and the metadata services of AWS are always reached directly.
 */
export function findRoute(address: string | URL, env: Env): Route {
  const url = new URL(address)
  const host = toHost(url.hostname)
  if (isNearby(host) || isExcepted({ host, port: url.port || (PORTS[url.protocol] ?? '') }, readVariable(env, 'no_proxy').value))
    return DIRECT
  const { value, name } = readVariable(env, url.protocol === 'https:' ? 'https_proxy' : 'http_proxy')
  if (value === '') return DIRECT
  const proxy = toUrl(value.includes('://') ? value : `http://${value}`)
  if (proxy === undefined || !(proxy.protocol in PORTS)) return { via: 'unusable', variable: name }
  return { via: 'proxy', url: proxy.href, shown: proxy.host, variable: name }
}

function readVariable(env: Env, name: string): { readonly value: string; readonly name: string } {
  const set = [name, name.toUpperCase()].find((one) => env[one]?.trim())
  return { value: (env[set ?? name] ?? '').trim(), name: set ?? name }
}

function toUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

/** A host name in lower case, without the brackets of IPv6 and without the final dot of an absolute name. */
function toHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
}

/** This machine, and the link-local addresses at which AWS gives metadata and credentials to instances and containers. */
const NEARBY = ['127.0.0.0/8', '::1/128', '169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32']

function isNearby(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || NEARBY.some((range) => isWithin(host, range))
}

type Destination = { readonly host: string; readonly port: string }

function isExcepted(asked: Destination, list: string): boolean {
  return list.split(/[\s,]+/).some((entry) => entry !== '' && matches(asked, entry.toLowerCase()))
}

/**
 * One entry of NO_PROXY: `*`; a name, which covers its subdomains; `.name` or `*.name`, which covers only those; an IP address or a range
 * of them in CIDR notation. All but ranges may end in `:port`. (The runner itself ignores IP addresses here; other tools do not.)
 */
function matches({ host, port }: Destination, entry: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return isWithin(host, entry)
  const { name, only } = splitPort(entry)
  if (only !== undefined && only !== port) return false
  if (name.startsWith('.') || name.startsWith('*.')) return host.endsWith(name.replace(/^\*/, ''))
  const exact = toHost(toUrl(`http://${name.includes(':') ? `[${name}]` : name}`)?.hostname ?? name)
  return host === exact || host.endsWith(`.${exact}`)
}

/** Splits off the port. An IPv6 address contains colons itself, so it has a port only after brackets. */
function splitPort(entry: string): { readonly name: string; readonly only?: string } {
  const [, bracketed, named, only] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? []
  return { name: bracketed ?? named ?? entry, ...(only === undefined ? {} : { only }) }
}

/** True for an IP address that is in a range such as `10.0.0.0/8` or `fd00::/8`. */
function isWithin(host: string, range: string): boolean {
  const [base = '', length = ''] = range.split('/')
  const [bits, prefix] = [toBits(host), toBits(base)]
  if (bits === undefined || prefix === undefined || !/^\d+$/.test(length)) return false
  return bits.length === prefix.length && bits.slice(0, Number(length)) === prefix.slice(0, Number(length))
}

/** An IP address as 32 or 128 binary digits; undefined for a name. An IPv4 address inside an IPv6 one counts as IPv4. */
function toBits(host: string): string | undefined {
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(host)
  if (mapped !== null) return toDigits(mapped.slice(1), 16, 16)
  if (/^\d+(\.\d+){3}$/.test(host)) return toDigits(host.split('.'), 10, 8)
  if (!/^[0-9a-f:]+$/.test(host) || !host.includes(':')) return undefined
  const [head = '', tail] = host.split('::')
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== '')) as [string[], string[]]
  const zeros = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
  return toDigits([...before, ...zeros, ...after], 16, 16)
}

function toDigits(parts: readonly string[], base: number, width: number): string {
  return parts.map((part) => Number.parseInt(part, base).toString(2).padStart(width, '0')).join('')
}
