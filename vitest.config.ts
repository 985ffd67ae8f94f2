import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // In this order, not all at once: the clocks of the later ones run faster, and with them the time-outs of the action.
    projects: [
      { extends: true, test: { name: 'fast', include: ['test/{contract,simulator,unit}/**/*.test.ts'], sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: 'wire', include: ['test/wire/**/*.test.ts'], sequence: { groupOrder: 2 } } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // A scenario mostly waits, for processes that are not this one.
          maxWorkers: 3,
          maxConcurrency: 8,
          sequence: { groupOrder: 3 },
        },
      },
      { extends: true, test: { name: 'slow', include: ['test/{crash,peers}/**/*.test.ts'], sequence: { groupOrder: 4 } } },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // The entries and the ports' types are held by the end-to-end tests, which run the bundle in processes of their own.
      exclude: ['src/{main,post,setup,cleanup,world}.ts'],
    },
  },
})
