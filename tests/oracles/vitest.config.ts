import { defineConfig } from 'vitest/config';
import shared from '../../vitest.config.ts';

/** Those that need packages of their own: `npm run test:oracles` installs them. */
export default defineConfig({
  ...shared,
  test: { ...shared.test, include: ['tests/oracles/*.oracle.ts'] },
});
