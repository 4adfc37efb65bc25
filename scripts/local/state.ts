/** The state folder of a local server: its secrets, its database, and who is allowed to operate it. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createToken } from '../../src/access/token.ts';
import { newId } from '../../src/db/ids.ts';
import { withLock } from './lock.mjs';
import { root } from './settings.ts';
import { runWrangler } from './wrangler.ts';

const migrations = join(root, 'migrations');
const randomKey = () => randomBytes(32).toString('base64');

export const secretsFile = (stateDir: string) => join(stateDir, 'development.env');

function requireSecrets(stateDir: string): void {
  const file = secretsFile(stateDir);
  if (existsSync(file)) return;
  const masterKeys = JSON.stringify({ current: 'dev', keys: { dev: randomKey() } });
  const lines = [
    '# Development secrets, made by `npm start`. Without them the client data of this folder cannot be read.',
    `MASTER_KEYS='${masterKeys}'`,
    `BLIND_INDEX_KEY='${randomKey()}'`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
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
async function migrate(stateDir: string): Promise<void> {
  const note = join(stateDir, 'v3', 'd1', 'migrated');
  const fingerprint = migrationsFingerprint();
  if (existsSync(note) && readFileSync(note, 'utf8') === fingerprint) return;
  await runWrangler(['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', stateDir]);
  writeFileSync(note, fingerprint);
}

/** Secrets and a migrated database, made where they are missing. */
export async function prepareState(stateDir: string): Promise<void> {
  mkdirSync(stateDir, { recursive: true });
  await withLock(join(stateDir, 'prepare.lock'), async () => {
    requireSecrets(stateDir);
    await migrate(stateDir);
  });
}

/** Where the database is that gets a key: a local one by its state folder, or the deployed one. */
export type KeyTarget = { readonly stateDir: string } | 'remote';

/** Writes a new operator key's hash and gives the key, which is nowhere else. */
export async function createOperatorKey(target: KeyTarget): Promise<string> {
  const { secret, secret_hash, secret_hint } = await createToken();
  const sql = `insert into api_keys (id, practice_id, name, secret_hash, secret_hint, scopes, created_by, created_at)
    values ('${newId('key')}', null, 'operator', '${secret_hash}', '${secret_hint}', '["operator"]', 'command_line', ${Date.now()})`;
  const command = ['d1', 'execute', 'DB', '--json', '--yes', '--command', sql];
  if (target === 'remote') {
    await runWrangler([...command, '--remote', '--env', 'production'], { interactive: true });
  } else {
    await prepareState(target.stateDir);
    await runWrangler([...command, '--local', '--persist-to', target.stateDir]);
  }
  return secret;
}
