import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findRoute } from '../../../src/model/proxy.ts'

type Env = Readonly<Record<string, string>>

const PROXY = 'http://proxy.test:3128'
const AWS = 'https://fis.eu-west-1.amazonaws.com/experiments'
const WEB = 'http://web.corp.test/health'

/** `direct`, `unusable`, or the address that the proxy is reached at. */
function routeOf(address: string, env: Env): string {
  const route = findRoute(address, env)
  return route.via === 'proxy' ? route.url : route.via
}

describe('the variable', () => {
  it.each<[string, string, Env, string]>([
    ['none is set', AWS, {}, 'direct'],
    ['https_proxy', AWS, { https_proxy: PROXY }, `${PROXY}/`],
    ['HTTPS_PROXY', AWS, { HTTPS_PROXY: PROXY }, `${PROXY}/`],
    ['http_proxy', WEB, { http_proxy: PROXY }, `${PROXY}/`],
    ['HTTP_PROXY', WEB, { HTTP_PROXY: PROXY }, `${PROXY}/`],
    ['lower case before upper case', AWS, { https_proxy: PROXY, HTTPS_PROXY: 'http://other.test:1' }, `${PROXY}/`],
    ['an empty one counts as not set', AWS, { https_proxy: '', HTTPS_PROXY: PROXY }, `${PROXY}/`],
    ['a blank one counts as not set', AWS, { https_proxy: '  ', HTTPS_PROXY: PROXY }, `${PROXY}/`],
    ['both empty', AWS, { https_proxy: '', HTTPS_PROXY: '' }, 'direct'],
    ['one for http does not serve https', AWS, { http_proxy: PROXY }, 'direct'],
    ['one for https does not serve http', WEB, { https_proxy: PROXY }, 'direct'],
    ['host:port without a scheme', AWS, { https_proxy: 'localhost:3128' }, 'http://localhost:3128/'],
    ['an address:port without a scheme', AWS, { https_proxy: '10.1.2.3:3128' }, 'http://10.1.2.3:3128/'],
    ['a host alone', AWS, { https_proxy: 'proxy' }, 'http://proxy/'],
    ['user and password without a scheme', AWS, { https_proxy: 'u:p@proxy.test:3128' }, 'http://u:p@proxy.test:3128/'],
    ['blanks around it', AWS, { https_proxy: ` ${PROXY}\n` }, `${PROXY}/`],
    ['an https proxy', AWS, { https_proxy: 'https://proxy.test:8443' }, 'https://proxy.test:8443/'],
    ['SOCKS, which Node does not speak', AWS, { https_proxy: 'socks5://proxy.test:1080' }, 'unusable'],
    ['no address at all', AWS, { https_proxy: 'http://' }, 'unusable'],
    ['a port that is none', AWS, { https_proxy: 'proxy.test:99999' }, 'unusable'],
    ['ALL_PROXY, which the runner does not read', AWS, { ALL_PROXY: PROXY, all_proxy: PROXY }, 'direct'],
  ])('%s', (_, address, env, route) => {
    expect(routeOf(address, env)).toBe(route)
  })

  it('is named, with the proxy but without its password', () => {
    expect(findRoute(AWS, { HTTPS_PROXY: 'http://user:s3cret@proxy.test:3128' })).toEqual({
      via: 'proxy',
      url: 'http://user:s3cret@proxy.test:3128/',
      shown: 'proxy.test:3128',
      variable: 'HTTPS_PROXY',
    })
    expect(findRoute(AWS, { https_proxy: 'socks5://u:s3cret@h' })).toEqual({ via: 'unusable', variable: 'https_proxy' })
  })
})

describe('NO_PROXY', () => {
  it.each<[string, string, boolean]>([
    ['corp.test', 'http://corp.test/', true],
    ['corp.test', 'http://web.corp.test/', true],
    ['corp.test', 'http://a.b.corp.test/', true],
    ['corp.test', 'http://mycorp.test/', false],
    ['corp.test', 'http://corp.test.example/', false],
    ['CORP.Test', 'http://WEB.corp.TEST/', true],
    ['corp.test', 'http://web.corp.test./', true],
    ['.corp.test', 'http://web.corp.test/', true],
    ['.corp.test', 'http://corp.test/', false],
    ['*.corp.test', 'http://web.corp.test/', true],
    ['*.corp.test', 'http://corp.test/', false],
    ['*', 'http://anything.test/', true],
    ['other.test, corp.test', 'http://web.corp.test/', true],
    ['other.test corp.test', 'http://web.corp.test/', true],
    [' , ', 'http://web.corp.test/', false],
    ['corp.test:8080', 'http://web.corp.test:8080/', true],
    ['corp.test:8080', 'http://web.corp.test/', false],
    ['corp.test:80', 'http://web.corp.test/', true],
    ['corp.test:443', 'https://web.corp.test/', true],
    ['10.1.2.3', 'http://10.1.2.3/', true],
    ['10.1.2.3', 'http://10.1.2.30/', false],
    ['10.1.2.3:8080', 'http://10.1.2.3:8080/', true],
    ['10.1.2.3:8080', 'http://10.1.2.3/', false],
    ['10.0.0.0/8', 'http://10.200.2.3/', true],
    ['10.0.0.0/8', 'http://11.0.0.1/', false],
    ['10.0.0.0/31', 'http://10.0.0.1/', true],
    ['10.0.0.0/31', 'http://10.0.0.2/', false],
    ['10.0.0.0/8', 'http://10.corp.test/', false],
    ['0.0.0.0/0', 'http://8.8.8.8/', true],
    ['10.0.0.0/x', 'http://10.0.0.0/', false],
    ['2001:db8::1', 'http://[2001:db8::1]/', true],
    ['2001:DB8:0:0::1', 'http://[2001:db8::1]/', true],
    ['[2001:db8::1]', 'http://[2001:db8::1]/', true],
    ['[2001:db8::1]:8080', 'http://[2001:db8::1]:8080/', true],
    ['[2001:db8::1]:8080', 'http://[2001:db8::1]/', false],
    ['2001:db8::/32', 'http://[2001:db8:1::9]/', true],
    ['2001:db8::/32', 'http://[2001:db9::9]/', false],
    ['10.0.0.0/8', 'http://[::ffff:10.1.2.3]/', true],
    ['amazonaws.com', AWS, true],
    ['eu-west-1.amazonaws.com', AWS, true],
    ['us-east-1.amazonaws.com', AWS, false],
  ])('%s and %s: direct is %s', (list, address, direct) => {
    const proxies = { http_proxy: PROXY, https_proxy: PROXY }
    expect(routeOf(address, { ...proxies, NO_PROXY: list })).toBe(direct ? 'direct' : `${PROXY}/`)
    expect(routeOf(address, { ...proxies, no_proxy: list, NO_PROXY: 'unlike.test' })).toBe(direct ? 'direct' : `${PROXY}/`)
  })
})

it.each([
  'http://localhost:8080/',
  'http://app.localhost/',
  'https://127.0.0.1/',
  'http://127.9.9.9/',
  'http://[::1]:80/',
  'http://169.254.169.254/latest/api/token',
  'http://169.254.170.2/v2/credentials/x',
  'http://169.254.170.23/v1/credentials',
  'http://[fd00:ec2::254]/latest/api/token',
  'http://[fd00:ec2::23]/v1/credentials',
])('%s is never behind a proxy', (address) => {
  expect(routeOf(address, { http_proxy: PROXY, https_proxy: PROXY })).toBe('direct')
})

it('never shows a password, and a host of the list is always direct, also as a subdomain', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}(\.[a-z][a-z0-9]{0,8}){0,3}$/)
  const password = fc.stringMatching(/^[A-Za-z0-9]{12,20}$/)
  fc.assert(
    fc.property(name, name, password, fc.boolean(), (host, other, secret, scheme) => {
      const env = { https_proxy: `${scheme ? 'http://' : ''}user:${secret}@${other}:3128` }
      const { url: _, ...shown } = { url: '', ...findRoute(`https://${host}.example/`, env) }
      expect(JSON.stringify(shown)).not.toContain(secret)
      for (const prefix of ['', 'a.', 'a.b.'])
        expect(findRoute(`https://${prefix}${host}.example/`, { ...env, NO_PROXY: `x.test,${host}.example` }).via).toBe('direct')
    }),
  )
})
