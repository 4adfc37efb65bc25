/** Builds the Worker once for all tests, as `wrangler deploy` would. */
import { execFileSync } from 'node:child_process';
import { canBrowse, MISSING } from './browser.ts';

export default function buildWorker(): void {
  if (!canBrowse) process.stderr.write(`\n${MISSING}\n\n`);
  execFileSync(
    process.execPath,
    ['node_modules/wrangler/bin/wrangler.js', 'deploy', '--dry-run', '--env=', '--outdir', 'dist/worker'],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
    },
  );
}
