import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/build.ts'],
    setupFiles: ['tests/support/quiet.ts'],
    // They end only what would hang for ever: no test depends on how fast the machine is.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    maxWorkers: 2,
    pool: 'threads',
    isolate: false,
    env: { WRANGLER_LOG: 'error', WRANGLER_SEND_METRICS: 'false' },
    silent: 'passed-only',
  },
});
