import { describe, expect, it } from 'vitest'
import { createLedger, type LedgerState, parseLedger } from '../../../../src/model/cleanup/ledger.ts'
import { fakePage, openLedger } from '../../../fakes/timeline.ts'

describe('createLedger', () => {
  it('saves the whole ledger at every change, before and after a creation', () => {
    const saved: LedgerState[] = []
    const ledger = createLedger((json) => saved.push(JSON.parse(json)))
    const { version, entries, ...where } = fakePage()
    ledger.open(where)
    ledger.intend({ kind: 'role', name: 'r', keep: true })
    ledger.intend({ kind: 'template', name: 'token' })
    ledger.settle('token', 'EXT1')
    ledger.drop('r')
    expect(saved.map((state) => state.entries)).toEqual([
      [],
      [{ kind: 'role', name: 'r', keep: true }],
      [
        { kind: 'role', name: 'r', keep: true },
        { kind: 'template', name: 'token' },
      ],
      [
        { kind: 'role', name: 'r', keep: true },
        { kind: 'template', name: 'token', id: 'EXT1' },
      ],
      [{ kind: 'template', name: 'token', id: 'EXT1' }],
    ])
    expect(saved[0]).toEqual(fakePage())
  })

  it('is nothing, and takes nothing, before it is opened', () => {
    const saved: string[] = []
    const ledger = createLedger((json) => saved.push(json))
    expect(ledger.state()).toBeUndefined()
    expect(() => ledger.intend({ kind: 'template', name: 't' })).toThrow(/before it was opened/)
    expect(saved).toEqual([])
  })

  it('goes on from a saved page', () => {
    const ledger = openLedger([{ kind: 'role', name: 'r' }])
    ledger.intend({ kind: 'template', name: 't' })
    expect(ledger.state()?.entries.map(({ name }) => name)).toEqual(['r', 't'])
  })

  it('leaves a page that was handed out as it was', () => {
    const ledger = openLedger([{ kind: 'role', name: 'r' }])
    const before = ledger.state()
    ledger.drop('r')
    expect(before?.entries).toHaveLength(1)
  })
})

describe('parseLedger', () => {
  const state = fakePage([{ kind: 'experiment', name: 'token', id: 'EXP1', templateId: 'EXT1', keep: false }])

  it('reads what was saved', () => {
    expect(parseLedger(JSON.stringify(state))).toEqual(state)
  })

  it.each([
    ['nothing', ''],
    ['a torn text', JSON.stringify(state).slice(0, -5)],
    ['another version', JSON.stringify({ ...state, version: 2 })],
    ['another thing', '[]'],
    ['a kind of entry that it does not know', JSON.stringify({ ...state, entries: [{ kind: 'alarm', name: 'x' }] })],
    ['no account', JSON.stringify({ ...state, account: undefined })],
  ])('does not guess at %s', (_, json) => {
    expect(parseLedger(json)).toBeUndefined()
  })
})

describe('a ledger’s end', () => {
  it('is reported once main has come to its own', () => {
    const ledger = openLedger([{ kind: 'role', name: 'r' }])
    expect(ledger.state()?.closed).toBeUndefined()
    ledger.close()
    expect(ledger.saved.at(-1)).toMatchObject({ closed: true, entries: [{ kind: 'role', name: 'r' }] })
    expect(parseLedger(JSON.stringify(ledger.state()))).toEqual(ledger.state())
  })

  it('is nothing where nothing was opened', () => {
    const saved: string[] = []
    createLedger((json) => saved.push(json)).close()
    expect(saved).toEqual([])
  })

  it('learns the account later, and keeps its entries', () => {
    const ledger = openLedger([{ kind: 'role', name: 'r' }])
    ledger.setAccount('210987654321')
    expect(ledger.saved.map(({ account, entries }) => [account, entries.length])).toEqual([['210987654321', 1]])
  })

  it('cannot be opened twice: entries would be lost', () => {
    const { version, entries, ...where } = fakePage()
    expect(() => openLedger().open(where)).toThrow(/opened twice/)
  })

  it('learns no account before it is opened', () => {
    expect(() => createLedger(() => undefined).setAccount('1')).toThrow(/before it was opened/)
  })
})

it.each(['role', 'template', 'experiment'] as const)('reads an entry of a %s', (kind) => {
  const state = fakePage([{ kind, name: 'x' }])
  expect(parseLedger(JSON.stringify(state))).toEqual(state)
})
