import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Execute, Row } from '../../scripts/local/database.ts';
import { countOld, HOLDERS, rotate } from '../../scripts/privacy/rotation.ts';
import { checkAll } from '../../scripts/privacy/verification.ts';
import { LedgerKeys } from '../../src/ledger/chain/ledger-keys.ts';
import { MasterVault } from '../../src/platform/vault/vault.ts';
import { testSecrets } from '../support/harness.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { expectStatus, move, sendReferral } from '../support/world.ts';

const { test: oldKey } = JSON.parse(testSecrets.MASTER_KEYS).keys;
const newKey = randomBytes(32).toString('base64');
const vaultOf = (current: string, keys: Record<string, string>) =>
  new MasterVault({ masterKeys: { current, keys } });
const both = { test: oldKey, next: newKey };

useWorld();

/** As wrangler runs them. */
const execute: Execute = async (statements) => {
  const results = await exchange.env.DB.batch(statements.map((one) => exchange.env.DB.prepare(one)));
  return results.map(({ results: rows }) => rows as Row[]);
};
const turnTo = async (current: string, onBatch = () => {}, rows = 2) => {
  const done = [];
  for (const holder of HOLDERS)
    done.push(await rotate(execute, holder, vaultOf(current, both), current, onBatch, rows));
  return done;
};
const left = async (current: string) =>
  (await countOld(execute, HOLDERS, current)).reduce((sum, count) => sum + count);
const familyNames = async (vault: MasterVault) => {
  const records = await exchange.sql<{
    referral_id: string;
    master_key_id: string;
    wrapped_data_key: string;
    identity: string;
  }>('select * from client_records');
  return Promise.all(
    records.map(async (record) => {
      const opened = await vault.openReferralVault(record.referral_id, record);
      return (await opened.open<{ family_name: string }>('client_records.identity', record.identity))
        .family_name;
    }),
  );
};

test('an interrupted rotation loses nothing, goes on where it was, and ends with everything under the new key alone', async () => {
  for (let count = 0; count < 7; count += 1) await sendReferral(exchange, world);
  const hook = { body: { url: 'http://127.0.0.1:9/hook', event_types: ['referral.expired'] } };
  for (let count = 0; count < 3; count += 1)
    expectStatus(await exchange.call(world.receiver.key, '/v1/webhook-endpoints', hook), 201);
  expect(await left('next')).toBe(10);

  let batches = 0;
  const interrupt = () => {
    batches += 1;
    if (batches === 2) throw new Error('interrupted');
  };
  await expect(turnTo('next', interrupt)).rejects.toThrow('interrupted');
  const half = await left('next');
  expect(half).toBeGreaterThan(0);
  expect(half).toBeLessThan(10);
  // Who has both keys reads everything in between, whichever of them is current.
  for (const current of ['test', 'next'])
    expect(await familyNames(vaultOf(current, both))).toEqual(Array(7).fill('Testperson'));

  const [keys, secrets] = await turnTo('next');
  expect([keys?.rewrapped, secrets?.rewrapped]).toEqual([half - 3, 3]);
  expect([await left('next'), keys?.failed, secrets?.failed]).toEqual([0, [], []]);
  const onlyNew = vaultOf('next', { next: newKey });
  expect(await familyNames(onlyNew)).toEqual(Array(7).fill('Testperson'));
  for (const row of await exchange.sql<{ id: string; sealed_secret: string }>(
    'select * from webhook_endpoints',
  )) {
    const place = { column: 'webhook_endpoints.sealed_secret', row: row.id } as const;
    expect(await onlyNew.openSecret(row.sealed_secret, place)).toMatch(/^whsec_/);
  }
  expect((await turnTo('next')).every(({ rewrapped }) => rewrapped === 0)).toBe(true);
});

test('what is written, and erased, while it runs is neither lost nor brought back', async () => {
  await turnTo('next');
  const [erased, kept] = [await sendReferral(exchange, world), await sendReferral(exchange, world)];
  const [holder] = HOLDERS;
  if (!holder) throw new Error('no holder');
  const racing: Execute = async (statements) => {
    if (statements.some((one) => one.startsWith('update')))
      expectStatus(await move(exchange, world.sender, erased, 'erase'), 200);
    return execute(statements);
  };
  await rotate(racing, holder, vaultOf('next', both), 'next');
  expect(await exchange.sql('select * from client_records where referral_id = ?', erased)).toEqual([]);
  const late = await sendReferral(exchange, world);
  expect(await left('next')).toBe(1);
  expect((await turnTo('next'))[0]).toMatchObject({ rewrapped: 1 });
  expect(await left('next')).toBe(0);
  await turnTo('test');
  for (const id of [kept, late]) {
    const { body } = await exchange.call(world.sender.key, `/v1/referrals/${id}`);
    expect(body.client.identity.family_name).toBe('Testperson');
  }
});

test('a row that its key does not open is named, left as it is, and holds up nothing', async () => {
  const id = await sendReferral(exchange, world);
  const [{ wrapped_data_key }] = (await exchange.sql<{ wrapped_data_key: string }>(
    'select wrapped_data_key from client_records where referral_id = ?',
    id,
  )) as [{ wrapped_data_key: string }];
  const broken = `${wrapped_data_key.slice(0, -4)}AAA=`;
  await exchange.sql('update client_records set wrapped_data_key = ? where referral_id = ?', broken, id);
  expect((await turnTo('next'))[0]).toMatchObject({ failed: [id] });
  expect(await left('next')).toBe(1);
  expect(await exchange.sql('select wrapped_data_key from client_records where referral_id = ?', id)).toEqual(
    [{ wrapped_data_key: broken }],
  );
  await exchange.sql(
    'update client_records set wrapped_data_key = ? where referral_id = ?',
    wrapped_data_key,
    id,
  );
  await turnTo('test');
});

test('the check of all chains reads page after page, and names what was tampered with', async () => {
  const ids = (await exchange.sql<{ id: string }>('select id from referrals order by id')).map(
    ({ id }) => id,
  );
  await exchange.minute();
  const keys = new LedgerKeys(JSON.parse(testSecrets.LEDGER_KEYS));
  const check = async () => {
    const checked = [];
    for await (const page of checkAll(execute, keys, 4)) checked.push(...page);
    return checked;
  };
  const whole = await check();
  expect(whole.map(({ referral_id }) => referral_id)).toEqual(ids);
  expect(whole.filter(({ first_broken }) => first_broken)).toEqual([]);
  await exchange.sql('drop trigger events_never_change');
  await exchange.sql("update events set type = 'referral.declined' where referral_id = ?", ids[5]);
  expect((await check()).filter(({ first_broken }) => first_broken)).toMatchObject([
    { referral_id: ids[5], first_broken: { number: 1, kind: 'event', fault: 'changed' } },
  ]);
});
