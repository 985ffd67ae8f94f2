/** One probe as people may see it: its address has only scheme, host and path. */
export type Probe = { readonly name: string; readonly shown: string }

/** Status codes from one to another, both included. */
export type StatusRange = readonly [number, number]

/** One probe with everything that is needed to send it. `url` and `headers` may contain secrets, so they never get into the Timeline. */
export type ProbeTarget = Probe & {
  readonly kind: 'http' | 'https' | 'tcp'
  readonly url: string
  /** Status codes that are healthy; not used by tcp. */
  readonly healthy: readonly StatusRange[]
  readonly headers: Readonly<Record<string, string>>
}

/** A line of `probe-headers`. */
export type Header = { readonly probe: string; readonly name: string; readonly value: string }

/** The rules by which probes are judged; durations in milliseconds, availability in per cent. */
export type ProbeRules = {
  readonly probes: readonly Probe[]
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly minAvailability: number
  readonly maxOutageMs: number
  readonly observeMs: number
  readonly recoveryMs: number
  readonly abortOnOutage: boolean
}

export const MAX_PROBES = 20
/** A probe with fewer known checks than this is not judged. */
export const MIN_CHECKS = 10
const OK: StatusRange = [200, 299]
const LINE = /^([A-Za-z0-9_-]{1,40})\s*=\s*(\S+)(?:\s+(.*))?$/
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)$/i
const LONGEST_SHOWN = 200

/**
 * Parses `name=address`, one a line. After an http address, further healthy status codes beside 200–299 may follow: `301 404` or `300-399`.
 */
export function parseProbes(text: string): readonly ProbeTarget[] | undefined {
  const lines = toLines(text)
  const parsed = lines.map(parseProbe).filter((probeTarget) => probeTarget !== undefined)
  const names = new Set(parsed.map(({ name }) => name))
  return names.size === lines.length && lines.length <= MAX_PROBES ? parsed : undefined
}

/** Parses `name: Header: value`, one a line. Refuses a header that a probe has twice. */
export function parseHeaders(text: string): readonly Header[] | undefined {
  const lines = toLines(text)
  const parsed = lines.map(parseHeader).filter((header) => header !== undefined)
  const names = new Set(parsed.map(({ probe, name }) => `${probe}:${name.toLowerCase()}`))
  return names.size === lines.length ? parsed : undefined
}

/** The parts of `probe-headers` that must never be shown, also of lines that cannot be parsed. */
export function findSecrets(text: string): readonly string[] {
  return toLines(text).flatMap((line) => {
    const value = parseHeader(line)?.value ?? line
    const credentials = /^(?:Basic|Bearer|Token)\s+(\S+)$/i.exec(value)?.[1]
    return credentials === undefined ? [value] : [value, credentials]
  })
}

/** Names the lines of `probes` that cannot be parsed, or what is wrong with the lines together, without their content. */
export function hideProbes(text: string): string {
  const lines = toLines(text)
  return hideLines(text, parseProbe) ?? (lines.length > MAX_PROBES ? `${lines.length} probes` : 'a name twice')
}

/** The same for `probe-headers`. */
export function hideHeaders(text: string): string {
  return hideLines(text, parseHeader) ?? 'a header twice for one probe'
}

/** Names the lines that cannot be parsed by their numbers (blank lines count); undefined if there is none. */
function hideLines(text: string, parse: (line: string) => unknown): string | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const bad = lines.flatMap((line, index) => (line !== '' && parse(line) === undefined ? [index + 1] : []))
  if (bad.length === 0) return undefined
  return bad.length === 1 ? `line ${bad[0]}, which cannot be parsed` : `lines ${bad.join(', ')}, which cannot be parsed`
}

function toLines(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function parseProbe(line: string): ProbeTarget | undefined {
  const [, name = '', address = '', statuses = ''] = LINE.exec(line) ?? []
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || url.username !== '' || url.password !== '') return undefined
  if (url.protocol === 'tcp:') return statuses === '' ? parseTcp(name, url) : undefined
  return parseWeb(name, url, parseStatuses(statuses))
}

function parseWeb(name: string, url: URL, extra: readonly StatusRange[] | undefined): ProbeTarget | undefined {
  const kind = url.protocol === 'http:' ? 'http' : url.protocol === 'https:' ? 'https' : undefined
  if (kind === undefined || extra === undefined) return undefined
  const shown = `${url.protocol}//${url.host}${url.pathname}`.slice(0, LONGEST_SHOWN)
  url.hash = ''
  return { name, shown, kind, url: url.href, healthy: [OK, ...extra], headers: {} }
}

function parseTcp(name: string, url: URL): ProbeTarget | undefined {
  const bare = (url.pathname === '' || url.pathname === '/') && url.search === '' && url.hash === ''
  const port = Number(url.port)
  if (!bare || !(port >= 1) || !HOST.test(url.hostname)) return undefined
  const shown = `tcp://${url.hostname}:${port}`
  return { name, shown, kind: 'tcp', url: shown, healthy: [], headers: {} }
}

function parseStatuses(text: string): readonly StatusRange[] | undefined {
  const ranges = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part): StatusRange | undefined => {
      const [, from = '', to = from] = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(part) ?? []
      return from !== '' && Number(from) <= Number(to) ? [Number(from), Number(to)] : undefined
    })
  const parsed = ranges.filter((range) => range !== undefined)
  return parsed.length === ranges.length ? parsed : undefined
}

/** Names as in RFC 9110; values of visible characters, spaces and tabs. */
function parseHeader(line: string): Header | undefined {
  const found = /^([A-Za-z0-9_-]{1,40})\s*:\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*([\t\x20-\x7e\x80-\xff]+)$/.exec(line)
  const [, probe = '', name = '', value = ''] = found ?? []
  return found === null ? undefined : { probe, name, value }
}
