/** Consent at the moment of disclosure, over random histories. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../support/harness.ts';
import {
  CLIENT,
  consentInput,
  createWorld,
  expectStatus,
  move,
  referralInput,
  type World,
} from '../support/world.ts';

let exchange: Exchange;
let world: World;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
});
afterAll(() => exchange.close());

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

test('no disclosed field was outside an active consent at its moment, and every disclosure is in the log', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const sent = await exchange.call(world.sender.key, '/v1/referrals', {
        body: referralInput(world.receiver, { consent: undefined }),
      });
      const id = expectStatus(sent, 201).body.id as string;
      // What the model knows: the categories that an active consent covers now, and what was seen.
      let covered: Category[] = [];
      let seen = 0;
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
        if (!answer) continue;
        const text = JSON.stringify(answer.body);
        const leaked = (Object.keys(WORD_OF) as Category[]).filter((category) =>
          text.includes(WORD_OF[category]),
        );
        for (const category of leaked)
          expect([one.do, category, covered.includes(category)]).toEqual([one.do, category, true]);
        if (leaked.length > 0) seen += 1;
      }
      const log = await exchange.sql<{ categories: string }>(
        'select categories from disclosures where referral_id = ? order by id',
        id,
      );
      expect(log).toHaveLength(seen);
      await exchange.sql('update referrals set deadline_at = null where id = ?', id);
    }),
    { numRuns: 25 },
  );
});

test('the client of the fixtures has the words that the property looks for', () => {
  for (const word of Object.values(WORD_OF)) expect(JSON.stringify(CLIENT)).toContain(word);
});
