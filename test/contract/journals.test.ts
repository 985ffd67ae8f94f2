import { describe, expect, it } from 'vitest'
import { distinct, type Question } from '../fakes/journals.ts'

const ARN = 'arn:aws:fis:us-east-1:123456789012:experiment/'
const KEYS = {
  'aws:RequestTag/ManagedBy': 'spot-interrupt',
  'aws:RequestTag/spot-interrupt:invocation': '11111111-2222-4333-8444-555555555555',
  'aws:RequestTag/spot-interrupt:created-at': '2026-03-01T12:00:00.000Z',
}
const NEED = { action: 'fis:StopExperiment', resource: `${ARN}EXPAbCdEfGhIjKlMnO`, keys: KEYS }
const ask = (need: Partial<Question['need']>, rest: Partial<Question> = {}): Question => ({
  policies: [],
  published: true,
  need: { ...NEED, ...need },
  ...rest,
})

describe('the journals of end-to-end runs', () => {
  it.each<[string, Question]>([
    ['another experiment', ask({ resource: `${ARN}EXPzZzZzZzZzZzZzZz` })],
    ['another invocation', ask({ keys: { ...KEYS, 'aws:RequestTag/spot-interrupt:invocation': crypto.randomUUID() } })],
    ['another time', ask({ keys: { ...KEYS, 'aws:RequestTag/spot-interrupt:created-at': '2026-03-01T12:00:09.500Z' } })],
  ])('hold a question once, where it differs by %s', (_, other) => {
    expect(distinct([ask({}), other])).toHaveLength(1)
  })

  it.each<[string, Question]>([
    ['action', ask({ action: 'fis:GetExperiment' })],
    ['kind of resource', ask({ resource: ARN.replace('experiment', 'experiment-template') })],
    ['all of a kind', ask({ resource: `${ARN}*` })],
    ['tag', ask({ keys: { ...KEYS, 'aws:RequestTag/ManagedBy': 'me' } })],
    ['missing tag', ask({ keys: {} })],
    ['policies', ask({}, { policies: [{ Version: '2012-10-17', Statement: [] }] })],
  ])('keep apart what IAM could answer differently: %s', (_, other) => {
    expect(distinct([ask({}), other])).toHaveLength(2)
  })
})
