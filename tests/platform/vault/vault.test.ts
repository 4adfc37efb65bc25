import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSettings, type Settings } from '../../../src/env.ts';
import { createToken, isWellFormedToken } from '../../../src/platform/access/token.ts';
import { Vault } from '../../../src/platform/vault/vault.ts';

const key = () => randomBytes(32).toString('base64');
const settings = (current: string, keys: Record<string, string>): Settings => ({
  production: false,
  publicOrigin: 'http://127.0.0.1',
  allowPrivateDestinations: true,
  dnsOverHttpsUrl: null,
  masterKeys: { current, keys },
  linkKeys: { current: 'l', keys: { l: randomBytes(32).toString('base64') } },
  ledgerKeys: { current: 'h', keys: { h: randomBytes(32).toString('base64') } },
  blindIndexKey: randomBytes(32).toString('base64'),
  retentionMonths: 24,
  practiceRequestsPerMinute: 6000,
  operator: { name: 'Example Exchange', email: 'operator@exchange.example', address: '' },
  crisisLine: '',
});

test('what is sealed opens in its own place, whatever it is', async () => {
  const vault = new Vault(settings('a', { a: key() }));
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const { vault: one, wrapped } = await vault.createReferralVault('ref_1');
      const sealed = await one.seal('client_records.notes', value);
      const again = await vault.openReferralVault('ref_1', wrapped);
      for (const each of [again, one])
        expect(JSON.stringify(await each.open('client_records.notes', sealed))).toBe(JSON.stringify(value));
    }),
    { numRuns: 50 },
  );
});

test('a ciphertext does not open in another column, another row, another referral, or changed', async () => {
  const vault = new Vault(settings('a', { a: key() }));
  const { vault: one, wrapped } = await vault.createReferralVault('ref_1');
  const { vault: other } = await vault.createReferralVault('ref_2');
  const sealed = await one.seal('client_records.notes', 'secret');
  await expect(one.open('client_records.reason', sealed)).rejects.toThrow();
  await expect(one.open('client_records.notes', sealed, 'ref_2')).rejects.toThrow();
  await expect(other.open('client_records.notes', sealed, 'ref_1')).rejects.toThrow();
  await expect(vault.openReferralVault('ref_2', wrapped)).rejects.toThrow();
  const flipped = sealed.slice(0, -4) + (sealed.endsWith('AAAA') ? 'BBBB' : 'AAAA');
  await expect(one.open('client_records.notes', flipped)).rejects.toThrow();
  await expect(one.open('client_records.notes', 'garbage')).rejects.toThrow();
});

test('after a new master key became current, what the old one wrapped still opens, and not without it', async () => {
  const [a, b] = [key(), key()];
  const { wrapped } = await new Vault(settings('a', { a })).createReferralVault('ref_1');
  await expect(new Vault(settings('b', { a, b })).openReferralVault('ref_1', wrapped)).resolves.toBeDefined();
  await expect(new Vault(settings('b', { b })).openReferralVault('ref_1', wrapped)).rejects.toThrow(
    'No master key "a"',
  );
});

test('the blind index is equal for equal parts only, and differs by key', async () => {
  const vault = new Vault(settings('a', { a: key() }));
  expect(await vault.blindIndex('a', 'b')).toBe(await vault.blindIndex('a', 'b'));
  expect(await vault.blindIndex('a', 'b')).not.toBe(await vault.blindIndex('ab', ''));
  expect(await vault.blindIndex('a')).not.toBe(await new Vault(settings('a', { a: key() })).blindIndex('a'));
});

test('an API key has 256 random bits and a checksum that finds any single change', async () => {
  const { secret, secret_hint } = await createToken();
  expect(secret).toMatch(/^rx_[0-9a-f]{72}$/);
  expect(secret.endsWith(secret_hint)).toBe(true);
  expect(await isWellFormedToken(secret)).toBe(true);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 3, max: secret.length - 1 }),
      fc.constantFrom(...'0123456789abcdefX'),
      async (at, character) => {
        fc.pre(secret[at] !== character);
        expect(await isWellFormedToken(secret.slice(0, at) + character + secret.slice(at + 1))).toBe(false);
      },
    ),
  );
});

test('settings that are missing or malformed are named, and their values are not', () => {
  const good = {
    ENVIRONMENT: 'development',
    PUBLIC_ORIGIN: 'http://127.0.0.1:8787',
    ALLOW_PRIVATE_DESTINATIONS: 'false',
    MASTER_KEYS: JSON.stringify({ current: 'a', keys: { a: key() } }),
    LINK_KEYS: JSON.stringify({ current: 'l', keys: { l: key() } }),
    LEDGER_KEYS: JSON.stringify({ current: 'h', keys: { h: key() } }),
    BLIND_INDEX_KEY: key(),
    PRACTICE_REQUESTS_PER_MINUTE: '6000',
  };
  expect(readSettings({ ...good } as unknown as Env).masterKeys.current).toBe('a');
  const read = (change: object) => () => readSettings({ ...good, ...change } as unknown as Env);
  expect(read({ BLIND_INDEX_KEY: undefined })).toThrow('BLIND_INDEX_KEY: is missing');
  expect(read({ BLIND_INDEX_KEY: 'c2hvcnQtc2VjcmV0' })).toThrow('BLIND_INDEX_KEY: is malformed');
  expect(read({ BLIND_INDEX_KEY: 'c2hvcnQtc2VjcmV0' })).not.toThrow('c2hvcnQ');
  expect(read({ MASTER_KEYS: '{"current":"b","keys":{}}' })).toThrow('MASTER_KEYS');
  for (const name of ['MASTER_KEYS', 'LINK_KEYS', 'LEDGER_KEYS'])
    expect(read({ [name]: 'not json' })).toThrow(name);
  expect(read({ PRACTICE_REQUESTS_PER_MINUTE: 'many' })).toThrow(
    'PRACTICE_REQUESTS_PER_MINUTE: is malformed',
  );
  expect(read({ RETENTION_MONTHS: '0' })).toThrow('RETENTION_MONTHS: is malformed');
  expect(read({})().retentionMonths).toBe(24);
});
