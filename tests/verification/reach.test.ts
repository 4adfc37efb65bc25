/** No sequence of a practice's own calls makes it verified: that takes the operator, or a roster. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation } from '../../src/http/operation.ts';
import { operations } from '../../src/operations.ts';
import { type Exchange, startExchange } from '../support/harness.ts';
import { createWorld, expectStatus, nextYear, type World } from '../support/world.ts';

let exchange: Exchange;
let world: World;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
});
afterAll(() => exchange.close());

/** Every operation, the operator's too: a practice may try those. Only what would shut it out itself is left out. */
const tried = operations.filter(({ id }) => !['revokeKey', 'eraseReferral'].includes(id));

const claims = fc.oneof(
  fc.record({
    kind: fc.constantFrom('licence', 'certification', 'membership'),
    title: fc.constantFrom('Licence', 'CPRW'),
    issuer: fc.constantFrom('Board', 'Board of Nobody'),
    number: fc.constantFrom('L-1', 'C-1', 'X'),
    jurisdiction: fc.constant('US-NE'),
    expires_on: fc.constant(nextYear),
  }),
  fc.record({
    kind: fc.constant('insurance'),
    issuer: fc.constantFrom('Board', 'Insurer'),
    number: fc.constantFrom('L-1', 'P-1'),
    starts_on: fc.constant('2020-01-01'),
    expires_on: fc.constant(nextYear),
  }),
  fc.record({ kind: fc.constant('npi'), number: fc.constant('1234567893') }),
);
/** What a call may be: an operation, whose things its path names, and whether its body says that it is verified. */
const steps = fc.record({
  one: fc.constantFrom(...tried),
  claim: claims,
  theirs: fc.boolean(),
  claims_verified: fc.boolean(),
});

interface Known {
  readonly key: string;
  readonly ids: Record<string, string>;
}

function bodyOf(one: Operation, claim: object, claimsVerified: boolean): unknown {
  if (!one.body) return undefined;
  const example =
    /Credential$/.test(one.id) && one.id.startsWith('create') ? claim : (one.requestExample ?? {});
  return claimsVerified ? { ...example, status: 'verified', level: 'source_verified' } : example;
}

async function newcomer(): Promise<Known> {
  const body = {
    name: 'Newcomer',
    city: 'Omaha',
    jurisdiction: 'US-NE',
    time_zone: 'America/Chicago',
    scope_of_services: 'Everything.',
  };
  const { id } = expectStatus(await exchange.call(world.operator, '/v1/practices', { body }), 201).body;
  const made = await exchange.call(world.operator, `/v1/practices/${id}/keys`, { body: { name: 'main' } });
  const key = expectStatus(made, 201).body.secret as string;
  const person = await exchange.call(key, '/v1/practice/professionals', {
    body: { name: 'Jordan Alder', profession: 'career_counselor' },
  });
  const professional_id = expectStatus(person, 201).body.id as string;
  const held = await exchange.call(key, `/v1/practice/professionals/${professional_id}/credentials`, {
    body: {
      kind: 'licence',
      title: 'L',
      issuer: 'Board',
      number: 'L-1',
      jurisdiction: 'US-NE',
      expires_on: nextYear,
    },
  });
  return { key, ids: { practice_id: id, professional_id, credential_id: expectStatus(held, 201).body.id } };
}

test('verification cannot be reached by any sequence of a practice’s own calls', async () => {
  const theirs: Record<string, string> = {
    practice_id: world.receiver.id,
    professional_id: world.receiver.professionalId,
    credential_id: world.receiver.credentialId,
    partnership_id: world.partnershipId,
  };
  let succeeded = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 4, maxLength: 12 }), async (sequence) => {
      const { key, ids } = await newcomer();
      for (const { one, claim, theirs: usesTheirs, claims_verified } of sequence) {
        const things = usesTheirs ? theirs : ids;
        const path = one.path.replaceAll(
          /\{(\w+)\}/g,
          (_, name: string) => things[name] ?? ids[name] ?? 'none',
        );
        const body = bodyOf(one, claim, claims_verified);
        const answer = await exchange.call(key, path, {
          method: one.method,
          ...(body === undefined ? {} : { body }),
        });
        expect(answer.status).toBeLessThan(500);
        if (answer.status < 300) succeeded += 1;
        if (one.scope === 'operator') expect([one.id, answer.status >= 400]).toEqual([one.id, true]);
      }
      await exchange.minute();
      const held = await exchange.sql<{ status: string; level: string }>(
        `select credentials.status, credentials.level from credentials join professionals on professionals.id = professional_id
         where practice_id = ?`,
        ids.practice_id,
      );
      expect(held.length).toBeGreaterThan(0);
      for (const one of held) expect(one).toEqual({ status: 'pending', level: 'self_asserted' });
    }),
    { numRuns: 25 },
  );
  // The sequences do something: most of a practice's own reads and several of its writes are among them.
  expect(succeeded).toBeGreaterThan(20);
  const [receiver] = await exchange.sql(
    'select status, suspended_at from credentials where id = ?',
    world.receiver.credentialId,
  );
  expect(receiver).toEqual({ status: 'verified', suspended_at: null });
});
