import { defineConfig } from 'vitest/config'

/** The unit tests of the files that stryker.config.json mutates. No other test could notice these mutations. */
export default defineConfig({
  test: {
    include: [
      'test/unit/flows/*.test.ts',
      'test/unit/aws/*.test.ts',
      'test/unit/model/cleanup/{ledger,leftover}.test.ts',
      'test/unit/model/probes/{metrics,outages,recovery}.test.ts',
      'test/unit/model/verdict/!(service-speed).test.ts',
      'test/unit/model/errors.test.ts',
      'test/unit/model/timeline/pending.test.ts',
      'test/unit/steps/{create,role,role-removal,search,sweep,template-removal,undo,undo-order}.test.ts',
    ],
  },
})
