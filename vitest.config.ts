import { defineConfig } from 'vitest/config'

/** Scenarios that measure a service. They run alone: a neighbour that takes the processor for a moment looks like an outage. */
const ALONE = ['test/e2e/{probe,truth,crowd}.test.ts']

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // In this order, not all at once: the clocks of the later ones run faster, so a busy machine costs them more of their time.
    projects: [
      { extends: true, test: { name: 'fast', include: ['test/{contract,simulator,unit}/**/*.test.ts'], sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: 'wire', include: ['test/wire/**/*.test.ts'], sequence: { groupOrder: 2 } } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ALONE,
          // A scenario mostly waits, for processes that are not this one.
          maxWorkers: 2,
          maxConcurrency: 6,
          sequence: { groupOrder: 3 },
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE, maxWorkers: 1, maxConcurrency: 3, sequence: { groupOrder: 4 } } },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // The entries and the ports' types are held by the end-to-end tests, which run the bundle in processes of their own.
      exclude: ['src/{entries/*,world}.ts'],
    },
  },
})
