/** The headers of an answer, names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** An answer of this age may just have been slow; an older one comes from a cache. */
const FRESH_SECONDS = 2

/**
 * How an answer shows that it came from a cache: `Age: 40`, `X-Cache: HIT`; '' if it does not. Such an answer proves nothing about the
 * service, which may be down. `Age`: RFC 9111, section 5.1. `Cache-Status`: RFC 9211. `Warning`: RFC 7234, section 5.5. The others are what
 * proxies and CDNs send.
 */
export function findCache(headers: AnswerHeaders): string {
  for (const [name, shows] of SIGNS) {
    const value = toText(headers[name.toLowerCase()])
    if (shows(value)) return `${name}: ${value}`
  }
  return ''
}

const SIGNS: readonly (readonly [string, (value: string) => boolean])[] = [
  ['Age', (value) => Number(/^\s*(\d+)/.exec(value)?.[1] ?? 0) > FRESH_SECONDS],
  ['Cache-Status', isCacheStatusHit],
  ['X-Cache', isHit],
  ['CF-Cache-Status', isHit],
  ['X-Cache-Status', isHit],
  // Stale, revalidation failed, disconnected from the network.
  ['Warning', (value) => /(^|,)\s*11[012]\b/.test(value)],
]

/** True for `HIT`, `HIT, MISS`, `Hit from cloudfront`, `TCP_MEM_HIT`, `STALE`; not for `RefreshHit`, where the cache asked the service. */
function isHit(value: string): boolean {
  return /(^|[^a-z])(hit|stale)([^a-z]|$)/i.test(value)
}

/** A list of caches, each with parameters: `OriginCache; hit, CDN; fwd=miss`. The parameter `hit` is a boolean. */
function isCacheStatusHit(value: string): boolean {
  const bare = value.replace(/"[^"]*"/g, '""')
  return bare.split(',').some((cache) =>
    cache
      .split(';')
      .slice(1)
      .some((parameter) => /^\s*hit(\s*=\s*\?1)?\s*$/i.test(parameter)),
  )
}

function toText(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value ?? []).join(', ')
}
