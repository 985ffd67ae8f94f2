import { describe, expect, it } from 'vitest'
import { readComment } from '../../../../src/model/inputs/comment.ts'

const reading = (inputs: Readonly<Record<string, string>>) => (name: string) => inputs[name] ?? ''

describe('readComment', () => {
  it.each(['', 'false', 'yes', '1', ' '])('asks for none with `%s`', (comment) => {
    expect(readComment(reading({ comment, 'github-token': 't' }))).toBeUndefined()
  })

  it.each(['true', 'True', 'TRUE', ' true\n'])('asks for one with `%s`', (comment) => {
    const inputs = { comment, 'github-token': ' ghs_x\n', 'comment-key': 'build and test/1' }
    expect(readComment(reading(inputs))).toEqual({ token: 'ghs_x', key: 'build and test/1' })
  })

  it('takes an expression that nobody has evaluated, and a value that is bad, for nothing', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: expressions of GitHub's, which act or a test may leave
    const left = { 'github-token': '${{ github.token }}', 'comment-key': '${{ strategy.job-index }}' }
    expect(readComment(reading({ comment: 'true', ...left }))).toEqual({ token: '', key: '' })
    const bad = { 'github-token': 'two words', 'comment-key': 'two\nlines' }
    expect(readComment(reading({ comment: 'true', ...bad }))).toEqual({ token: '', key: '' })
  })
})
