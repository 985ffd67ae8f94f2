/**
 * Lets V8 collect what is thrown away early rather than grow. Thousands of short connections leave much that lives for a moment, and its
 * young generation would grow to 60 MB for it; what is really in use is 25.
 */
export async function staySmall(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--optimize-for-size')
}
