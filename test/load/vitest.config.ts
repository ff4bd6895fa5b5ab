import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm run load`: what takes minutes, and a machine of its own for its figures. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/load/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 1_800_000,
    retry: 0,
    passWithNoTests: false,
    expect: { requireAssertions: true },
  },
});
