import { expect, it } from 'vitest'
import { type AnswerHeaders, findCache } from '../../../../src/model/probes/cache.ts'

it.each<readonly [AnswerHeaders, string]>([
  [{ age: '3' }, 'Age: 3'],
  [{ age: ' 600' }, 'Age:  600'],
  [{ age: '31536000' }, 'Age: 31536000'],
  [{ 'cache-status': 'ExampleCache; hit' }, 'Cache-Status: ExampleCache; hit'],
  [{ 'cache-status': 'Origin; fwd=miss, CDN; hit; ttl=376' }, 'Cache-Status: Origin; fwd=miss, CDN; hit; ttl=376'],
  [{ 'cache-status': '"a; b";hit=?1' }, 'Cache-Status: "a; b";hit=?1'],
  [{ 'x-cache': 'HIT' }, 'X-Cache: HIT'],
  [{ 'x-cache': 'Hit from cloudfront' }, 'X-Cache: Hit from cloudfront'],
  [{ 'x-cache': 'HIT from squid.example' }, 'X-Cache: HIT from squid.example'],
  [{ 'x-cache': 'MISS, HIT' }, 'X-Cache: MISS, HIT'],
  [{ 'x-cache': ['MISS', 'HIT'] }, 'X-Cache: MISS, HIT'],
  [{ 'x-cache': 'TCP_MEM_HIT from a23' }, 'X-Cache: TCP_MEM_HIT from a23'],
  [{ 'cf-cache-status': 'HIT' }, 'CF-Cache-Status: HIT'],
  [{ 'cf-cache-status': 'STALE' }, 'CF-Cache-Status: STALE'],
  [{ 'x-cache-status': 'stale' }, 'X-Cache-Status: stale'],
  [{ warning: '110 squid "Response is stale"' }, 'Warning: 110 squid "Response is stale"'],
  [{ warning: '214 a "x", 112 - "Disconnected operation"' }, 'Warning: 214 a "x", 112 - "Disconnected operation"'],
])('%j shows that the answer came from a cache', (headers, sign) => {
  expect(findCache(headers)).toBe(sign)
})

it.each<readonly [AnswerHeaders]>([
  [{}],
  [{ age: '0' }],
  [{ age: '2' }],
  [{ age: 'old' }],
  [{ via: '1.1 proxy.example', 'cache-control': 'max-age=600' }],
  [{ 'cache-status': 'CDN; fwd=stale; stored' }],
  [{ 'cache-status': 'CDN; hit=?0' }],
  [{ 'cache-status': '"a; hit"; fwd=miss' }],
  [{ 'cache-status': 'hit' }],
  [{ 'x-cache': 'Miss from cloudfront' }],
  [{ 'x-cache': 'RefreshHit from cloudfront' }],
  [{ 'x-cache': 'Error from cloudfront' }],
  [{ 'x-cache': 'white' }],
  [{ 'cf-cache-status': 'DYNAMIC' }],
  [{ 'x-cache-status': 'EXPIRED' }],
  [{ 'x-cache-hits': '0' }],
  [{ warning: '199 - "1100 things"' }],
])('%j does not', (headers) => {
  expect(findCache(headers)).toBe('')
})
