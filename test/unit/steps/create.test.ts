import { describe, expect, it } from 'vitest'
import type { Fault } from '../../../src/model/errors.ts'
import { createRecorded } from '../../../src/steps/create.ts'
import { openLedger } from '../../fakes/timeline.ts'
import { rejecting } from '../../fakes/world.ts'

const ENTRY = { kind: 'template', name: 'token' } as const

describe('createRecorded', () => {
  it('writes the entry before the call and the id after it', async () => {
    const ledger = openLedger()
    const made = await createRecorded(ledger, ENTRY, async () => {
      expect(ledger.state()?.entries).toEqual([ENTRY])
      return { id: 'EXT1', more: 1 }
    })
    expect(made).toEqual({ id: 'EXT1', more: 1 })
    expect(ledger.state()?.entries).toEqual([{ ...ENTRY, id: 'EXT1' }])
  })

  it.each<Fault>(['denied', 'quota', 'invalid', 'exists', 'missing', 'credentials'])(
    'takes the entry out when AWS said no: %s',
    async (fault) => {
      const ledger = openLedger()
      await expect(createRecorded(ledger, ENTRY, rejecting(fault))).rejects.toMatchObject({ fault })
      expect(ledger.state()?.entries).toEqual([])
    },
  )

  it.each<Fault>(['unreachable', 'service', 'internal'])('keeps the entry when the thing may be there all the same: %s', async (fault) => {
    const ledger = openLedger()
    await expect(createRecorded(ledger, ENTRY, rejecting(fault))).rejects.toMatchObject({ fault })
    expect(ledger.state()?.entries).toEqual([ENTRY])
  })
})
