import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The tests that need more than Node: Chromium, a PostgreSQL server. Run by `npm run test:ci`. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/ci/**/*.test.ts'],
    // Each file starts servers or a browser of its own: one after the other, in processes that can be killed.
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    retry: 0,
    passWithNoTests: false,
    // What is waited for may take its time on a busy machine.
    expect: { requireAssertions: true, poll: { timeout: 20_000 } },
  },
});
