import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

/** Suites over material beside the repository (tests/support/shared.ts) are named `*vectors.test.ts` and left out where it is not there. */
const vectors = existsSync(join(import.meta.dirname, '..', 'shared', 'vectors'));

export default defineConfig({
  test: {
    include: ['tests/{unit,contract,property,golden,tidy,sim}/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(vectors ? [] : ['tests/**/*vectors.test.ts'])],
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});
