import { afterEach, describe, expect, it, vi } from 'vitest'
import { deleteEmptyVariables, readCurrent, readIdentity } from '../../../src/runner/context.ts'

afterEach(() => vi.unstubAllEnvs())

it('takes out empty variables of AWS, and nothing else', () => {
  const env = { AWS_ACCESS_KEY_ID: '', AWS_PROFILE: '', AWS_REGION: 'eu-west-1', AWS: '', INPUT_TAGS: '', X_AWS_Y: '' }
  deleteEmptyVariables(env)
  expect(env).toEqual({ AWS_REGION: 'eu-west-1', AWS: '', INPUT_TAGS: '', X_AWS_Y: '' })
})

describe('who runs', () => {
  it('comes from the environment; outside of a workflow it is local', () => {
    vi.stubEnv('GITHUB_REPOSITORY', '')
    vi.stubEnv('GITHUB_RUN_ID', '')
    vi.stubEnv('GITHUB_JOB', '')
    const run = expect.stringMatching(/^local\/local\/\d+\/\d+$/)
    expect(readIdentity(() => 'uuid', '')).toEqual({ run, invocation: 'uuid', job: 'local', leg: '' })
    expect(readCurrent()).toEqual({ run: null, job: '' })
    vi.stubEnv('GITHUB_REPOSITORY', 'octo/service')
    vi.stubEnv('GITHUB_RUN_ID', '4711')
    vi.stubEnv('GITHUB_JOB', 'build')
    expect(readIdentity(() => 'uuid', '7')).toMatchObject({ run: expect.stringMatching(/^octo\/service\//), job: 'build', leg: '7' })
    expect(readCurrent()).toEqual({ run: 'octo/service/4711', job: 'build' })
  })
})
