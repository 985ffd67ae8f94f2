import { createHash } from 'node:crypto'
import type { Account } from './account.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

type IdKind = 'i' | 'sir' | 'r' | 'EXT' | 'EXP' | 'AROA' | 'ASIA'

/** The next id in AWS's form, derived from the salt and the serial number of the account, so that the same calls give the same ids. */
export function nextId(account: Account, kind: IdKind): { readonly account: Account; readonly id: string } {
  const digest = createHash('sha256').update(`${account.salt}/${kind}/${account.serial}`).digest()
  return { account: { ...account, serial: account.serial + 1 }, id: shape(kind, digest) }
}

/** The id of a resource that AWS creates by itself, derived from its name within the account. */
export function idFor({ salt }: Account, kind: IdKind, name: string): string {
  return shape(kind, createHash('sha256').update(`${salt}/${kind}/${name}`).digest())
}

/** A UUID that is always the same for this account and name. */
export function uuidFor({ salt }: Account, name: string): string {
  const hex = createHash('sha256').update(`${salt}/${name}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function shape(kind: IdKind, digest: Buffer): string {
  if (kind === 'i' || kind === 'r') return `${kind}-${digest.toString('hex').slice(0, 17)}`
  const word = [...digest].map((byte) => letters[byte % letters.length]).join('')
  if (kind === 'sir') return `sir-${word.slice(0, 8).toLowerCase()}`
  if (kind === 'AROA') return `AROA${word.slice(0, 17).toUpperCase()}`
  return kind === 'ASIA' ? `ASIA${word.slice(0, 16).toUpperCase()}` : `${kind}${word.slice(0, 15)}`
}
