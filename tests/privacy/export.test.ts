import { describe, expect, test } from 'vitest';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  CLIENT,
  CLIENT_WORDS,
  consentInput,
  createWorld,
  expectStatus,
  move,
  referralInput,
  sendReferral,
} from '../support/world.ts';

useWorld();

const accepted = async (change: Record<string, unknown> = {}) => {
  const id = await sendReferral(exchange, world, change);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  return id;
};
const exportOf = async (id: string) =>
  expectStatus(await exchange.call(world.sender.key, `/v1/referrals/${id}/export`), 200).body;

describe('the export', () => {
  test('holds the client, the signature, messages, contacts, disclosures and events', async () => {
    const id = await sendReferral(exchange, world, { client_city: 'Omaha' });
    expectStatus(await move(exchange, world.receiver, id, 'request-info', { question: 'Tested?' }), 200);
    expectStatus(await move(exchange, world.sender, id, 'provide-info', { answer: 'ZEBRAANSWER' }), 200);
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    expectStatus(await move(exchange, world.receiver, id, 'contacts', { kind: 'reached' }), 200);
    const body = await exportOf(id);
    expect(body.held).toEqual(['client', 'client_city', 'consent_signature', 'messages', 'contacts']);
    for (const word of [...CLIENT_WORDS, 'cabinet 2', 'ZEBRAANSWER', 'reached'])
      expect(JSON.stringify(body)).toContain(word);
    expect(body.consent_signature).toEqual({
      signed_by: 'Quillon Testperson',
      reference: 'Form 1, cabinet 2',
    });
    expect(body.disclosures).toHaveLength(2);
    expect(body.events.map(({ type }: { type: string }) => type)).toEqual([
      'referral.sent',
      'referral.info_requested',
      'referral.info_provided',
      'referral.accepted',
      'referral.contact_recorded',
    ]);
  });

  test('shows after an erasure that nothing of the client is left', async () => {
    const id = await accepted({ client_city: 'ZEBRACITY' });
    expectStatus(await move(exchange, world.sender, id, 'erase'), 200);
    const body = await exportOf(id);
    expect(body).toMatchObject({ held: [], consent_signature: null, consent_text: null });
    expect(body.referral).toMatchObject({
      client: null,
      client_withheld: 'erased',
      messages: [],
      contacts: [],
    });
    for (const word of [...CLIENT_WORDS, 'ZEBRACITY', 'cabinet 2'])
      expect(JSON.stringify(body)).not.toContain(word);
    expect(body.disclosures).toHaveLength(1);
  });

  test('without the way back tells nothing of what became of the client', async () => {
    const consent = consentInput({ directions: ['forward'] });
    const id = await accepted({ consent });
    const before = { ...(await exportOf(id)), exported_at: null };
    await exchange.call(world.receiver.key, `/v1/referrals/${id}`);
    expectStatus(
      await move(exchange, world.receiver, id, 'not-engaged', { reason: 'other', note: 'ZEBRANOTE' }),
      200,
    );
    expect({ ...(await exportOf(id)), exported_at: null }).toEqual(before);
  });

  test('is the sender’s: the receiver is refused', async () => {
    const answer = await exchange.call(world.receiver.key, `/v1/referrals/${await accepted()}/export`);
    expect([answer.status, answer.body.code]).toEqual([403, 'sender_only']);
  });
});

describe('a search by client', () => {
  const search = async (key: string, client: unknown, query = '') =>
    expectStatus(await exchange.call(key, `/v1/referrals/search${query}`, { body: { client } }), 200).body;
  const idsOf = ({ data }: { data: { id: string }[] }) => data.map(({ id }) => id);
  const identity = { given_name: 'Ottilie', family_name: 'Zebra-Señor', date_of_birth: '1980-02-29' };
  const contact = { email: 'Ottilie@client.example', phone: '+1 (402) 555-0199' };
  const client = { ...CLIENT, identity, contact };

  test('finds all own referrals of the client by birthday, e-mail or phone, however they are written, to any receiver', async () => {
    const first = await sendReferral(exchange, world, { client });
    const second = await sendReferral(exchange, world, { client, allow_duplicate: true });
    await sendReferral(exchange, world);
    const name = { given_name: 'ottilie', family_name: 'ZEBRA SENOR' };
    for (const asked of [
      { identity: { ...name, date_of_birth: '1980-02-29' } },
      { identity: name, contact: { email: 'OTTILIE@CLIENT.EXAMPLE' } },
      { identity: name, contact: { phone: '402.555.0199' } },
      { identity: { ...name, date_of_birth: '1999-01-01' }, contact: { email: contact.email } },
    ])
      expect(idsOf(await search(world.sender.key, asked))).toEqual([second, first]);
    const page = await search(world.sender.key, { identity }, '?limit=1');
    expect(idsOf(page)).toEqual([second]);
    expect(
      idsOf(await search(world.sender.key, { identity }, `?limit=1&cursor=${page.next_cursor}`)),
    ).toEqual([first]);
    expect(idsOf(await search(world.sender.key, { identity: { ...identity, given_name: 'Otto' } }))).toEqual(
      [],
    );
    expect(idsOf(await search(world.receiver.key, { identity, contact }))).toEqual([]);
    expectStatus(await move(exchange, world.sender, first, 'erase'), 200);
    expect(idsOf(await search(world.sender.key, { identity, contact }))).toEqual([second]);
  });

  test('needs more than a name', async () => {
    const answer = await exchange.call(world.sender.key, '/v1/referrals/search', {
      body: { client: { identity: { given_name: 'A', family_name: 'B' } } },
    });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/client']);
  });

  test('reads rows in proportion to what it finds', async () => {
    const others = await createWorld(exchange);
    const cost = async () => {
      // A key that is not in the cache any more would cost a row.
      expectStatus(await exchange.call(world.sender.key, '/v1/practice'), 200);
      return (
        await exchange.call(world.sender.key, '/v1/referrals/search', { body: { client: { identity } } })
      ).cost;
    };
    const before = await cost();
    for (let times = 0; times < 5; times += 1) {
      await exchange.call(others.sender.key, '/v1/referrals', {
        body: referralInput(others.receiver, { client, allow_duplicate: true }),
      });
      await sendReferral(exchange, world);
    }
    // The row behind the range is read or not, by how the keyed look-ups happen to sort.
    expect((await cost()).read).toBeLessThanOrEqual(before.read + 1);
  });
});
