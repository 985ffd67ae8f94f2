import { afterEach, describe, expect, it, vi } from 'vitest'
import { deleteEmptyVariables, readIdentity, readRun } from '../../../src/runner/context.ts'

afterEach(() => vi.unstubAllEnvs())

it('takes out empty variables of AWS, and nothing else', () => {
  const env = { AWS_ACCESS_KEY_ID: '', AWS_PROFILE: '', AWS_REGION: 'eu-west-1', AWS: '', INPUT_TAGS: '', X_AWS_Y: '' }
  deleteEmptyVariables(env)
  expect(env).toEqual({ AWS_REGION: 'eu-west-1', AWS: '', INPUT_TAGS: '', X_AWS_Y: '' })
})

describe('who runs', () => {
  it('is told by the environment; outside of a workflow it is local', () => {
    vi.stubEnv('GITHUB_REPOSITORY', '')
    vi.stubEnv('GITHUB_RUN_ID', '')
    expect(readIdentity(() => 'uuid')).toEqual({ run: expect.stringMatching(/^local\/local\/\d+\/\d+$/), invocation: 'uuid' })
    expect(readRun()).toBeNull()
    vi.stubEnv('GITHUB_REPOSITORY', 'octo/service')
    vi.stubEnv('GITHUB_RUN_ID', '4711')
    expect(readIdentity(() => 'uuid').run).toMatch(/^octo\/service\//)
    expect(readRun()).toBe('octo/service/4711')
  })
})
