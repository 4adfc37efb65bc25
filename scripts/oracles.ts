/**
 * `npm run test:oracles`: the exchange against programs that others wrote, and the client against the exchange. They are
 * many packages, so they are installed when this is asked for. `--install` does no more than that. Exit code 75: they could
 * not be fetched.
 */
import { join } from 'node:path';
import { install, run } from './local/packages.ts';
import { runScript } from './local/settings.ts';

const CLIENT = 'clients/typescript';
const ORACLES = 'tests/oracles';
/** "Try again later", as sendmail and its like say it. */
const EXIT_CODE_UNREACHABLE = 75;

await runScript(async () => {
  for (const folder of [CLIENT, ORACLES]) {
    if (await install(folder)) continue;
    console.error(
      'NOT RUN: the registry of npm does not answer, so the programs of others cannot be tried here.',
    );
    process.exitCode = EXIT_CODE_UNREACHABLE;
    return;
  }
  if (process.argv.includes('--install')) return;
  const tests = ['run', '--config', `${ORACLES}/vitest.config.ts`, ...process.argv.slice(2)];
  for (const [folder, path, ...args] of [
    [CLIENT, 'openapi-typescript/bin/cli.js', '../../openapi.yaml', '-o', 'src/api.ts'],
    ['.', 'typescript/bin/tsc', '--noEmit', '-p', ORACLES],
    ['.', 'vitest/vitest.mjs', ...tests],
  ] as const)
    if ((await run(process.execPath, [join('node_modules', path), ...args], folder)) !== null)
      process.exitCode = 1;
});
