/** What a receiver is shown before it accepts is what was asked of it, and nothing about who asks. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownerOf } from '../support/owner.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { CLIENT, consentInput, expectStatus, move, referralInput, sendReferral } from '../support/world.ts';

let owner: ReturnType<typeof ownerOf>;
useWorld();
beforeAll(async () => {
  owner = ownerOf(exchange, world);
  const verbal = { verbal_consent_allowed: true };
  expectStatus(
    await exchange.call(world.operator, `/v1/practices/${world.sender.id}`, {
      method: 'PATCH',
      body: verbal,
    }),
    200,
  );
});
afterAll(async () => {
  await owner.close();
});

const DAY_MS = 86_400_000;
const expires_at = new Date(Date.now() + 80 * DAY_MS).toISOString();
const { reference: _, ...unproven } = consentInput({ expires_at });

/** The same request for two clients of whom nothing is alike: in treatment, with papers, hesitant; and none of it. */
const PLAIN = {
  client: { identity: CLIENT.identity, contact: CLIENT.contact },
  consent: consentInput({ expires_at }),
};
const TROUBLED = {
  client: {
    ...CLIENT,
    identity: { ...CLIENT.identity, pronouns: 'they', date_of_birth: '1990-01-01' },
    contact: { phone: '+1 402 555 0178', preferred_way: 'text', best_times: 'ZEBRATIMES nights' },
    documents: [{ title: 'ZEBRADOCUMENT', url: 'https://client.example/zebra' }],
  },
  consent: {
    ...unproven,
    method: 'verbal',
    heard_by: 'Casey Prairie',
    categories: ['identity', 'contact', 'reason', 'background', 'notes', 'documents'],
    purposes: ['ZEBRAPURPOSE', 'Aftercare'],
    part2: true,
    disclose_on_send: true,
    representative_authority: 'ZEBRAGUARDIAN',
    language: 'es',
    notice_version: 'ZEBRANOTICE',
    granted_at: new Date(Date.now() - DAY_MS).toISOString(),
  },
};

const shapeOf = (value: unknown) =>
  (typeof value === 'string' ? value : JSON.stringify(value))
    .replaceAll(/[a-z]{3}_[0-9a-z]{26}/g, 'id')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
    .replaceAll(/(callback|referral)\/[\w-]+/g, '$1/token')
    .replaceAll(/(value)="[^"]*"/g, '$1')
    .replaceAll(/[A-Z][a-z]{2} \d+, \d{4}, [\d:]+.[AP]M/g, 'time');

const quotedOf = (id: string) => `${id.slice(-8, -4)} ${id.slice(-4)}`.toUpperCase();

/** Everything by which the receiver meets the referral before it accepts. */
async function metBy(change: Record<string, unknown>, hooks: Awaited<ReturnType<typeof subscribeAll>>) {
  const id = await sendReferral(exchange, world, change);
  const read = async (path: string) => (await exchange.call(world.receiver.key, path)).body;
  const refused = await move(exchange, world.receiver, id, 'engage');
  const link = expectStatus(await move(exchange, world.receiver, id, 'page-links'), 201);
  const { pathname } = new URL(link.body.page_url);
  const page = await exchange.call(null, pathname);
  const form_token = /name="form_token" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
  const opened = await exchange.call(null, `${pathname}/show`, {
    body: new URLSearchParams({ form_token }).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  const shown = await exchange.call(null, pathname, {
    headers: { Cookie: opened.headers.get('Set-Cookie')?.split(';')[0] ?? '' },
  });
  const { data } = await read('/v1/referrals?direction=received&limit=1');
  const events = await owner.feedOf(world.receiver.key, 'referral.sent');
  const told = await Promise.all(hooks.map(({ crm }) => crm.waitFor(({ body }) => body.includes(id))));
  const asked = expectStatus(
    await move(exchange, world.receiver, id, 'request-info', { question: 'Tested before?' }),
    200,
  );
  const declined = expectStatus(
    await move(exchange, world.receiver, id, 'decline', { reason: 'outside_scope' }),
    200,
  );
  return {
    read: shapeOf(await read(`/v1/referrals/${id}`)),
    list: shapeOf(data),
    refused: shapeOf(refused.body),
    // The number to quote is the end of the id, and nothing else is left out for it.
    page: [page, opened, shown].map(({ status, body }) => [
      status,
      shapeOf(String(body).replace(quotedOf(id), 'id')),
    ]),
    event: shapeOf(events.at(-1)),
    // Whether another endpoint had it before is a matter of moments.
    webhooks: told.map(({ body }) =>
      shapeOf(body).replace(/"reached_at":(null|"time"),"reached_confirmed":(null|true)/, '"reached"'),
    ),
    asked: shapeOf(asked.body),
    declined: shapeOf(declined.body),
    disclosures: await read(`/v1/referrals/${id}/disclosures`),
    export: shapeOf(await read(`/v1/referrals/${id}/export`)),
  };
}

const subscribeAll = () =>
  Promise.all(
    [{}, { payload: 'full', page_links: true }, { payload: 'full', format: 'flat' }].map((change) =>
      owner.subscribe({ event_types: ['referral.sent'], ...change }),
    ),
  );

test('before acceptance two clients of whom nothing is alike look the same, whichever way the receiver looks', async () => {
  const hooks = await subscribeAll();
  const [plain, troubled] = [await metBy(PLAIN, hooks), await metBy(TROUBLED, hooks)];
  expect(troubled).toEqual(plain);
  expect(JSON.stringify(troubled)).not.toMatch(/ZEBRA|42 CFR|verbal|documents/);
  for (const { remove } of hooks) await remove();
});

test('what the consent covers and how it was given come with the client, and part 2 with its notice', async () => {
  const id = await sendReferral(exchange, world, TROUBLED);
  const preview = (await exchange.call(world.receiver.key, `/v1/referrals/${id}`)).body;
  expect(preview.consent).toMatchObject({
    status: 'active',
    directions: ['forward', 'feedback'],
    part2: null,
  });
  const { body } = expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  expect(body.consent).toMatchObject({
    part2: true,
    method: 'verbal',
    purposes: ['ZEBRAPURPOSE', 'Aftercare'],
  });
  expect(body.redisclosure_notice).toMatch(
    /^42 CFR part 2 prohibits.*disclose identity, contact, reason, background, notes, documents to Elm Street Counseling, for: ZEBRAPURPOSE; Aftercare; until/,
  );
  expectStatus(await move(exchange, world.receiver, id, 'not-engaged', { reason: 'cost' }), 200);
  const ended = (await exchange.call(world.receiver.key, `/v1/referrals/${id}`)).body;
  expect([ended.consent.part2, ended.redisclosure_notice]).toEqual([null, null]);
  const sender = (await exchange.call(world.sender.key, `/v1/referrals/${id}`)).body;
  expect(sender.consent).toMatchObject({ part2: true, method: 'verbal' });
});

test('an answer that may be read before acceptance carries the notice of part 2 and no more of the consent', async () => {
  const directions = ['forward', 'messages'];
  const consent = { ...TROUBLED.consent, directions };
  const id = await sendReferral(exchange, world, { ...referralInput(world.receiver), ...TROUBLED, consent });
  expectStatus(await move(exchange, world.receiver, id, 'request-info', { question: 'Tested before?' }), 200);
  expectStatus(await move(exchange, world.sender, id, 'provide-info', { answer: 'Yes.' }), 200);
  const { body } = await exchange.call(world.receiver.key, `/v1/referrals/${id}`);
  expect(body.redisclosure_notice).toMatch(
    /^42 CFR part 2 prohibits.*may disclose messages to Elm Street Counseling, until/,
  );
  expect(body.redisclosure_notice).not.toMatch(/ZEBRA|documents/);
  expect(body.consent).toMatchObject({ method: null, categories: null, granted_at: null, purposes: null });
});
