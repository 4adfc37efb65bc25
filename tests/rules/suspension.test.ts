/** What a suspended practice may do: open referrals are finished, nothing new leaves or is made. */
import { describe, expect, test } from 'vitest';
import { mayUseWhenSuspended } from '../../src/http/operation.ts';
import { operations } from '../../src/operations.ts';
import { exampleCalls, freeEndpoints } from '../support/calls.ts';
import { askClient, clientOn } from '../support/client.ts';
import { startReceiver } from '../support/receiver.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  CLIENT_WORDS,
  consentInput,
  expectStatus,
  move,
  type Practice,
  sendReferral,
} from '../support/world.ts';

useWorld();

const setStatus = async (practice: Practice, action: 'suspend' | 'reinstate') =>
  expectStatus(
    await exchange.call(world.operator, `/v1/practices/${practice.id}/${action}`, { method: 'POST' }),
    200,
  );

/** What happens while the practice is suspended; it is reinstated whatever came of it. */
async function whileSuspended(practice: Practice, happen: () => Promise<void>): Promise<void> {
  await setStatus(practice, 'suspend');
  try {
    await happen();
  } finally {
    await setStatus(practice, 'reinstate');
  }
}

const read = async (practice: Practice, id: string) =>
  expectStatus(await exchange.call(practice.key, `/v1/referrals/${id}`), 200).body;
const disclosuresOf = async (id: string) =>
  (await exchange.sql('select id from disclosures where referral_id = ?', id)).length;
const expectNoClient = (shown: unknown) => {
  for (const word of CLIENT_WORDS) expect(JSON.stringify(shown)).not.toContain(word);
};
const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

describe('a suspended receiver', () => {
  test('is disclosed nothing more of a client that it accepted, by key or by webhook, and all of it again afterwards', async () => {
    const crm = await startReceiver();
    const hook = { url: crm.url, payload: 'full', page_links: true, event_types: ['referral.engaged'] };
    expectStatus(await exchange.call(world.receiver.key, '/v1/webhook-endpoints', { body: hook }), 201);
    const id = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    expect(JSON.stringify(await read(world.receiver, id))).toContain('Testperson');
    const before = await disclosuresOf(id);
    await whileSuspended(world.receiver, async () => {
      const seen = await read(world.receiver, id);
      expectNoClient(seen);
      expect(seen).toMatchObject({ state: 'accepted', client: null, client_withheld: 'practice_suspended' });
      const engaged = expectStatus(await move(exchange, world.receiver, id, 'engage'), 200).body;
      expectNoClient(engaged);
      const told = await crm.waitForType('referral.engaged', id);
      expectNoClient(told.json);
      expect(told.json.data).toMatchObject({ state: 'engaged', callback_url: expect.any(String) });
      expect(told.json.data.page_url).toBeUndefined();
      expect(await disclosuresOf(id)).toBe(before);
    });
    expect(JSON.stringify(await read(world.receiver, id))).toContain('Testperson');
    await crm.close();
  });

  test('neither accepts nor asks, declines, and is told only the moves that it may make', async () => {
    const [id, other] = [await sendReferral(exchange, world), await sendReferral(exchange, world)];
    await whileSuspended(world.receiver, async () => {
      expect((await read(world.receiver, id)).allowed_moves).toEqual(['decline']);
      expect(codeOf(await move(exchange, world.receiver, id, 'accept'))).toEqual([403, 'practice_suspended']);
      expect(codeOf(await move(exchange, world.receiver, id, 'request-info', { question: 'Who?' }))).toEqual([
        403,
        'practice_suspended',
      ]);
      expectStatus(await move(exchange, world.receiver, other, 'decline', { reason: 'at_capacity' }), 200);
    });
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  });
});

describe('a suspended receiver without a key', () => {
  test('finishes on the page behind its link, where nothing of the client is shown and nothing can be accepted', async () => {
    const [id, waiting] = [await sendReferral(exchange, world), await sendReferral(exchange, world)];
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    const pageOf = async (referralId: string) => {
      const link = await move(exchange, world.receiver, referralId, 'page-links', {});
      return clientOn(exchange, new URL(expectStatus(link, 201).body.page_url).pathname);
    };
    const [page, other] = [await pageOf(id), await pageOf(waiting)];
    const versionIn = (body: unknown) => /name="version" value="([^"]+)"/.exec(String(body))?.[1] ?? '';
    await page.say('/show');
    expect((await page.read()).body).toContain('Testperson');
    const before = await disclosuresOf(id);
    const staleVersion = versionIn((await other.read()).body);
    await whileSuspended(world.receiver, async () => {
      const shown = (await page.read()).body;
      expectNoClient(shown);
      expect(shown).toContain('Your practice is suspended');
      expect(await disclosuresOf(id)).toBe(before);
      const refused = await other.say('', { move: 'accept', version: staleVersion });
      expect(refused.status).toBe(409);
      expect(refused.body).toContain('Your practice is suspended');
      expect(refused.body).not.toContain('value="accept"');
      expect((await page.say('', { move: 'engage', version: versionIn(shown) })).status).toBe(303);
      expect((await read(world.receiver, id)).state).toBe('engaged');
      expect((await read(world.receiver, waiting)).state).toBe('sent');
    });
    expect((await page.read()).body).toContain('Testperson');
  });

  test('finishes by the callback of its CRM, which accepts nobody', async () => {
    const crm = await startReceiver();
    const hook = { url: crm.url, event_types: ['referral.sent', 'referral.accepted'] };
    expectStatus(await exchange.call(world.receiver.key, '/v1/webhook-endpoints', { body: hook }), 201);
    const [id, waiting] = [await sendReferral(exchange, world), await sendReferral(exchange, world)];
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    const callbackOf = async (type: string, referralId: string) =>
      new URL((await crm.waitForType(type, referralId)).json.data.callback_url).pathname;
    const [accepted, sent] = [
      await callbackOf('referral.accepted', id),
      await callbackOf('referral.sent', waiting),
    ];
    await whileSuspended(world.receiver, async () => {
      const refused = await exchange.call(null, sent, { body: { outcome: 'accept' } });
      expect(codeOf(refused)).toEqual([403, 'practice_suspended']);
      const again = await exchange.call(null, accepted, { body: { outcome: 'accept' } });
      expect(expectStatus(again, 200).body.result).toBe('unchanged');
      const done = await exchange.call(null, accepted, { body: { outcome: 'engage' } });
      expect(expectStatus(done, 200).body).toMatchObject({ result: 'done', state: 'engaged' });
    });
    await crm.close();
  });
});

describe('a suspended sender', () => {
  test('holds back the client whom nobody has accepted yet, and goes on serving the one who was accepted', async () => {
    const consent = consentInput({ disclose_on_send: true });
    const waiting = await sendReferral(exchange, world, { disclose: 'on_send', consent });
    const accepted = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, accepted, 'accept'), 200);
    expect(JSON.stringify(await read(world.receiver, waiting))).toContain('Testperson');
    await whileSuspended(world.sender, async () => {
      const seen = await read(world.receiver, waiting);
      expectNoClient(seen);
      expect(seen).toMatchObject({ client: null, client_withheld: 'sender_suspended' });
      expect(codeOf(await move(exchange, world.receiver, waiting, 'accept'))).toEqual([
        409,
        'sender_not_eligible',
      ]);
      expect(JSON.stringify(await read(world.receiver, accepted))).toContain('Testperson');
      expect(JSON.stringify(await read(world.sender, waiting))).toContain('Testperson');
      expectStatus(await exchange.call(world.sender.key, `/v1/referrals/${waiting}/export`), 200);
    });
    expectStatus(await move(exchange, world.receiver, waiting, 'accept'), 200);
  });
});

describe('a client', () => {
  test('cannot send a referral of a suspended practice by consenting, and can refuse and take back', async () => {
    const [asked, refused, given] = [
      await askClient(exchange, world),
      await askClient(exchange, world),
      await askClient(exchange, world),
    ];
    const clients = [asked, refused, given].map(({ path }) => clientOn(exchange, path));
    for (const client of clients) await client.giveName();
    const [asking, refusing, taking] = clients as [
      (typeof clients)[0],
      (typeof clients)[0],
      (typeof clients)[0],
    ];
    await taking.agree('yes');
    await whileSuspended(world.sender, async () => {
      expect((await asking.agree('yes')).status).toBe(409);
      expect((await refusing.deny()).status).toBe(303);
      expect((await taking.revoke()).status).toBe(303);
      expect((await read(world.sender, asked.id)).state).toBe('awaiting_consent');
      expect((await read(world.sender, refused.id)).state).toBe('consent_denied');
      expect((await read(world.sender, given.id)).state).toBe('revoked');
    });
    expect((await asking.agree('yes')).status).toBe(303);
    expect((await read(world.sender, asked.id)).state).toBe('sent');
  });
});

describe('whatever an isolate still believes of a key', () => {
  test('the database lets nobody who is suspended accept, or enter a partnership', async () => {
    const id = await sendReferral(exchange, world);
    const accept = () => exchange.sql("update referrals set state = 'accepted' where id = ?", id);
    const invite = () =>
      exchange.sql(
        `insert into partnerships (id, state, inviter_practice_id, invitee_practice_id, pair, message, created_at, updated_at)
         values ('prt_guard', 'invited', ?, ?, 'guard', 'M', 1, 1)`,
        world.receiver.id,
        world.sender.id,
      );
    for (const practice of [world.sender, world.receiver])
      await whileSuspended(practice, async () => {
        await expect(accept()).rejects.toThrow('guard: suspended');
        await expect(invite()).rejects.toThrow('guard: suspended');
      });
    await invite();
    await whileSuspended(world.sender, async () => {
      const accepted = exchange.sql("update partnerships set state = 'active' where id = 'prt_guard'");
      await expect(accepted).rejects.toThrow('guard: suspended');
    });
    await exchange.sql("delete from partnerships where id = 'prt_guard'");
  });
});

test('a practice that is suspended makes no key, endpoint or page link with the key that it used a moment ago', async () => {
  const id = await sendReferral(exchange, world);
  const made: readonly (readonly [string, unknown])[] = [
    ['/v1/keys', { name: 'another' }],
    ['/v1/webhook-endpoints', { url: 'http://127.0.0.1:9/hook' }],
    [`/v1/referrals/${id}/page-links`, {}],
  ];
  await whileSuspended(world.receiver, async () => {
    for (const [path, body] of made)
      expect([path, ...codeOf(await exchange.call(world.receiver.key, path, { body }))]).toEqual([
        path,
        403,
        'practice_suspended',
      ]);
  });
  for (const [path, body] of made) expectStatus(await exchange.call(world.receiver.key, path, { body }), 201);
});

/** Every operation of a practice, those that will be added too. */
const asked = operations.filter(({ scope }) => scope !== 'operator');

describe('every operation does what the table of suspension says', () => {
  test.each(asked.map((one) => [one.id, one] as const))('%s', async (id, one) => {
    const make = exampleCalls(exchange, world)[id];
    if (!make) throw new Error(`no example call for ${id}`);
    await freeEndpoints(exchange);
    const { key, path, body } = await make();
    const call = () =>
      exchange.call(key, path, { method: one.method, ...(body === undefined ? {} : { body }) });
    const owner = expectStatus(await exchange.call(key, '/v1/practice'), 200).body as Practice;
    const mayUse = mayUseWhenSuspended(one);
    await whileSuspended(owner, async () => {
      const answer = await call();
      if (mayUse)
        return void expect([id, answer.status < 300, answer.body.code]).toEqual([id, true, undefined]);
      expect([id, ...codeOf(answer)]).toEqual([id, 403, 'practice_suspended']);
      // Only the key was looked up.
      expect(answer.cost.calls).toBeLessThanOrEqual(1);
    });
    if (!mayUse) expect([id, (await call()).status < 300]).toEqual([id, true]);
  });
});
