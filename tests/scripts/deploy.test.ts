import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unstable_readConfig as readConfig } from 'wrangler';
import { type Deployment, faultsOf, missingSecrets } from '../../scripts/deploy/preflight.ts';
import { SECRET_NAMES } from '../../src/env.ts';
import { readMigrations } from '../support/migrations.ts';
import { startPlatform } from '../support/platform.ts';

const configOf = (env?: string): Deployment =>
  readConfig({ config: 'wrangler.toml', env }, { hideWarnings: true });
const others = [configOf(), configOf('staging')];

const good: Deployment = {
  ...configOf('production'),
  vars: {
    ...configOf('production').vars,
    PUBLIC_ORIGIN: 'https://exchange.clinic-network.org',
    OPERATOR_EMAIL: 'operator@clinic-network.org',
    OPERATOR_ADDRESS: '10 Clinic Road, Lincoln, NE 68508',
  },
  routes: [{ pattern: 'exchange.clinic-network.org', custom_domain: true }],
  d1_databases: [{ binding: 'DB', database_id: '11111111-1111-4111-8111-111111111111' }],
};

describe('before anything is deployed it is said, all at once, what is missing', () => {
  test('nothing, where all is there', () => {
    expect(faultsOf(good, others)).toEqual([]);
    expect(missingSecrets(SECRET_NAMES)).toEqual([]);
  });

  test('every placeholder of the file, in each environment', () => {
    for (const env of ['production', 'staging']) {
      const faults = faultsOf(configOf(env), []).join('\n');
      for (const word of ['PUBLIC_ORIGIN', 'OPERATOR_EMAIL', 'OPERATOR_ADDRESS', 'database_id'])
        expect(faults).toContain(word);
    }
  });

  test.each([
    [
      'an origin without https',
      { vars: { ...good.vars, PUBLIC_ORIGIN: 'http://exchange.clinic-network.org' } },
      'https',
    ],
    ['an origin that no route leads to', { routes: [] }, 'No route'],
    ['a Worker in development', { vars: { ...good.vars, ENVIRONMENT: 'development' } }, 'ENVIRONMENT'],
    [
      'webhooks into private networks',
      { vars: { ...good.vars, ALLOW_PRIVATE_DESTINATIONS: 'true' } },
      'ALLOW_PRIVATE',
    ],
    ['the platform’s own address', { workers_dev: true }, 'workers_dev'],
    ['addresses of previews', { preview_urls: undefined }, 'preview_urls'],
    [
      'limits that count together with staging',
      { ratelimits: configOf('staging').ratelimits },
      'namespace_id',
    ],
  ] as const)('%s', (_name, change, word) => {
    const faults = faultsOf({ ...good, ...change }, others);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.join('\n')).toContain(word);
  });

  test('secrets, by name', () => {
    expect(missingSecrets(['MASTER_KEYS', 'LINK_KEYS'])).toHaveLength(2);
  });
});

describe('against a stand-in of the platform', () => {
  let platform: Awaited<ReturnType<typeof startPlatform>>;
  const folder = mkdtempSync(join(tmpdir(), 'referral-exchange-deploy-'));
  const config = join(folder, 'wrangler.toml');
  const secretsFile = join(folder, 'secrets.json');
  beforeAll(async () => {
    platform = await startPlatform();
    const text = readFileSync('wrangler.toml', 'utf8')
      .replaceAll('exchange.example', 'exchange.clinic-network.org')
      .replaceAll('1 Example Street', '10 Clinic Road')
      .replaceAll('00000000-0000-4000', '11111111-1111-4000')
      .replace('main = "', `main = "${resolve('.')}/`)
      .replaceAll('migrations_dir = "', `migrations_dir = "${resolve('.')}/`)
      .replace('directory = "', `directory = "${resolve('.')}/`)
      .replace('[build]\ncommand = "node scripts/assets.ts"', '');
    writeFileSync(config, text);
    writeFileSync(secretsFile, JSON.stringify(Object.fromEntries(SECRET_NAMES.map((name) => [name, 'x']))));
  });
  afterAll(() => {
    platform.close();
    rmSync(folder, { recursive: true });
  });

  const deploy = (...args: string[]) =>
    new Promise<{ code: number; output: string }>((done) => {
      const command = ['scripts/deploy.ts', '--config', config, ...args];
      const env = { ...process.env, ...platform.environment };
      const child = execFile(process.execPath, command, { env }, (_error, stdout, stderr) =>
        done({ code: child.exitCode ?? 1, output: stdout + stderr }),
      );
    });

  test('a first deployment asks for its secrets, then migrates, uploads them with the Worker, and its address is the domain', async () => {
    const refused = await deploy();
    expect([refused.code, refused.output]).toEqual([
      1,
      expect.stringContaining('The secret MASTER_KEYS is missing'),
    ]);
    expect(platform.calls.every((call) => call.startsWith('GET '))).toBe(true);
    const done = await deploy('--secrets-file', secretsFile);
    expect([done.code, done.output]).toEqual([
      0,
      expect.stringContaining('Everything that production needs is there'),
    ]);
    expect(platform.query('select name from d1_migrations')).toHaveLength(readMigrations().length);
    const upload = platform.uploads.get('referral-exchange-production') ?? '';
    for (const name of SECRET_NAMES) expect(upload).toContain(`"name":"${name}","type":"secret_text"`);
    expect(platform.calls.join('\n')).toMatch(/domains/);
    expect(platform.calls.join('\n')).toMatch(/schedules/);
    const checked = await deploy('--check');
    expect([checked.code, checked.output]).toEqual([
      0,
      expect.stringContaining('Everything that production needs is there'),
    ]);
  });
});
