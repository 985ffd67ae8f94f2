import { describe, expect, it, vi } from 'vitest'
import { unlessGone } from '../../../src/aws/gone.ts'
import { ActionError } from '../../../src/model/errors.ts'

const denied = new ActionError('denied', 'no')

describe('unlessGone', () => {
  it('asks nothing where the removal went well', async () => {
    const isThere = vi.fn(async () => true)
    await unlessGone(Promise.resolve(), isThere)
    expect(isThere).not.toHaveBeenCalled()
  })

  it('is content where the caller may not remove what is gone', async () => {
    await unlessGone(Promise.reject(denied), async () => false)
  })

  it.each([
    ['is still there', denied, async () => true],
    ['cannot be looked for', denied, async () => Promise.reject(new ActionError('throttled', 'later'))],
    ['could not be removed for another reason', new ActionError('conflict', 'in use'), async () => false],
  ])('passes on why what %s stays', async (_, fault, isThere) => {
    await expect(unlessGone(Promise.reject(fault), isThere)).rejects.toBe(fault)
  })
})
