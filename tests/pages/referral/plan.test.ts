import { expect, test } from 'vitest';
import { clientOn } from '../../support/client.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { expectStatus, move, type Practice, sendReferral } from '../../support/world.ts';

useWorld();

const add = (practice: Practice, id: string, text: string, more = {}) =>
  move(exchange, practice, id, 'plan/items', { text, owner: 'sender', ...more });
const logged = (id: string) =>
  exchange.sql<{ categories: string }>('select categories from disclosures where referral_id = ?', id);

test('a receiver without a CRM reads plan and messages behind the button, each look in the log', async () => {
  const { sender, receiver } = world;
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, receiver, id, 'accept'), 200);
  expectStatus(await add(sender, id, 'ZEBRAITEM', { due_on: '2031-03-01' }), 201);
  const { id: own } = expectStatus(await add(receiver, id, 'Her part', { owner: 'receiver' }), 201).body;
  expectStatus(
    await exchange.call(receiver.key, `/v1/referrals/${id}/plan/items/${own}`, {
      method: 'PATCH',
      body: { done: true },
    }),
    200,
  );
  expectStatus(await move(exchange, sender, id, 'messages', { text: 'ZEBRAMESSAGE' }), 201);
  const link = await move(exchange, receiver, id, 'page-links', {});
  const page = clientOn(exchange, new URL(expectStatus(link, 201).body.page_url).pathname);
  const before = (await logged(id)).length;
  expect((await page.read()).body).not.toMatch(/ZEBRA|Her part/);
  expect(await logged(id)).toHaveLength(before);
  await page.say('/show');
  const opened = (await page.read()).body;
  for (const words of [
    'ZEBRAITEM',
    'The sender does it, by March 1, 2031',
    'Her part',
    'done on',
    'ZEBRAMESSAGE',
  ])
    expect(opened).toContain(words);
  expect((await page.read('?lang=es')).body).toContain('Lo hace quien refiere, a más tardar el 1 de marzo');
  const looks = (await logged(id)).slice(before).map(({ categories }) => JSON.parse(categories));
  expect(looks.filter((one) => one.includes('plan'))).toEqual([['plan'], ['plan']]);
  expect(looks.filter((one) => one.includes('messages'))).toHaveLength(2);
  await exchange.sql('update consents set expires_at = granted_at + 1 where referral_id = ?', id);
  const ended = (await page.read()).body;
  expect([ended.includes('Her part'), ended.includes('ZEBRA')]).toEqual([true, false]);
});
