import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/{unit,contract,property,golden,tidy,sim}/**/*.test.ts'],
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});
