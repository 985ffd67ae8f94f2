/** One probe as people may see it: of its address only scheme, host and path. */
export type Probe = { readonly name: string; readonly shown: string }

/** Status codes from one to another, both included. */
export type StatusRange = readonly [number, number]

/** One probe with all it takes to send it. `url` and `headers` may hold secrets: they never come near the Timeline. */
export type ProbeTarget = Probe & {
  readonly kind: 'http' | 'https' | 'tcp'
  readonly url: string
  /** Status codes that are good; not used by tcp. */
  readonly good: readonly StatusRange[]
  readonly headers: Readonly<Record<string, string>>
}

/** A line of `probe-headers`. */
export type Header = { readonly probe: string; readonly name: string; readonly value: string }

/** What the probes are judged by; durations in milliseconds, availability in per cent. */
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
const OK: StatusRange = [200, 299]
const LINE = /^([A-Za-z0-9_-]{1,40})\s*=\s*(\S+)(?:\s+(.*))?$/
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)$/i
const LONGEST_SHOWN = 200

/** `name=address`, a line each; after an http address the status codes that are good beside 200–299: `301 404` or `300-399`. */
export function parseProbes(text: string): readonly ProbeTarget[] | undefined {
  const probeTargets = toLines(text).map(parseProbe)
  const good = probeTargets.filter((probeTarget) => probeTarget !== undefined)
  const unique = new Set(good.map(({ name }) => name)).size === probeTargets.length
  return good.length === probeTargets.length && unique && probeTargets.length <= MAX_PROBES ? good : undefined
}

/** `name: Header: value` a line. No header twice for one probe. */
export function parseHeaders(text: string): readonly Header[] | undefined {
  const headers = toLines(text).map(parseHeader)
  const good = headers.filter((header) => header !== undefined)
  const unique = new Set(good.map(({ probe, name }) => `${probe}:${name.toLowerCase()}`)).size === headers.length
  return good.length === headers.length && unique ? good : undefined
}

/** The parts of `probe-headers` that must never be seen, also of lines that can not be parsed. */
export function findSecrets(text: string): readonly string[] {
  return toLines(text).flatMap((line) => {
    const value = parseHeader(line)?.value ?? line
    const credentials = /^(?:Basic|Bearer|Token)\s+(\S+)$/i.exec(value)?.[1]
    return credentials === undefined ? [value] : [value, credentials]
  })
}

/** The given addresses without what is not to be shown: credentials, query and fragment. */
export function hideQueries(text: string): string {
  return text.replace(/\/\/[^/\s@]*@/g, '//…@').replace(/[?#]\S*/g, '?…')
}

/** Says which lines are not as they should be, and nothing of what they hold. */
export function hideHeaders(text: string): string {
  const lines = toLines(text)
  const bad = lines.flatMap((line, index) => (parseHeader(line) === undefined ? [index + 1] : []))
  return bad.length === 0 ? `a header twice in ${lines.length} lines` : `what can not be read in line ${bad.join(', ')}`
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
  return { name, shown, kind, url: url.href, good: [OK, ...extra], headers: {} }
}

function parseTcp(name: string, url: URL): ProbeTarget | undefined {
  const bare = (url.pathname === '' || url.pathname === '/') && url.search === '' && url.hash === ''
  const port = Number(url.port)
  if (!bare || !(port >= 1) || !HOST.test(url.hostname)) return undefined
  const shown = `tcp://${url.hostname}:${port}`
  return { name, shown, kind: 'tcp', url: shown, good: [], headers: {} }
}

function parseStatuses(text: string): readonly StatusRange[] | undefined {
  const ranges = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part): StatusRange | undefined => {
      const [, from = '', to = from] = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(part) ?? []
      return from !== '' && Number(from) <= Number(to) ? [Number(from), Number(to)] : undefined
    })
  const good = ranges.filter((range) => range !== undefined)
  return good.length === ranges.length ? good : undefined
}

/** Names as in RFC 9110; values of visible characters, spaces and tabs. */
function parseHeader(line: string): Header | undefined {
  const found = /^([A-Za-z0-9_-]{1,40})\s*:\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*([\t\x20-\x7e\x80-\xff]+)$/.exec(line)
  const [, probe = '', name = '', value = ''] = found ?? []
  return found === null ? undefined : { probe, name, value }
}
