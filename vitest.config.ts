import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // The entries and the ports' types are held by the end-to-end tests, which run the bundle in processes of their own.
      exclude: ['src/main.ts', 'src/post.ts', 'src/world.ts'],
    },
  },
})
