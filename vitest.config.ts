import { defineConfig } from 'vitest/config';

const include = ['test/**/*.test.ts'];
const apart = ['process', 'cli', 'scripts', 'store'].map((folder) => `test/${folder}/**/*.test.ts`);
const never = ['test/ci/**', 'test/load/**', 'node_modules/**', 'dist/**'];

/** The tests that need Node alone. Those that need a browser or a database server: test/ci/vitest.config.ts. */
export default defineConfig({
  test: {
    projects: [
      // Loading the modules anew for each file would take as long as the tests: these share them, and keep nothing.
      { extends: true, test: { name: 'together', isolate: false, include, exclude: [...apart, ...never] } },
      // These start processes and databases, or load the modules in a way of their own.
      { extends: true, test: { name: 'apart', include: apart, exclude: never } },
    ],
    // Threads start faster than processes; two of them keep the two cores of a small CI machine busy.
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A test that passes at the second try has failed.
    retry: 0,
    passWithNoTests: false,
    // A test that asserted nothing has shown nothing. What is waited for may take its time on a busy machine.
    expect: { requireAssertions: true, poll: { timeout: 20_000 } },
    // Tests set what they need themselves; nothing carries over.
    unstubEnvs: true,
    unstubGlobals: true,
    restoreMocks: true,
  },
});
