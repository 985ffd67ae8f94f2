import { isFault } from '../model/errors.ts'

/** The result of a read; undefined if AWS answers that the resource does not exist. */
export async function orGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (thrown) {
    if (isFault(thrown, 'missing')) return undefined
    throw thrown
  }
}

/** Resolves when a call has succeeded. The named errors count as success, because there was nothing to do. */
export async function done(sent: Promise<unknown>, ...names: readonly string[]): Promise<void> {
  try {
    await sent
  } catch (thrown) {
    if (!(thrown instanceof Error && names.includes(thrown.name))) throw thrown
  }
}

/**
 * Resolves when a resource is removed. A denial counts as success if the resource does not exist: a policy may allow the removal only by a
 * tag, and a missing resource has no tags. AWS does not document whether it then answers "not found" or "denied".
 */
export async function unlessGone(removed: Promise<void>, isThere: () => Promise<boolean>): Promise<void> {
  try {
    await removed
  } catch (thrown) {
    if (!isFault(thrown, 'denied') || (await isThere().catch(() => true))) throw thrown
  }
}
