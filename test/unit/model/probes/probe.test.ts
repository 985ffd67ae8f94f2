import { describe, expect, it } from 'vitest'
import { findSecrets, hideHeaders, hideProbes, parseHeaders, parseProbes } from '../../../../src/model/probes/probe.ts'

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
        healthy: [[200, 299]],
        headers: {},
      },
      {
        name: 'api',
        shown: 'http://localhost:8080/',
        kind: 'http',
        url: 'http://localhost:8080/',
        healthy: [
          [200, 299],
          [301, 301],
          [404, 404],
          [500, 503],
        ],
        headers: {},
      },
      { name: 'db', shown: 'tcp://db.internal:5432', kind: 'tcp', url: 'tcp://db.internal:5432', healthy: [], headers: {} },
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
  it('finds values, credentials without their scheme, and all of a line that cannot be parsed', () => {
    expect(findSecrets('web: Authorization: Bearer t0ken\nweb: X-Key: k3y\nnonsense s3cret')).toEqual([
      'Bearer t0ken',
      't0ken',
      'k3y',
      'nonsense s3cret',
    ])
    expect(findSecrets('')).toEqual([])
  })

  it.each([
    ['web=https://user:pa/ssWORD@h/', 'line 1, which cannot be parsed'],
    ['web=https:user:ssWORD@h/', 'line 1, which cannot be parsed'],
    ['web=user:ssWORD@h:443', 'line 1, which cannot be parsed'],
    ['web=https://h/ Authorization: ssWORD', 'line 1, which cannot be parsed'],
    ['ssWORD', 'line 1, which cannot be parsed'],
    ['ssWORD=https://h/ ssWORD', 'line 1, which cannot be parsed'],
    ['web=ftp://ssWORD.example/', 'line 1, which cannot be parsed'],
    ['web=https://h/\n\nssWORD\r\napi=tcp://ssWORD', 'lines 3, 4, which cannot be parsed'],
    ['web=https://h/ssWORD\nweb=https://h/', 'a name twice'],
    [Array.from({ length: 21 }, (_, index) => `ssWORD${index}=https://h`).join('\n'), '21 probes'],
  ])('is not shown of the probes %j', (text, shown) => {
    expect(parseProbes(text)).toBeUndefined()
    expect(hideProbes(text)).toBe(shown)
  })

  it('is not shown of a header: only which lines are bad', () => {
    expect(hideHeaders('web: X: s3cret\n\nnope s3cret')).toBe('line 3, which cannot be parsed')
    expect(hideHeaders('web: X: a\nweb: x: b')).toBe('a header twice for one probe')
  })
})
