import { describe, expect, it } from 'vitest'
import { GUARDS, toFormer, toVariables } from '../../../src/model/rehearsal-variables.ts'

const PLACE = { endpoint: 'http://127.0.0.1:4566', region: 'eu-west-1', bearer: 'b' }

describe('toVariables', () => {
  it('points everything at the simulated AWS', () => {
    expect(toVariables({}, PLACE)).toEqual({
      AWS_ENDPOINT_URL: PLACE.endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${PLACE.endpoint}/_simulator/token?of=rehearsal`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'b',
    })
  })

  it.each([
    ['AWS_ENDPOINT_URL_AUTO_SCALING', 'https://x', PLACE.endpoint],
    ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'true', 'false'],
    ['AWS_SESSION_TOKEN', 'real', ''],
    ['HTTPS_PROXY', 'proxy:1', undefined],
  ])('overrides %s, which would lead elsewhere', (name, before, after) => {
    expect(toVariables({ [name]: before }, PLACE)[name]).toBe(after)
    expect(toVariables({ [name]: '' }, PLACE)).toEqual(toVariables({}, PLACE))
  })

  it.each([
    [{ http_proxy: 'proxy:1' }, '127.0.0.1'],
    [{ all_proxy: 'proxy:1', no_proxy: 'a.test' }, 'a.test,127.0.0.1'],
    [{ HTTP_PROXY: 'proxy:1', NO_PROXY: 'a.test,b.test' }, 'a.test,b.test,127.0.0.1'],
  ])('keeps its address from a proxy: %j', (env, value) => {
    expect(toVariables(env, PLACE)).toMatchObject({ no_proxy: value, NO_PROXY: value })
  })

  it('leaves the token of the runner, and replaces that of another rehearsal', () => {
    const own = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://github.example/?a=1', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'real' }
    expect(Object.keys(toVariables(own, PLACE)).filter((name) => name.startsWith('ACTIONS'))).toEqual([])
    const other = toVariables({}, { ...PLACE, endpoint: 'http://127.0.0.1:1' })
    expect(toVariables(other, PLACE)).toEqual(toVariables({}, PLACE))
  })
})

describe('toFormer', () => {
  it('has what was before, and no credential', () => {
    const env = {
      AWS_REGION: 'us-west-2',
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'session',
      HTTP_PROXY: 'p:1',
    }
    const former = toFormer(env, { ...GUARDS, ...toVariables(env, PLACE) })
    expect(former).toMatchObject({ AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: '', SPOT_INTERRUPT_REHEARSAL: '', NO_PROXY: '' })
    for (const secret of ['AKIA', 'secret', 'session']) expect(JSON.stringify(former)).not.toContain(secret)
  })
})
