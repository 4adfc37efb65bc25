/**
 * The sender has the link and knows the last name: it can open the client's page. So the page shows no more of the
 * receiver than the sender may see, in every state and by every path, and tells the client so.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { askClient, clientOn } from '../../support/client.ts';
import type { Answer } from '../../support/harness.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { expectStatus, move, sendReferral } from '../../support/world.ts';

useWorld();
beforeAll(async () => {
  // The first rows of an empty database are read a row cheaper than all that follow.
  await byReceiver(await sendReferral(exchange, world), 'accept');
});

const byReceiver = async (id: string, segment: string, body?: unknown) =>
  expectStatus(await move(exchange, world.receiver, id, segment, body), 200);
const lookAt = (id: string) => exchange.call(world.receiver.key, `/v1/referrals/${id}`);

const HIDDEN: Record<string, (id: string) => Promise<unknown>> = {
  'the receiver looked again, three times': async (id) => {
    for (let looks = 0; looks < 3; looks += 1) await lookAt(id);
  },
  'the client engaged': (id) => byReceiver(id, 'engage'),
  'the engagement ended': async (id) => {
    await byReceiver(id, 'engage');
    await byReceiver(id, 'complete');
  },
  'the client did not engage': (id) => byReceiver(id, 'not-engaged', { reason: 'cost', note: 'ZEBRANOTE' }),
  'the client waits and was reached': async (id) => {
    await byReceiver(id, 'waitlist');
    await byReceiver(id, 'contacts', { kind: 'reached' });
  },
};

/** What the page says in every state after the acceptance: then, after its consent has ended in one of two ways. */
const ENDS = {
  revoked: async (_id: string, client: ReturnType<typeof clientOn>) => shapeOf(await client.revoke()),
  expired: (id: string) =>
    exchange.sql('update consents set expires_at = granted_at + 1 where referral_id = ?', id),
};

const shapeOf = ({ status, body, headers, cost }: Answer) => ({
  status,
  cost,
  location: headers.get('Location')?.replace(/consent\/[\w-]+/, 'consent/token'),
  body: (typeof body === 'string' ? body : JSON.stringify(body))
    .replaceAll(/[a-z]{3}_[0-9a-z]{26}/g, 'id')
    .replaceAll(/consent\/[\w-]+/g, 'consent/token')
    .replaceAll(/(value)="[^"]*"/g, '$1')
    .replaceAll(/[0-9a-f]{64}/g, 'hash')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
    .replaceAll(/[A-Z][a-z]{2} \d+, \d{4}, \d+:\d\d\s[AP]M/g, 'time')
    .replaceAll(/\d+ [a-z]{3} \d{4}, \d+:\d\d/g, 'time')
    .replaceAll(/"consentTimestamp":\d+/g, ''),
});

async function seeAll(
  feedback: 'yes' | 'no',
  happens: (id: string) => Promise<unknown>,
  end: keyof typeof ENDS,
) {
  const { id, path } = await askClient(exchange, world);
  const client = clientOn(exchange, path);
  await client.giveName();
  expectStatus(await client.agree(feedback), 303);
  await byReceiver(id, 'accept');
  await happens(id);
  // The sender comes by itself, with the link and the name.
  const sender = clientOn(exchange, path);
  const see = async () => {
    const seen: unknown[] = [];
    for (const to of ['', '?lang=es', '/receipt.json']) seen.push(shapeOf(await sender.read(to)));
    return seen;
  };
  const name = shapeOf(await sender.giveName());
  // While news may reach the sender there is nothing to hide.
  const during = feedback === 'yes' ? [] : [name, await see()];
  const ended = await ENDS[end](id, sender);
  const after = [await see(), shapeOf(await sender.giveName()), shapeOf(await sender.revoke())];
  return { during, ended: feedback === 'yes' ? [] : ended, after };
}

describe.each(['revoked', 'expired'] as const)('until and after the consent is %s', (end) => {
  test.each(Object.keys(HIDDEN))(
    'without the way back the page is the same whether or not %s',
    async (hidden) => {
      const nothing = await seeAll('no', async () => undefined, end);
      const something = await seeAll('no', HIDDEN[hidden] as (typeof HIDDEN)[string], end);
      expect(something).toEqual(nothing);
    },
  );

  test('with the way back, once it has ended, nothing tells what happened after the acceptance', async () => {
    const look = HIDDEN['the receiver looked again, three times'] as (typeof HIDDEN)[string];
    const [nothing, something] = [
      await seeAll('yes', async () => undefined, end),
      await seeAll('yes', look, end),
    ];
    expect(something).toEqual(nothing);
  });
});

describe('the client', () => {
  const open = async (feedback: 'yes' | 'no', headers: Record<string, string> = {}) => {
    const { id, path } = await askClient(exchange, world);
    const client = clientOn(exchange, path, headers);
    await client.giveName();
    expectStatus(await client.agree(feedback), 303);
    const read = async () => String((await client.read()).body);
    return { id, client, read };
  };
  const looksIn = (page: string) => (page.match(/in its software/g) ?? []).length;

  test('is told where the list ends, why, and who has the rest; before the acceptance it is whole', async () => {
    const { id, read } = await open('no');
    expect(await read()).toContain('Nobody has received your details so far.');
    expect(await read()).not.toContain('This list ends');
    await byReceiver(id, 'accept');
    await lookAt(id);
    const page = await read();
    expect(looksIn(page)).toBe(1);
    expect(page).toContain('This list ends on');
    expect(page).toMatch(/ask Elm Street Counseling/);
    expect(page).not.toContain('Nobody has received your details so far.');
  });

  test('is told so in Spanish', async () => {
    const { id, read } = await open('no', { 'Accept-Language': 'es' });
    await byReceiver(id, 'accept');
    expect(await read()).toContain('Esta lista termina el');
  });

  test('who allows the way back sees every look while that holds', async () => {
    const { id, client, read } = await open('yes');
    await byReceiver(id, 'accept');
    await lookAt(id);
    expect(looksIn(await read())).toBe(2);
    expect(await read()).not.toContain('This list ends');
    await client.revoke();
    expect(looksIn(await read())).toBe(1);
    expect(await read()).toContain('This list ends on');
  });

  test('whose acceptance showed nothing to a person is not told that nobody has received anything', async () => {
    const { id, read } = await open('no');
    await byReceiver(id, 'accept');
    await exchange.sql('delete from disclosures where referral_id = ?', id);
    const page = await read();
    expect(page).not.toContain('Nobody has received');
    expect(page).toContain('Until then nobody had received your details.');
  });
});
