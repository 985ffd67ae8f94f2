import { expect, it } from 'vitest'
import { deleteEmptyVariables } from '../../../src/runner/env.ts'

it('takes out empty variables of AWS, and nothing else', () => {
  const env = { AWS_ACCESS_KEY_ID: '', AWS_PROFILE: '', AWS_REGION: 'eu-west-1', AWS: '', INPUT_TAGS: '', X_AWS_Y: '' }
  deleteEmptyVariables(env)
  expect(env).toEqual({ AWS_REGION: 'eu-west-1', AWS: '', INPUT_TAGS: '', X_AWS_Y: '' })
})
