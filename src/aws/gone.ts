import { isFault } from '../model/errors.ts'

/** What was read; undefined where AWS says that there is no such thing. */
export async function orGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (thrown) {
    if (isFault(thrown, 'missing')) return undefined
    throw thrown
  }
}

/** Resolves also for the named errors: there was nothing to do. */
export async function done(sent: Promise<unknown>, ...names: readonly string[]): Promise<void> {
  try {
    await sent
  } catch (thrown) {
    if (!(thrown instanceof Error && names.includes(thrown.name))) throw thrown
  }
}

/**
 * Resolves also when the caller may not remove a thing, and it is not there. A policy may allow a removal by a tag only, and what is gone
 * has no tags: AWS does not document whether it then answers "not found" or "denied".
 */
export async function unlessGone(removed: Promise<void>, isThere: () => Promise<boolean>): Promise<void> {
  try {
    await removed
  } catch (thrown) {
    if (!isFault(thrown, 'denied') || (await isThere().catch(() => true))) throw thrown
  }
}
