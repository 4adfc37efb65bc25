import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { ledgerKeysOf } from '../../../src/ledger/chain/ledger-keys.ts';
import { linkColumns } from '../../../src/ledger/chain/links.ts';
import { sealPending } from '../../../src/ledger/chain/seal.ts';
import { Database } from '../../../src/platform/db/database.ts';
import { testSecrets } from '../../support/harness.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { consentInput, expectStatus, move, sendReferral } from '../../support/world.ts';

const settings = { ledgerKeys: JSON.parse(testSecrets.LEDGER_KEYS) };
/** That the history may be tampered with as by somebody at the database's console. */
const GUARDS = ['events_never_change', 'disclosures_never_change', 'ledger_chains_grow'];

useWorld();

const ask = async (id: string, side: 'sender' | 'receiver' = 'receiver') =>
  expectStatus(await exchange.call(world[side].key, `/v1/referrals/${id}/ledger`), 200);
/** What it says after the next rolling check. */
async function check(id: string, side: 'sender' | 'receiver' = 'receiver') {
  // Too young to be checked for sure.
  await exchange.sql('update referrals set created_at = created_at - 120000 where id = ?', id);
  await exchange.sql('update ledger_checks set checked_at = 1');
  await exchange.minute();
  return (await ask(id, side)).body;
}
const WAITING = `select count(*) as n from (
  select position from events where position > (select event_position from ledger_progress)
  union all select position from disclosures where position > (select disclosure_position from ledger_progress))`;
const waiting = async () => (await exchange.sql<{ n: number }>(WAITING))[0]?.n ?? 0;
async function seal(): Promise<void> {
  await exchange.minute();
  expect(await waiting()).toBe(0);
}
/** Three events, three disclosures and a consent, sealed. */
async function history(change: Record<string, unknown> = {}): Promise<string> {
  const id = await sendReferral(exchange, world, change);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  expectStatus(await exchange.call(world.receiver.key, `/v1/referrals/${id}`), 200);
  expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
  await seal();
  return id;
}
/** As if nothing had been sealed yet. */
async function unseal(id: string): Promise<void> {
  await exchange.sql('delete from ledger_chains where referral_id = ?', id);
  await exchange.sql(
    `update ledger_progress set version = version + 1,
       event_position = (select min(position) - 1 from events where referral_id = ?1),
       disclosure_position = coalesce((select min(position) - 1 from disclosures where referral_id = ?1), disclosure_position)`,
    id,
  );
}
const LINK_COLUMNS = new SQLiteSyncDialect().sqlToQuery(linkColumns('link.value', 'chain.referral_id')).sql;
const linksOf = (id: string) =>
  exchange.sql<{ number: number; entry_id: string; kind: string }>(
    `select first_number + link.key as number, ${LINK_COLUMNS}
     from ledger_chains as chain, json_each(links) as link where referral_id = ? order by number`,
    id,
  );

test('what requests wrote is sealed by the next minute, for both sides to check; until then it is pending', async () => {
  const young = await sendReferral(exchange, world);
  expect((await ask(young)).body).toMatchObject({ sealed_count: 0, pending_count: 2, first_broken: null });
  const id = await history();
  expect(await linksOf(id)).toHaveLength(7);
  const expected = { intact: true, sealed_count: 7, pending_count: 0, first_broken: null };
  expect(await check(id)).toMatchObject(expected);
  expect(await check(id, 'sender')).toMatchObject({ ...expected, details_withheld: false });
});

test('what the cron trigger itself wrote is sealed with the same minute', async () => {
  const id = await sendReferral(exchange, world);
  await seal();
  await exchange.sql('update referrals set deadline_at = 1 where id = ?', id);
  await seal();
  expect(await linksOf(id)).toHaveLength(3);
  expect(await check(id)).toMatchObject({ intact: true, sealed_count: 3 });
});

test('sealers at the same time make one chain and leave nothing', async () => {
  const id = await history();
  await unseal(id);
  const keys = ledgerKeysOf(settings);
  const sealer = () => new Database(exchange.env.DB as unknown as D1Database);
  await Promise.all(Array.from({ length: 8 }, () => sealPending(sealer(), keys)));
  await sealPending(sealer(), keys);
  expect(await waiting()).toBe(0);
  expect((await linksOf(id)).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(await check(id)).toMatchObject({ intact: true });
});

test('a burst of moves and reads at once is sealed whole', async () => {
  const id = await history();
  await Promise.all(
    Array.from({ length: 12 }, () => exchange.call(world.receiver.key, `/v1/referrals/${id}`)),
  );
  await seal();
  expect(await check(id)).toMatchObject({ intact: true, sealed_count: 19 });
});

describe('behind the exchange’s back', () => {
  beforeAll(async () => {
    for (const guard of GUARDS) await exchange.sql(`drop trigger ${guard}`);
  });
  const broken = async (id: string) => (await check(id)).first_broken;

  test('a changed event or disclosure is named', async () => {
    const [one, other] = [await history(), await history()];
    const [event] = (await linksOf(one)).filter(({ kind }) => kind === 'event').slice(1);
    const [disclosure] = (await linksOf(other)).filter(({ kind }) => kind === 'disclosure');
    await exchange.sql("update events set actor = 'client' where id = ?", event?.entry_id);
    await exchange.sql("update disclosures set categories = '[]' where id = ?", disclosure?.entry_id);
    expect(await broken(one)).toEqual({
      number: event?.number,
      kind: 'event',
      entry_id: event?.entry_id,
      fault: 'changed',
    });
    expect(await broken(other)).toMatchObject({ entry_id: disclosure?.entry_id, fault: 'changed' });
  });

  test('a removed event or disclosure is named, also with its link', async () => {
    const ids = [await history(), await history(), await history()];
    const last = async (id = '', kind = '') => (await linksOf(id)).findLast((one) => one.kind === kind);
    const disclosure = await last(ids[0], 'disclosure');
    await exchange.sql('delete from disclosures where id = ?', disclosure?.entry_id);
    expect(await broken(ids[0] ?? '')).toMatchObject({ entry_id: disclosure?.entry_id, fault: 'removed' });

    const event = await last(ids[1], 'event');
    for (const table of ['deliveries', 'event_recipients'])
      await exchange.sql(
        `delete from ${table} where position = (select position from events where id = ?)`,
        event?.entry_id,
      );
    await exchange.sql('delete from events where id = ?', event?.entry_id);
    expect(await broken(ids[1] ?? '')).toMatchObject({ entry_id: event?.entry_id, fault: 'removed' });

    await exchange.sql(
      "update ledger_chains set links = json_remove(links, '$[6]') where referral_id = ?",
      ids[2],
    );
    await exchange.sql(
      'delete from disclosures where referral_id = ? and id = (select max(id) from disclosures)',
      ids[2],
    );
    expect(await broken(ids[2] ?? '')).toMatchObject({ number: 7, fault: 'removed' });

    const gap = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, gap, 'accept'), 200);
    expectStatus(await exchange.call(world.receiver.key, `/v1/referrals/${gap}`), 200);
    await exchange.sql('delete from disclosures where referral_id = ? and number = 1', gap);
    expect(await broken(gap)).toMatchObject({ kind: 'disclosure', fault: 'removed' });
  });

  test('two events or disclosures that changed places are named', async () => {
    const id = await history();
    const [first] = (await linksOf(id)).filter(({ kind }) => kind === 'event');
    await exchange.sql(
      `update events set sequence = case sequence when 1 then -2 when 2 then -1 else sequence end where referral_id = ?`,
      id,
    );
    await exchange.sql('update events set sequence = abs(sequence) where referral_id = ?', id);
    expect(await broken(id)).toMatchObject({ number: first?.number, fault: 'changed' });

    const other = await history();
    await exchange.sql(
      `update ledger_chains set links = json_set(links, '$[1]', json(links -> '$[2]'), '$[2]', json(links -> '$[1]'))
       where referral_id = ?`,
      other,
    );
    expect(await broken(other)).toMatchObject({ number: 2, fault: 'reordered' });
  });

  test('a consent that was widened, moved in its time, or freed of its revocation is named', async () => {
    const changes = [
      ["categories = json_insert(categories, '$[#]', 'insurance')", 'consent', 'changed'],
      [`directions = '["forward","feedback"]'`, 'consent', 'changed'],
      ['expires_at = expires_at - 1', 'consent', 'changed'],
      ['granted_at = granted_at - 1', 'consent', 'changed'],
      ["text_hash = 'other'", 'consent', 'changed'],
      ['revoked_at = null', 'revocation', 'removed'],
      ['revoked_at = revoked_at - 1', 'revocation', 'changed'],
    ] as const;
    const ids: string[] = [];
    for (const [change] of changes) {
      const id = await history({ consent: consentInput({ directions: ['forward'] }) });
      expectStatus(await move(exchange, world.sender, id, 'erase'), 200);
      await seal();
      expect(await linksOf(id)).toHaveLength(9);
      await exchange.sql(`update consents set ${change} where referral_id = ?`, id);
      ids.push(id);
    }
    const whole = await history();
    expect(await check(whole)).toMatchObject({ intact: true });
    for (const [index, [change, kind, fault]] of changes.entries()) {
      const id = ids[index] ?? '';
      const [link] = (await linksOf(id)).filter((one) => one.kind === kind);
      const { first_broken } = (await ask(id)).body;
      expect([change, first_broken]).toEqual([
        change,
        { number: link?.number, kind, entry_id: link?.entry_id, fault },
      ]);
    }
  });

  test('a revocation that nobody noted for sealing is named', async () => {
    const id = await history();
    await exchange.sql('update consents set revoked_at = 1 where referral_id = ?', id);
    expect(await broken(id)).toMatchObject({ kind: 'revocation', fault: 'unsealed' });
  });

  test('an entry that was slipped in without being sealed is named', async () => {
    const id = await history();
    await exchange.sql(
      `insert into disclosures (position, number, referral_id, categories, way, key_id, disclosed_at)
       select -1, number + 1, referral_id, categories, way, key_id, disclosed_at
       from disclosures where referral_id = ? order by number desc limit 1`,
      id,
    );
    const [slipped] = await exchange.sql('select id from disclosures where position = -1');
    expect(await broken(id)).toMatchObject({ entry_id: slipped?.id, fault: 'unsealed' });
  });

  test('one chain that cannot go on does not keep the others from being sealed', async () => {
    const stuck = await history();
    await exchange.sql("update ledger_chains set links = 'null' where referral_id = ?", stuck);
    expectStatus(await exchange.call(world.receiver.key, `/v1/referrals/${stuck}`), 200);
    const fine = await sendReferral(exchange, world);
    await exchange.minute();
    expect((await check(fine)).intact).toBe(true);
    expect((await check(stuck)).intact).toBe(false);
  });

  test('the sender without the way back learns whether it holds and nothing else', async () => {
    const consent = consentInput({ directions: ['forward'] });
    const id = await history({ consent });
    const hidden = { details_withheld: true, sealed_count: null, pending_count: null, first_broken: null };
    expect(await check(id, 'sender')).toMatchObject({ ...hidden, intact: true });
    await exchange.sql("update events set actor = 'client' where referral_id = ?", id);
    expect(await check(id, 'sender')).toMatchObject({ ...hidden, intact: false });
  });
});

test('before the first check nothing is claimed, and no request makes one', async () => {
  const id = await history();
  const unknown = { checked_at: null, intact: null, first_broken: null, sealed_count: 7 };
  expect((await ask(id)).body).toMatchObject(unknown);
  await exchange.minute();
  // It was made within the last minute: others may still be on their way behind it.
  expect((await ask(id)).body).toMatchObject(unknown);
  const beganAt = Date.now();
  const { checked_at } = await check(id);
  expect(Date.parse(checked_at)).toBeGreaterThanOrEqual(beganAt);
  expect((await ask(id)).body.checked_at).toBe(checked_at);
});

test('what is hidden from the sender changes neither what its request costs nor when the check was', async () => {
  const consent = consentInput({ directions: ['forward'] });
  const accepted = async () => {
    const id = await sendReferral(exchange, world, { consent });
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    return id;
  };
  const [quiet, busy] = [await accepted(), await accepted()];
  await seal();
  await check(quiet);
  await check(busy);
  const before = (await ask(busy, 'sender')).body;
  await exchange.sql(
    `with recursive n(value) as (select 1 union all select value + 1 from n where value < 150)
     insert into disclosures (number, referral_id, categories, way, key_id, disclosed_at)
     select number + n.value, referral_id, categories, way, key_id, disclosed_at + 1
     from n, disclosures where referral_id = ? group by n.value`,
    busy,
  );
  // While they wait to be sealed, and afterwards.
  for (const step of ['waiting', 'sealed']) {
    if (step === 'sealed') await exchange.minute();
    const [one, other] = [await ask(quiet, 'sender'), await ask(busy, 'sender')];
    expect([step, other.cost]).toEqual([step, one.cost]);
    expect(other.cost.calls).toBe(1);
    expect(other.cost.read).toBeLessThanOrEqual(8);
    expect({ ...other.body, checked_at: null }).toEqual({ ...before, checked_at: null });
    expect(other.body.checked_at).toBe(one.body.checked_at);
  }
  expect((await check(busy, 'receiver')).sealed_count).toBeGreaterThan(150);
});

test('a verdict that somebody wrote without the key is none', async () => {
  const id = await history();
  expect(await check(id)).toMatchObject({ intact: true });
  await exchange.sql("update ledger_checks set hash = 'forged', checked_at = checked_at + 1000");
  expect((await ask(id)).body).toMatchObject({ intact: null, checked_at: null });
  expect(await check(id)).toMatchObject({ intact: true });
});

test('an erased referral’s chain still holds', async () => {
  const id = await history();
  expectStatus(await move(exchange, world.sender, id, 'erase'), 200);
  await seal();
  expect(await check(id)).toMatchObject({ intact: true });
});
