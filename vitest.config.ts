import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/build.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    env: { WRANGLER_LOG: 'error', WRANGLER_SEND_METRICS: 'false' },
    silent: 'passed-only',
  },
});
