/** The state folder of a local server: its secrets, its database, and who is allowed to operate it. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseEnv } from 'node:util';
import { SECRET_NAMES } from '../../src/env.ts';
import { createToken } from '../../src/platform/access/token.ts';
import { newId } from '../../src/platform/db/ids.ts';
import { openLocalDatabase } from './local-d1.ts';
import { withLock } from './lock.mjs';
import { root, shownPath, UsageError } from './settings.ts';
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

const migrationNames = () =>
  readdirSync(migrations)
    .filter((name) => name.endsWith('.sql'))
    .sort();

/** Changes when a migration is added or changed, or the database is another one. */
function migrationsFingerprint(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'wrangler.toml')));
  for (const name of migrationNames()) hash.update(name).update(readFileSync(join(migrations, name)));
  return hash.digest('hex');
}

/** The migrations that the local database was given, as wrangler has noted them. */
function appliedMigrations(databaseDir: string): string[] {
  if (!existsSync(databaseDir)) return [];
  const files = readdirSync(databaseDir, { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.sqlite'))
    .flatMap((name) => {
      const database = new DatabaseSync(join(databaseDir, name), { readOnly: true });
      try {
        return database
          .prepare('select name from d1_migrations')
          .all()
          .map((row) => String(row.name));
      } catch {
        // Another one of wrangler's files, or a database that was never migrated.
        return [];
      } finally {
        database.close();
      }
    });
}

/** A database that has what this version never made cannot be brought up to it. @throws UsageError */
function refuseForeign(stateDir: string, applied: readonly string[]): void {
  const foreign = applied.find((name) => !migrationNames().includes(name));
  if (!foreign) return;
  throw new UsageError(
    `The database in ${shownPath(stateDir)} was made by another version (${foreign}), and cannot be brought up to this one. ` +
      'Delete that folder, or choose another one by STATE_DIR: a new one is made.',
  );
}

/** wrangler takes more than a second to find that nothing is to be done: what was done is noted beside the database. */
async function migrate(stateDir: string, onStart: (pid: number) => void): Promise<void> {
  const databaseDir = join(stateDir, 'v3', 'd1');
  const note = join(databaseDir, 'migrated');
  const fingerprint = migrationsFingerprint();
  if (existsSync(note) && readFileSync(note, 'utf8') === fingerprint) return;
  refuseForeign(stateDir, appliedMigrations(databaseDir));
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
  if ('stateDir' in target) {
    await prepareState(target.stateDir);
    await openLocalDatabase(target.stateDir)([sql]);
    return secret;
  }
  const command = ['d1', 'execute', 'DB', '--json', '--yes', '--command', sql, ...placeOf(target)];
  await runWrangler(command, { interactive: true });
  return secret;
}
