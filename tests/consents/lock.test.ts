/** Wrong last names lock a link for whoever gives them, for a while; nobody can keep the client out for ever. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ALL_TRIES_MAX,
  ALL_WINDOW_MS,
  lockedUntil,
  OWN_TRIES_MAX,
  type Place,
  triesLeft,
  waitsUntil,
} from '../../src/consents/name-tries.ts';
import { networkOf } from '../../src/http/rate.ts';
import type { NameTry } from '../../src/platform/db/schema.ts';
import { askClient, clientOn } from '../support/client.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { CLIENT, expectStatus, referralInput } from '../support/world.ts';

const HOUR_MS = 3_600_000;

describe('the rule', () => {
  const place = fc.constantFrom<Place>('from:a', 'from:b', 'from:c', 'from:d', 'from:e', 'from:f', 'known:g');
  const steps = fc.array(fc.record({ place, waits: fc.nat(HOUR_MS / 4) }), { maxLength: 200 });
  /** Plays tries, each as far as it is let; says what was counted. */
  const play = (tried: readonly { place: Place; waits: number }[]) => {
    const tries: NameTry[] = [];
    let now = 1_000_000_000;
    for (const step of tried) {
      now += step.waits;
      if (waitsUntil(tries, step.place, now) === null) tries.push({ at: now, by: step.place });
    }
    return { tries, now };
  };

  test('gives strangers at most five names an hour each and twenty a day together, and every wait an end within a day', () => {
    fc.assert(
      fc.property(steps, place, (tried, who) => {
        const { tries, now } = play(tried);
        for (const { at, by } of tries) {
          const own = tries.filter((one) => one.by === by && one.at > at - HOUR_MS && one.at <= at);
          expect(own.length).toBeLessThanOrEqual(OWN_TRIES_MAX);
          const strangers = tries.filter(
            (one) => one.by.startsWith('from:') && one.at > at - ALL_WINDOW_MS && one.at <= at,
          );
          expect(strangers.length).toBeLessThanOrEqual(ALL_TRIES_MAX);
        }
        const until = waitsUntil(tries, who, now);
        expect(triesLeft(tries, who, now) === 0).toBe(until !== null);
        if (until !== null) {
          expect(until).toBeGreaterThan(now);
          expect(until).toBeLessThanOrEqual(now + ALL_WINDOW_MS);
          expect(waitsUntil(tries, who, until)).toBeNull();
          expect(lockedUntil(tries, now)).toBeGreaterThanOrEqual(until);
        }
      }),
    );
  });

  test('lets nobody use up the tries of a browser in which the name was confirmed', () => {
    fc.assert(
      fc.property(steps, (tried) => {
        const { tries, now } = play(tried.filter((step) => step.place !== 'known:g'));
        expect(triesLeft(tries, 'known:g', now)).toBe(OWN_TRIES_MAX);
      }),
    );
  });

  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2'],
    ['::1', '0:0:0:0'],
    ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
    ['unknown', 'unknown'],
  ])('counts %s as %s', (address, network) => expect(networkOf(address)).toBe(network));
});

useWorld();

const from = (path: string, address: string) => clientOn(exchange, path, { 'CF-Connecting-IP': address });
const requestOf = async (id: string) =>
  expectStatus(await exchange.call(world.sender.key, `/v1/referrals/${id}`), 200).body.consent_request;
/** As if so much time had passed since the wrong names. */
const age = (id: string, milliseconds: number) =>
  exchange.sql(
    `update consent_requests set name_tries = (select json_group_array(json_set(t.value, '$.at', (t.value ->> 'at') - ?))
     from json_each(name_tries) as t) where referral_id = ?`,
    milliseconds,
    id,
  );
const giveWrongNames = async (visitor: ReturnType<typeof clientOn>, count: number) => {
  const statuses: number[] = [];
  for (let times = 0; times < count; times += 1) statuses.push((await visitor.giveName('Wrong')).status);
  return statuses;
};

describe('a link', () => {
  test('that a stranger locked is open to the client elsewhere, says when it opens again, and does, however often he goes on', async () => {
    const { id, path } = await askClient(exchange, world);
    const stranger = from(path, '198.51.100.1');
    expect(await giveWrongNames(stranger, 7)).toEqual([422, 422, 422, 422, 409, 409, 409]);
    const locked = await requestOf(id);
    const until = Date.parse(locked.locked_until);
    expect([locked.locked, locked.names_tried]).toEqual([true, 5]);
    expect(Math.abs(until - Date.now() - HOUR_MS)).toBeLessThan(5 * 60_000);
    const page = await stranger.read();
    expect([page.status, Number(page.headers.get('Retry-After')) <= 3600]).toEqual([409, true]);
    expect(page.body).toMatch(/You can try again in \d\d minutes/);
    await giveWrongNames(stranger, 3);
    expect(await requestOf(id)).toEqual(locked);

    const client = from(path, '203.0.113.9');
    expectStatus(await client.giveName(), 303);
    expect((await client.read()).body).toContain('Share your details?');
    expect((await stranger.giveName('Testperson')).status).toBe(409);

    await age(id, HOUR_MS);
    expect(await requestOf(id)).toMatchObject({ locked: false, locked_until: null, names_tried: 5 });
    expect((await giveWrongNames(stranger, 1))[0]).toBe(422);
  });

  test('that many strangers locked for everybody opens within a day; before that to a browser in which the name was given, and to a session', async () => {
    const { id, path } = await askClient(exchange, world);
    const client = from(path, '203.0.113.9');
    await client.giveName();
    expectStatus(await client.agree('no'), 303);
    for (let stranger = 1; stranger <= 4; stranger += 1)
      await giveWrongNames(from(path, `198.51.100.${stranger}`), 5);
    const elsewhere = from(path, '192.0.2.44');
    expect((await elsewhere.read()).status).toBe(409);
    expect((await elsewhere.read()).body).toContain('take your permission back sooner');
    const { locked_until } = await requestOf(id);
    expect(Date.parse(locked_until) - Date.now()).toBeLessThanOrEqual(ALL_WINDOW_MS);

    expect((await client.read()).body).toContain('You have agreed');
    client.endSession();
    expect((await client.read()).body).toContain('Your last name');
    expectStatus(await client.giveName(), 303);
    expectStatus(await client.revoke(), 303);
    expect((await client.read()).body).toContain('You have taken your permission back');
  });

  test('gives twenty guesses at once no more tries than one after the other: from one place five, from anywhere twenty', async () => {
    for (const [places, looked] of [
      [1, 4],
      [30, 19],
    ] as const) {
      const { id, path } = await askClient(exchange, world);
      const form =
        /name="form_token" value="([^"]+)"/.exec((await exchange.call(null, path)).body)?.[1] ?? '';
      const guess = (number: number) =>
        exchange.call(null, `${path}/name`, {
          body: new URLSearchParams({ last_name: 'Wrong', form_token: form }).toString(),
          headers: {
            'Content-Type': 'application/x-www-form-urlencoded',
            'CF-Connecting-IP': `198.51.100.${number % places}`,
          },
        });
      const answers = await Promise.all(Array.from({ length: 30 }, (_, number) => guess(number)));
      expect(answers.filter(({ status }) => status === 422)).toHaveLength(looked);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(30 - looked);
      expect((await requestOf(id)).names_tried).toBe(looked + 1);
    }
  });

  test('forgets with the right name the wrong ones of the same place only', async () => {
    const { id, path } = await askClient(exchange, world);
    await giveWrongNames(from(path, '198.51.100.1'), 3);
    const client = from(path, '203.0.113.9');
    await giveWrongNames(client, 2);
    expectStatus(await client.giveName(), 303);
    const [row] = await exchange.sql<{ name_tries: string }>(
      'select name_tries from consent_requests where referral_id = ?',
      id,
    );
    expect(JSON.parse(row?.name_tries ?? '')).toHaveLength(3);
    expect(row?.name_tries).not.toMatch(/198\.|203\./);
  });

  test('that is locked is replaced by a new one of the sender', async () => {
    const { id, path } = await askClient(exchange, world);
    await giveWrongNames(from(path, '203.0.113.9'), 5);
    const anew = await exchange.call(world.sender.key, `/v1/referrals/${id}/consent-request`, {
      method: 'POST',
    });
    expect(expectStatus(anew, 201).body.consent_request).toMatchObject({ locked: false, names_tried: 0 });
    const client = from(new URL(anew.body.consent_url).pathname, '203.0.113.9');
    expectStatus(await client.giveName(), 303);
    expect((await from(path, '203.0.113.9').read()).status).toBe(404);
  });

  test('that is new asks what the one before asked, but for what the sender wants otherwise', async () => {
    const asked = { valid_days: 30, part2: true, disclose_on_send: true, purposes: ['Testing'] };
    const { id } = await askClient(exchange, world, { consent: { method: 'hosted', ...asked } });
    const askAgain = async (body?: object) => {
      const path = `/v1/referrals/${id}/consent-request`;
      expectStatus(
        await exchange.call(world.sender.key, path, { method: 'POST', ...(body && { body }) }),
        201,
      );
      const [row] = await exchange.sql<{ asked: string }>(
        `select json_array(valid_days, part2, disclose_on_send, categories) as asked
         from consent_requests where referral_id = ? and ended_at is null`,
        id,
      );
      return JSON.parse(row?.asked ?? '');
    };
    const all = JSON.stringify(['identity', 'contact', 'reason', 'background', 'notes']);
    expect(await askAgain()).toEqual([30, 1, 1, all]);
    expect(await askAgain({ valid_days: 60 })).toEqual([60, 1, 1, all]);
    expect(await askAgain({ part2: false, categories: ['identity', 'contact'] })).toEqual([
      60,
      0,
      1,
      JSON.stringify(['identity', 'contact']),
    ]);
  });

  test.each([
    ['7', ' 7 '],
    ['★', '★'],
    ['किशोर', 'किशोर'],
    ["O'Neill-Åström", 'oneill astrom'],
    ['مُحَمَّد', 'محمد'],
    ['Łuß', 'LUSS'],
  ])('of a client called %s opens to %s', async (family_name, typed) => {
    const client = { ...referralInput(world.receiver).client, identity: { ...CLIENT.identity, family_name } };
    const { path } = await askClient(exchange, world, { client });
    expect((await from(path, '203.0.113.9').giveName('Wrong')).status).toBe(422);
    const visitor = from(path, '203.0.113.9');
    expect((await visitor.giveName(typed)).status).toBe(303);
    expect((await visitor.read()).body).toContain('Share your details?');
  });
});
