/**
 * What the client does not let the sender hear cannot be told from anything: two worlds in which the same was done,
 * but for what is hidden from the sender in one of them, answer every operation of the registry alike. An operation
 * that is added is compared by itself; one with a parameter of a new kind says here what stands for it.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uuidWithin } from '../../src/directory/hsds/identifiers.ts';
import type { Operation } from '../../src/http/operation.ts';
import { operations } from '../../src/operations.ts';
import { uuidOf } from '../../src/platform/db/ids.ts';
import { LINK_PATHS } from '../../src/platform/vault/links.ts';
import { type Answer, type Exchange, startExchange } from '../support/harness.ts';
import { startReceiver } from '../support/receiver.ts';
import { until } from '../support/until.ts';
import {
  consentInput,
  createWorld,
  expectStatus,
  move,
  sendReferral,
  thisMonth,
  type World,
} from '../support/world.ts';

let exchange: Exchange;
/** In the first one the receiver goes on after the acceptance; in the second nothing more happens. */
let worlds: readonly [World, World];
let crm: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  exchange = await startExchange();
  worlds = [await createWorld(exchange), await createWorld(exchange)];
  crm = await startReceiver();
  for (const { sender } of worlds)
    expectStatus(await exchange.call(sender.key, '/v1/webhook-endpoints', { body: { url: crm.url } }), 201);
});
afterAll(async () => {
  await crm.close();
  await exchange.close();
});

/** Whatever is to be delivered has been: how far it is depends on the machine. */
const settle = () =>
  until(
    () => exchange.sql<{ n: number }>("select count(*) as n from deliveries where state = 'pending'"),
    ([row]) => row?.n === 0,
  );

const asked = operations.filter(({ scope }) => scope !== 'operator');

/** Everything that the receiver can report, one after the other. */
const HIDDEN: readonly (readonly [segment: string, body?: unknown])[] = [
  ['contacts', { kind: 'reached' }],
  ['waitlist'],
  ['accept'],
  ['not-engaged', { reason: 'other', note: 'Moved away.' }],
  ['undo'],
  ['engage'],
  ['complete'],
];

const accept = async (world: World, directions: readonly string[] = ['forward']) => {
  const id = await sendReferral(exchange, world, { consent: consentInput({ directions }) });
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  return id;
};

async function happen(world: World, id: string): Promise<void> {
  for (const [segment, body] of HIDDEN)
    expectStatus(await move(exchange, world.receiver, id, segment, body), 200);
  expectStatus(await exchange.call(world.receiver.key, `/v1/referrals/${id}`), 200);
}

/** A body that the operation takes in its example, with what must be true of this moment. */
function bodyOf(one: Operation, world: World): unknown {
  if (one.id === 'recordConsent') return consentInput();
  const example = one.requestExample as Record<string, unknown> | undefined;
  if (!example) return undefined;
  return 'receiver_practice_id' in example
    ? { ...example, receiver_practice_id: world.receiver.id, consent: consentInput() }
    : example;
}

const QUERIES: Record<string, string> = {
  getReciprocityReport: `?month=${thisMonth()}`,
  sampleZap: '?event=referral.sent',
};

/** What stands for each kind of id in a path: things of the sender. */
async function thingsOf(world: World, referralId: string): Promise<Record<string, string>> {
  const { key } = world.sender;
  const first = async (path: string) =>
    (expectStatus(await exchange.call(key, path), 200).body.data[0]?.id as string | undefined) ?? 'none';
  const endpoint_id = await first('/v1/webhook-endpoints');
  return {
    referral_id: referralId,
    endpoint_id,
    delivery_id: await first(`/v1/webhook-endpoints/${endpoint_id}/deliveries`),
    event_id: await first('/v1/events'),
    key_id: await first('/v1/keys'),
    partnership_id: world.partnershipId,
    practice_id: world.receiver.id,
    professional_id: world.sender.professionalId,
    replay_id: 'rpl_01k8vb7d2nf4g9h3j5k7m1p6q8',
    choice_id: 'cho_01k8vb7d2nf4g9h3j5k7m1p6q8',
    joint_event_id: 'jev_01k8vb7d2nf4g9h3j5k7m1p6q8',
    join_invitation_id: 'inv_01k8vb7d2nf4g9h3j5k7m1p6q8',
    prepared_referral_id: 'prf_01k8vb7d2nf4g9h3j5k7m1p6q8',
    organization_uuid: uuidOf(world.receiver.id),
    service_uuid: uuidWithin(world.receiver.id, 'service', 'career_counseling'),
  };
}

/** The directory's order is drawn by lot, and both worlds stand in it. */
const inAnyOrder = (answer: Answer): Answer => {
  const textOf = (hit: { partnership: object | null; name: string }) =>
    `${hit.partnership === null} ${hit.name}`;
  return {
    ...answer,
    body: {
      ...answer.body,
      data: answer.body.data.toSorted((a: never, b: never) => textOf(a).localeCompare(textOf(b))),
    },
  };
};

/** A link: its path and what is sealed in it. */
const SEALED = new RegExp(`(${['/consent', ...Object.values(LINK_PATHS)].join('|')})/([\\w-]{20,})`, 'g');

/** An answer without what differs between any two worlds: ids, times, addresses of tests, secrets, seals. */
function comparable({ status, body, headers }: Answer): unknown {
  const plain = (text: string) =>
    text
      // A delivery's ends with the position of its event, which is a time.
      .replaceAll(/[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}(?:[0-9a-f]{13})?/g, 'ID')
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
      .replaceAll(/quillon\.testperson\+\d+/g, 'MAIL')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
      .replaceAll(/"duration_ms":\d+/g, '"duration_ms":0')
      .replaceAll(/whsec_[\w+/=]+|rx_[0-9a-f]{72}/g, 'SECRET')
      .replaceAll(/"secret_hint":"\w+"/g, '"secret_hint":"HINT"')
      // Sealed texts are compared by their length: that is all there is to be read of them.
      .replaceAll(SEALED, (_, way, token) => `${way}/${token.length}`)
      .replaceAll(
        /(next_cursor":"|[?&]cursor=|"bookmark",")([\w-]+)/g,
        (_, way, cursor) => `${way}${cursor.length}`,
      );
  const shown = [...headers].filter(
    ([name]) => !/^(date|x-request-id|server-timing|content-length)$/.test(name),
  );
  return {
    status,
    body: plain(JSON.stringify(body)),
    headers: plain(JSON.stringify(shown.sort())),
  };
}

/** The sender's own item of the plan of a referral; of one where there can be none, an id of nothing. */
async function planItemOf({ sender }: World, referralId: string): Promise<string> {
  const body = { text: 'A first draft', owner: 'sender' };
  const added = await exchange.call(sender.key, `/v1/referrals/${referralId}/plan/items`, { body });
  return added.status === 201 ? added.body.id : 'pli_01k8vb9s2we1c9r4m7t2x5n8d3';
}

async function ask(one: Operation, world: World, known: Record<string, string>): Promise<Answer> {
  const hasItem = one.path.includes('{plan_item_id}');
  const things = hasItem
    ? { ...known, plan_item_id: await planItemOf(world, known.referral_id ?? '') }
    : known;
  const path = one.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const thing = things[name];
    if (thing === undefined) throw new Error(`Say in thingsOf what stands for {${name}} of ${one.id}.`);
    return thing;
  });
  const body = bodyOf(one, world);
  return exchange.call(world.sender.key, `${path}${QUERIES[one.id] ?? ''}`, {
    method: one.method,
    ...(body === undefined ? {} : { body }),
  });
}

/** Both worlds' answers to one operation, on a fresh referral of each where it would change one. */
async function compare(one: Operation, prepare: (world: World) => Promise<string>): Promise<void> {
  const answers: unknown[] = [];
  for (const world of worlds) {
    const referralId = await prepare(world);
    if (world === worlds[0]) await happen(world, referralId);
    answers.push({ world, referralId });
  }
  await settle();
  const compared: unknown[] = [];
  for (const { world, referralId } of answers as { world: World; referralId: string }[])
    compared.push(comparable(await ask(one, world, await thingsOf(world, referralId))));
  expect([one.id, compared[0]]).toEqual([one.id, compared[1]]);
}

const reads = asked.filter(({ method }) => method === 'GET');
const lists = reads.filter(
  ({ query, path }) =>
    !path.includes('{') &&
    query !== undefined &&
    'limit' in (query as unknown as { entries: object }).entries,
);
/** The first page of a list, one to a page. */
const firstOf = ({ id, path }: Operation) => `${path}${QUERIES[id] ? `${QUERIES[id]}&` : '?'}limit=1`;
const writes = asked.filter(({ method, path }) => method !== 'GET' && path.includes('{referral_id}'));
const ERASE = '/v1/referrals/{referral_id}/erase';

describe('with a consent without the way back', () => {
  test.each(writes.map((one) => [one.id, one] as const))('%s tells nothing', async (_id, one) => {
    await compare(one, (world) => accept(world));
  });

  test.each(writes.map((one) => [one.id, one] as const))(
    '%s tells nothing after the client was erased',
    async (_id, one) => {
      const ids = await Promise.all(worlds.map((world) => accept(world)));
      await happen(worlds[0], ids[0] ?? '');
      await settle();
      const compared: unknown[] = [];
      for (const [index, world] of worlds.entries()) {
        const id = ids[index] ?? '';
        expectStatus(
          await exchange.call(world.sender.key, ERASE.replace('{referral_id}', id), { method: 'POST' }),
          200,
        );
        compared.push(comparable(await ask(one, world, await thingsOf(world, id))));
      }
      expect(compared[0]).toEqual(compared[1]);
    },
  );

  test('no read tells anything: lists of every page size, the feed, reports, the ledger, one by one', async () => {
    const ids = [await accept(worlds[0]), await accept(worlds[1])];
    const more = [await accept(worlds[0]), await accept(worlds[1])];
    await happen(worlds[0], ids[0] ?? '');
    await settle();
    for (const one of reads) {
      const compared: unknown[] = [];
      for (const [index, world] of worlds.entries()) {
        const answer = await ask(one, world, await thingsOf(world, ids[index] ?? ''));
        compared.push(comparable(one.id === 'listDirectory' ? inAnyOrder(answer) : answer));
      }
      expect([one.id, compared[0]]).toEqual([one.id, compared[1]]);
    }
    for (const list of lists) {
      const pages: unknown[][] = [[], []];
      for (const [index, world] of worlds.entries()) {
        let cursor: string | null = '';
        const parameter = list.id === 'listEvents' ? 'after' : 'cursor';
        while (cursor !== null) {
          const answer: Answer = expectStatus(
            await exchange.call(world.sender.key, `${firstOf(list)}${cursor && `&${parameter}=${cursor}`}`),
            200,
          );
          pages[index]?.push(comparable(answer));
          cursor = answer.body.next_cursor as string | null;
        }
      }
      // The directory holds both worlds.
      if (list.id !== 'listDirectory') expect([list.id, pages[0]]).toEqual([list.id, pages[1]]);
    }
    expect(more).toHaveLength(2);
  });
});

test('no cursor can be read, or used by another reader or for another list', async () => {
  const world = worlds[0];
  for (const list of lists) {
    const answer = await exchange.call(world.sender.key, firstOf(list));
    const cursor = answer.body.next_cursor as string | null | undefined;
    if (!cursor || list.id === 'listEvents') continue;
    expect([list.id, Buffer.from(cursor, 'base64url').toString('latin1')]).toEqual([
      list.id,
      expect.not.stringMatching(/^\[|[a-z]{3}_[0-9a-z]{26}/),
    ]);
    const stolen = await exchange.call(world.receiver.key, `${firstOf(list)}&cursor=${cursor}`);
    expect([list.id, stolen.status, stolen.body.code]).toEqual([list.id, 400, 'invalid_cursor']);
  }
});
