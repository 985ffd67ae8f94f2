import { defineConfig } from 'vitest/config'

/** The unit tests that hold what stryker.config.json mutates; all others would only be run in vain. */
export default defineConfig({
  test: {
    include: [
      'test/unit/{run,shared}.test.ts',
      'test/unit/aws/*.test.ts',
      'test/unit/model/{ledger,leftover,errors}.test.ts',
      'test/unit/steps/{clean,hunt,make,sweep,tidy}.test.ts',
    ],
  },
})
