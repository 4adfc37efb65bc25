/** Consent at the moment of disclosure, over random histories. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startReceiver } from '../support/receiver.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { until } from '../support/until.ts';
import { CLIENT, consentInput, expectStatus, move, referralInput } from '../support/world.ts';

useWorld();

const OPTIONAL = ['reason', 'background', 'notes'] as const;
const WORD_OF = {
  identity: 'Testperson',
  contact: '555 0177',
  reason: 'ZEBRAREASON',
  background: 'ZEBRABACKGROUND',
  notes: 'ZEBRANOTES',
};
type Category = keyof typeof WORD_OF;

type Step =
  | { readonly do: 'grant'; readonly categories: readonly Category[]; readonly feedback: boolean }
  | {
      readonly do:
        | 'revoke'
        | 'expire'
        | 'read'
        | 'list'
        | 'feed'
        | 'accept'
        | 'contact'
        | 'engage'
        | 'undo'
        | 'minute';
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('grant' as const),
      categories: fc.subarray([...OPTIONAL]),
      feedback: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'read' as const,
        'accept' as const,
        'contact' as const,
        'engage' as const,
        'undo' as const,
        'list' as const,
        'feed' as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('revoke' as const, 'expire' as const, 'minute' as const) }),
  },
);

const wordsIn = (text: string) =>
  (Object.keys(WORD_OF) as Category[]).filter((category) => text.includes(WORD_OF[category]));

/** Nothing is under way any more: what a delivery holds is judged by the consent as it is now. */
const settled = () =>
  until(
    () =>
      exchange.sql<{ waiting: number }>("select count(*) as waiting from deliveries where state = 'pending'"),
    ([row]) => row?.waiting === 0,
  );

test('no disclosed field was outside an active consent at its moment, and every disclosure is in the log', async () => {
  const crm = await startReceiver();
  expectStatus(
    await exchange.call(world.receiver.key, '/v1/webhook-endpoints', {
      body: { url: crm.url, payload: 'full' },
    }),
    201,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const sent = await exchange.call(world.sender.key, '/v1/referrals', {
        body: referralInput(world.receiver, { consent: undefined }),
      });
      const id = expectStatus(sent, 201).body.id as string;
      // What the model knows: the categories that an active consent covers now, and what was seen.
      let covered: Category[] = [];
      let seen = 0;
      let posted = 0;
      crm.received.length = 0;
      const receiver = (path: string, init = {}) => exchange.call(world.receiver.key, path, init);
      for (const one of steps) {
        let answer = null;
        if (one.do === 'grant') {
          const categories = ['identity', 'contact', ...one.categories] as Category[];
          const directions = one.feedback ? ['forward', 'feedback'] : ['forward'];
          const granted = await move(
            exchange,
            world.sender,
            id,
            'consent',
            consentInput({ categories, directions }),
          );
          if (granted.status === 200) covered = categories;
        } else if (one.do === 'revoke' || one.do === 'expire') {
          const change = one.do === 'revoke' ? `revoked_at = ${Date.now()}` : 'expires_at = granted_at + 1';
          await exchange.sql(`update consents set ${change} where referral_id = ?`, id);
          covered = [];
        } else if (one.do === 'minute') await exchange.minute();
        else if (one.do === 'read') answer = await receiver(`/v1/referrals/${id}`);
        else if (one.do === 'list') answer = await receiver('/v1/referrals?limit=100');
        else if (one.do === 'feed') answer = await receiver('/v1/events?limit=100');
        else if (one.do === 'contact')
          answer = await move(exchange, world.receiver, id, 'contacts', { kind: 'reached' });
        else answer = await move(exchange, world.receiver, id, one.do);
        for (const category of wordsIn(answer ? JSON.stringify(answer.body) : '')) {
          expect([one.do, category, covered.includes(category)]).toEqual([one.do, category, true]);
        }
        if (answer && wordsIn(JSON.stringify(answer.body)).length > 0) seen += 1;
        await settled();
        for (const { body } of crm.received.splice(0)) {
          const told = wordsIn(body);
          for (const category of told)
            expect(['webhook', category, covered.includes(category)]).toEqual(['webhook', category, true]);
          if (told.length > 0) posted += 1;
        }
      }
      const log = await exchange.sql<{ way: string }>(
        'select way from disclosures where referral_id = ?',
        id,
      );
      expect(log.filter(({ way }) => way === 'api')).toHaveLength(seen);
      expect(log.filter(({ way }) => way === 'webhook')).toHaveLength(posted);
      await exchange.sql('update referrals set deadline_at = null where id = ?', id);
    }),
    { numRuns: 20 },
  );
  await crm.close();
});

test('the client of the fixtures has the words that the property looks for', () => {
  for (const word of Object.values(WORD_OF)) expect(JSON.stringify(CLIENT)).toContain(word);
});
