/** The state folder of a local server: its secrets, its database, and who is allowed to operate it. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { SECRET_NAMES } from '../../src/env.ts';
import { createToken } from '../../src/platform/access/token.ts';
import { newId } from '../../src/platform/db/ids.ts';
import { withLock } from './lock.mjs';
import { root } from './settings.ts';
import { placeOf, type Target } from './target.ts';
import { runWrangler } from './wrangler.ts';

const migrations = join(root, 'migrations');
const randomKey = () => randomBytes(32).toString('base64');

export const secretsFile = (stateDir: string) => join(stateDir, 'development.env');

const newRing = (id: string, former: Record<string, string> = {}) =>
  JSON.stringify({ current: id, keys: { ...former, [id]: randomKey() } });

/**
 * Adds the secrets that are missing. A folder from before links and history had keys of their own keeps what was made
 * with the only one there was.
 */
export function requireSecrets(stateDir: string): void {
  const file = secretsFile(stateDir);
  const known = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const only = known.BLIND_INDEX_KEY;
  const secrets: Record<(typeof SECRET_NAMES)[number], string> = {
    MASTER_KEYS: newRing('dev'),
    LINK_KEYS: newRing('l1', only ? { l0: only } : {}),
    LEDGER_KEYS: newRing('h1', only ? { h0: only } : {}),
    BLIND_INDEX_KEY: randomKey(),
  };
  const missing = SECRET_NAMES.filter((name) => !known[name]).map((name) => `${name}='${secrets[name]}'`);
  if (missing.length === 0) return;
  const intro =
    '# Development secrets, made by `npm start`. Without them the client data of this folder cannot be read.';
  const text = existsSync(file) ? `${readFileSync(file, 'utf8').trimEnd()}\n` : `${intro}\n`;
  writeFileSync(`${file}.new`, `${text}${missing.join('\n')}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Changes when a migration is added or the database is another one. */
function migrationsFingerprint(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'wrangler.toml')));
  for (const name of readdirSync(migrations).sort()) {
    if (name.endsWith('.sql')) hash.update(name).update(readFileSync(join(migrations, name)));
  }
  return hash.digest('hex');
}

/** wrangler takes more than a second to find that nothing is to be done: what was done is noted beside the database. */
async function migrate(stateDir: string, onStart: (pid: number) => void): Promise<void> {
  const note = join(stateDir, 'v3', 'd1', 'migrated');
  const fingerprint = migrationsFingerprint();
  if (existsSync(note) && readFileSync(note, 'utf8') === fingerprint) return;
  const command = ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', stateDir];
  await runWrangler(command, { onStart });
  writeFileSync(note, fingerprint);
}

/** Secrets and a migrated database, made where they are missing. */
export async function prepareState(stateDir: string): Promise<void> {
  mkdirSync(stateDir, { recursive: true });
  await withLock(join(stateDir, 'prepare.lock'), async (lock) => {
    requireSecrets(stateDir);
    await migrate(stateDir, lock.setGroup);
  });
}

/** Writes a new operator key's hash and gives the key, which is nowhere else. */
export async function createOperatorKey(target: Target): Promise<string> {
  const { secret, secret_hash, secret_hint } = await createToken();
  const sql = `insert into api_keys (id, practice_id, name, secret_hash, secret_hint, scopes, created_by, created_at)
    values ('${newId('key')}', null, 'operator', '${secret_hash}', '${secret_hint}', '["operator"]', 'command_line', ${Date.now()})`;
  if ('stateDir' in target) await prepareState(target.stateDir);
  const command = ['d1', 'execute', 'DB', '--json', '--yes', '--command', sql, ...placeOf(target)];
  await runWrangler(command, { interactive: 'environment' in target });
  return secret;
}
