import { describe, expect, it } from 'vitest'
import { toOutputs } from '../../../src/report/outputs.ts'
import { NEW_ID, reportCapacity } from '../../fakes/capacity-report.ts'
import { reported } from '../../fakes/conclusion.ts'

describe('capacity and reaction', () => {
  it('are outputs', () => {
    expect(toOutputs(reportCapacity())).toMatchObject({
      reacted: 'true',
      'reaction-seconds': '30',
      replacements: JSON.stringify([NEW_ID]),
      'replacement-seconds': expect.stringMatching(/^(28|29|30)$/),
    })
    expect(toOutputs(reportCapacity({ comes: 9999, drains: 9999 }))).toMatchObject({
      reacted: 'false',
      'reaction-seconds': '',
      replacements: '[]',
      'replacement-seconds': '',
    })
    const none = { reacted: '', 'reaction-seconds': '', replacements: '', 'replacement-seconds': '' }
    expect(toOutputs(reported([]))).toMatchObject(none)
  })
})
