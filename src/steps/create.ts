import type { Entry, Ledger } from '../model/cleanup/ledger.ts'
import { toActionError } from '../model/errors.ts'

/**
 * Creates a resource and records it in the ledger: the entry before the call, the id after it. It removes the entry only if AWS clearly
 * refused the call. Without an answer, or after a failure of the service, the resource may exist, and clean-up finds it by the entry.
 */
export async function createRecorded<T extends { readonly id: string }>(
  ledger: Ledger,
  entry: Entry,
  create: () => Promise<T>,
): Promise<T> {
  ledger.intend(entry)
  try {
    const made = await create()
    ledger.settle(entry.name, made.id)
    return made
  } catch (thrown) {
    if (!toActionError(thrown).unsure) ledger.drop(entry.name)
    throw thrown
  }
}
