import { expect, test } from 'vitest';
import { csvReply } from '../../src/http/csv.ts';
import { operations } from '../../src/operations.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { consentInput, expectStatus, move, sendReferral } from '../support/world.ts';

useWorld();

const accepted = async (change: Record<string, unknown> = {}) => {
  const id = await sendReferral(exchange, world, change);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  return id;
};
const readByReceiver = (id: string) => exchange.call(world.receiver.key, `/v1/referrals/${id}`);
const list = async (side: 'sender' | 'receiver', id: string, query = '', headers = {}) =>
  expectStatus(
    await exchange.call(world[side].key, `/v1/referrals/${id}/disclosures${query}`, { headers }),
    200,
  );

test('every disclosure is listed for both sides, newest first, page by page, and reading the list adds none', async () => {
  const id = await accepted();
  for (let times = 0; times < 4; times += 1) await readByReceiver(id);
  const whole = (await list('sender', id)).body.data;
  expect(whole).toHaveLength(5);
  expect((await list('receiver', id)).body.data).toEqual(whole);
  const ids = whole.map((one: { id: string }) => one.id);
  expect(ids).toEqual([...ids].sort().reverse());
  expect(whole[0]).toMatchObject({
    practice_id: world.receiver.id,
    way: 'api',
    categories: ['identity', 'contact', 'reason'],
  });
  const paged: unknown[] = [];
  let cursor = '';
  do {
    const { data, next_cursor } = (await list('sender', id, `?limit=2${cursor}`)).body;
    paged.push(...data);
    cursor = next_cursor === null ? '' : `&cursor=${next_cursor}`;
  } while (cursor);
  expect(paged).toEqual(whole);
});

test('as CSV it holds the same rows, by parameter and by Accept', async () => {
  const id = await accepted();
  await readByReceiver(id);
  const rows = (await list('sender', id)).body.data;
  const byParameter = await list('sender', id, '?format=csv');
  const byAccept = await list('sender', id, '', { Accept: 'text/csv' });
  expect(byAccept.body).toBe(byParameter.body);
  expect(byParameter.headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
  expect(byParameter.headers.get('Content-Disposition')).toBe(`attachment; filename="disclosures-${id}.csv"`);
  const [header, ...lines] = byParameter.body.replace('\ufeff', '').trimEnd().split('\r\n');
  expect(header).toBe('id,disclosed_at,practice_id,way,categories,consent_id,key_id');
  expect(lines.map((line: string) => line.split(',')[0])).toEqual(rows.map((one: { id: string }) => one.id));
  expect((await list('sender', id, '?format=json', { Accept: 'text/csv' })).body.data).toHaveLength(2);
  expect((await list('sender', id, '', { Accept: 'text/html, */*;q=0.8' })).body.data).toHaveLength(2);
});

test('a cell that a spreadsheet would run as a formula is made a text', () => {
  const { body } = csvReply('x.csv', ['a'], [['=1+1'], ['@x'], ['+1'], ['-1'], ['a,"b'], ['é']]);
  expect(body).toBe(`\ufeffa\r\n'=1+1\r\n'@x\r\n'+1\r\n'-1\r\n"a,""b"\r\né\r\n`);
});

test('the API has no operation that changes or deletes a disclosure, and the database refuses a change', async () => {
  expect(operations.filter(({ path, method }) => path.includes('disclosures') && method !== 'GET')).toEqual(
    [],
  );
  const id = await accepted();
  await expect(
    exchange.sql("update disclosures set categories = '[]' where referral_id = ?", id),
  ).rejects.toThrow(/guard/);
});

test('without the way back the sender’s list ends with the acceptance: what the receiver does then stays unseen', async () => {
  const id = await accepted({ consent: consentInput({ directions: ['forward'] }) });
  const first = await list('sender', id);
  const before = first.body;
  expect(before.data).toHaveLength(1);
  await readByReceiver(id);
  expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
  const again = await list('sender', id);
  expect([again.body, again.cost]).toEqual([before, first.cost]);
  expect((await list('sender', id, '?format=csv')).body.trimEnd().split('\r\n')).toHaveLength(2);
  expect((await list('receiver', id)).body.data).toHaveLength(3);
});

test('the list stays after the erasure of the client', async () => {
  const id = await accepted();
  const before = (await list('receiver', id)).body;
  expectStatus(await move(exchange, world.sender, id, 'erase'), 200);
  expect((await list('receiver', id)).body).toEqual(before);
});
