import { defineConfig } from 'vitest/config'

/** These tests measure a service and run alone: another test that takes the processor for a moment would look like an outage. */
const ALONE = ['test/e2e/{probe,truth,crowd,unknown,verdict-switches}.test.ts']
/** These start programs and wait for them: too slow for a loop of a minute. */
const PROGRAMS = ['test/simulator/process.test.ts']

export default defineConfig({
  test: {
    // A test that hangs; the clocks of the later projects run slower on a busy machine.
    testTimeout: 240_000,
    hookTimeout: 60_000,
    // The projects run in this order, not all at once. The clocks of the later ones run faster, so a busy machine costs them more.
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/{contract,scripts,simulator,unit}/**/*.test.ts'],
          exclude: PROGRAMS,
          // By default, one core stays idle.
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: 'wire', include: ['test/wire/**/*.test.ts', ...PROGRAMS], sequence: { groupOrder: 2 } } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ALONE,
          // A scenario spends most of its time waiting for other processes.
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
      // The end-to-end tests cover the entries, in processes that this coverage does not see. world.ts has only types.
      exclude: ['src/{entries/*,world,world/*}.ts'],
    },
  },
})
