import { afterEach, describe, expect, it, vi } from 'vitest'
import { deleteEmptyVariables, readCurrent, readIdentity, readSource } from '../../../src/runner/context.ts'

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

describe('readSource', () => {
  const RUN = { GITHUB_REPOSITORY: 'octo/service', GITHUB_RUN_ID: '4711', GITHUB_RUN_ATTEMPT: '2' }
  const WORKFLOW = { GITHUB_WORKFLOW_REF: 'octo/flows/.github/workflows/a@b.yml@refs/heads/main', GITHUB_WORKFLOW_SHA: 'c0ffee' }

  it('has the page of the run, and the file of its workflow', () => {
    expect(readSource({ ...RUN, ...WORKFLOW, GITHUB_SERVER_URL: 'https://ghe.example.com' })).toEqual({
      url: 'https://ghe.example.com/octo/service/actions/runs/4711/attempts/2',
      workflow: {
        path: '.github/workflows/a@b.yml',
        server: 'https://ghe.example.com',
        repository: 'octo/flows',
        ref: 'refs/heads/main',
        commit: 'c0ffee',
      },
    })
  })

  it.each([
    ['nothing', {}, ''],
    ['a run without a number', { GITHUB_REPOSITORY: 'octo/service' }, ''],
    ['no workflow', RUN, 'https://github.com/octo/service/actions/runs/4711/attempts/2'],
    [
      'no commit of the workflow',
      { ...RUN, ...WORKFLOW, GITHUB_WORKFLOW_SHA: '' },
      'https://github.com/octo/service/actions/runs/4711/attempts/2',
    ],
    ['a workflow without a ref', { ...WORKFLOW, GITHUB_WORKFLOW_REF: 'octo/flows/x.yml' }, ''],
  ])('leaves out what the runner does not tell: %s', (_, env, url) => {
    expect(readSource(env)).toEqual({ url })
  })
})
