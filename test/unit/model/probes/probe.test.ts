import { describe, expect, it } from 'vitest'
import { findTooFew } from '../../../../src/model/inputs/probes.ts'
import { findSecrets, hideHeaders, hideQueries, parseHeaders, parseProbes } from '../../../../src/model/probes/probe.ts'

describe('parseProbes', () => {
  it('takes http, https and tcp, one a line', () => {
    const probeTargets = parseProbes(
      'web=https://example.com/health?key=s3cret#x\n\n  api = http://localhost:8080 301,404 500-503 \r\ndb=tcp://db.internal:5432',
    )
    expect(probeTargets).toEqual([
      {
        name: 'web',
        shown: 'https://example.com/health',
        kind: 'https',
        url: 'https://example.com/health?key=s3cret',
        good: [[200, 299]],
        headers: {},
      },
      {
        name: 'api',
        shown: 'http://localhost:8080/',
        kind: 'http',
        url: 'http://localhost:8080/',
        good: [
          [200, 299],
          [301, 301],
          [404, 404],
          [500, 503],
        ],
        headers: {},
      },
      { name: 'db', shown: 'tcp://db.internal:5432', kind: 'tcp', url: 'tcp://db.internal:5432', good: [], headers: {} },
    ])
  })

  it('takes no probes for none', () => {
    expect(parseProbes('')).toEqual([])
    expect(parseProbes(' \n ')).toEqual([])
  })

  it('takes IPv6', () => {
    expect(parseProbes('six=tcp://[::1]:80')?.[0]?.url).toBe('tcp://[::1]:80')
    expect(parseProbes('six=http://[::1]:8080/x')?.[0]?.shown).toBe('http://[::1]:8080/x')
  })

  it.each([
    ['no name', 'https://example.com'],
    ['a name that is too long', `${'a'.repeat(41)}=https://example.com`],
    ['a name with other signs', 'a.b=https://example.com'],
    ['a name twice', 'a=https://example.com\na=http://example.com'],
    ['another scheme', 'a=ftp://example.com'],
    ['no host', 'a=https://'],
    ['credentials', 'a=https://user:pass@example.com'],
    ['a user alone', 'a=https://user@example.com'],
    ['tcp without a port', 'a=tcp://example.com'],
    ['tcp with a path', 'a=tcp://example.com:1/x'],
    ['tcp with a status', 'a=tcp://example.com:1 200'],
    ['tcp without a host', 'a=tcp://:80'],
    ['a status that is none', 'a=https://example.com 99'],
    ['a range backwards', 'a=https://example.com 404-301'],
    ['words after the address', 'a=https://example.com ok'],
    ['more than twenty', Array.from({ length: 21 }, (_, index) => `p${index}=https://example.com`).join('\n')],
  ])('refuses %s', (_, text) => {
    expect(parseProbes(text)).toBeUndefined()
  })

  it('takes twenty', () => {
    expect(parseProbes(Array.from({ length: 20 }, (_, index) => `p${index}=https://example.com`).join('\n'))).toHaveLength(20)
  })
})

describe('parseHeaders', () => {
  it('takes `name: Header: value`, colons in the value and all', () => {
    expect(parseHeaders('web: Authorization: Bearer a:b\nweb:X-A:1')).toEqual([
      { probe: 'web', name: 'Authorization', value: 'Bearer a:b' },
      { probe: 'web', name: 'X-A', value: '1' },
    ])
  })

  it.each([
    ['no value', 'web: X:'],
    ['no header', 'web: value'],
    ['a header name with a space', 'web: X Y: 1'],
    ['a control character', 'web: X: a\u0000b'],
    ['a header twice, in any case', 'web: X-A: 1\nweb: x-a: 2'],
  ])('refuses %s', (_, text) => {
    expect(parseHeaders(text)).toBeUndefined()
  })
})

describe('what is secret', () => {
  it('finds values, credentials without their scheme, and all of a line that can not be read', () => {
    expect(findSecrets('web: Authorization: Bearer t0ken\nweb: X-Key: k3y\nnonsense s3cret')).toEqual([
      'Bearer t0ken',
      't0ken',
      'k3y',
      'nonsense s3cret',
    ])
    expect(findSecrets('')).toEqual([])
  })

  it('is not shown of an address: credentials, query, fragment', () => {
    expect(hideQueries('a=https://u:p@h/x?k=v#f 301\nb=http://h?k')).toBe('a=https://…@h/x?… 301\nb=http://h?…')
  })

  it('is not shown of a header: only which lines are bad', () => {
    expect(hideHeaders('web: X: s3cret\nnope s3cret')).toBe('what can not be read in line 2')
    expect(hideHeaders('web: X: a\nweb: x: b')).toBe('a header twice in 2 lines')
  })
})

describe('findTooFew', () => {
  const rules = {
    probes: [],
    intervalMs: 20_000,
    timeoutMs: 5000,
    minAvailability: 90,
    maxOutageMs: 0,
    recoveryMs: 0,
    abortOnOutage: false,
  }

  it('warns when ten answers do not fit in what is judged', () => {
    expect(findTooFew({ ...rules, observeMs: 80_000 }, 'interruption')).toBeUndefined()
    expect(findTooFew({ ...rules, observeMs: 79_000 }, 'interruption')).toContain('every PT20S gives fewer than 10 answers in the PT199S')
    expect(findTooFew({ ...rules, observeMs: 80_000 }, 'rebalance')).toContain('inconclusive')
  })
})
