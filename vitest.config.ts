import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest, of which none may be the last to begin. */
const LONG = [
  'tests/docs/contract.test.ts',
  'tests/scripts/start.test.ts',
  'tests/rules/side-channel.test.ts',
  'tests/webhooks/engine/interleaving.test.ts',
  'tests/pages/consent/page.test.ts',
  'tests/rules/plans.test.ts',
  'tests/reports/histories.test.ts',
  'tests/webhooks/engine/faults.test.ts',
  'tests/docs/site.test.ts',
  'tests/privacy/rotation-beside-traffic.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((path) => moduleId.endsWith(path));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/build.ts'],
    setupFiles: ['tests/support/setup.ts'],
    // They end only what would hang for ever: no test depends on how fast the machine is.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // Two cores: while one waits for its Worker or browser another goes on.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    pool: 'threads',
    isolate: false,
    env: { WRANGLER_LOG: 'error', WRANGLER_SEND_METRICS: 'false' },
    silent: 'passed-only',
  },
});
