/** Which database a script works on: the local one of a state folder, or a deployed one. */
import { parseArgs } from 'node:util';
import { readLocalSettings, UsageError } from './settings.ts';

export const ENVIRONMENTS = ['production', 'staging'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

export type Target = { readonly stateDir: string } | { readonly environment: Environment };

const isEnvironment = (name: string): name is Environment =>
  (ENVIRONMENTS as readonly string[]).includes(name);

/** @throws UsageError where there is no such environment in wrangler.toml */
export function requireEnvironment(name: string): Environment {
  if (isEnvironment(name)) return name;
  throw new UsageError(`--env must be one of ${ENVIRONMENTS.join(', ')}, not "${name}".`);
}

/** `-- --remote` means the deployed database, of production unless `--env` says otherwise; else that of STATE_DIR. */
export function readTarget(): Target {
  const { values } = parseArgs({
    options: { remote: { type: 'boolean', default: false }, env: { type: 'string' } },
  });
  if (!values.remote && values.env !== undefined)
    throw new UsageError('--env names a deployed database: say --remote with it.');
  return values.remote
    ? { environment: requireEnvironment(values.env ?? 'production') }
    : { stateDir: readLocalSettings().stateDir };
}

/** What tells `wrangler d1` where the database is. */
export const placeOf = (target: Target): string[] =>
  'environment' in target
    ? ['--remote', '--env', target.environment]
    : ['--local', '--persist-to', target.stateDir];
