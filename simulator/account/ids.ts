import { createHash } from 'node:crypto'
import type { Account } from './account.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Ids in AWS's shapes, drawn from the model's salt and serial number: a model that is asked the same makes the same ids. */
export function nextId(
  account: Account,
  kind: 'i' | 'sir' | 'r' | 'EXT' | 'EXP' | 'AROA',
): { readonly account: Account; readonly id: string } {
  const digest = createHash('sha256').update(`${account.salt}/${kind}/${account.serial}`).digest()
  return { account: { ...account, serial: account.serial + 1 }, id: shape(kind, digest) }
}

function shape(kind: 'i' | 'sir' | 'r' | 'EXT' | 'EXP' | 'AROA', digest: Buffer): string {
  if (kind === 'i' || kind === 'r') return `${kind}-${digest.toString('hex').slice(0, 17)}`
  const word = [...digest].map((byte) => letters[byte % letters.length]).join('')
  if (kind === 'sir') return `sir-${word.slice(0, 8).toLowerCase()}`
  return kind === 'AROA' ? `AROA${word.slice(0, 17).toUpperCase()}` : `${kind}${word.slice(0, 15)}`
}
