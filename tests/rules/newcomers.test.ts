/**
 * Nobody who was invited comes to take part without the operator, whatever she, her inviter or a program tries: random
 * sequences of every operation of the registry with the inviter's key, and of everything that the links lead to.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Operation } from '../../src/http/operation.ts';
import { operations } from '../../src/operations.ts';
import { inviteColleague, registrationInput, tokenOf } from '../support/joining.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { createWriter, nextYear } from '../support/world.ts';

useWorld();

/** Every operation, the operator's too. Only what would shut the inviter out itself is left out. */
const tried = operations.filter(({ id }) => id !== 'revokeKey' && id !== 'eraseReferral');

const operation = fc.record({
  by: fc.constant('inviter' as const),
  one: fc.constantFrom(...tried),
  /** Whose things the path names. */
  whose: fc.constantFrom('joined', 'own'),
  claims: fc.boolean(),
});
/** A request behind a link: which link, and what is said there. */
const visit = fc.record({
  by: fc.constant('guest' as const),
  link: fc.constantFrom('invited', 'own'),
  call: fc.constantFrom(
    'GET ',
    'POST ',
    'GET /registration',
    'POST /first-key',
    'GET page',
    'POST page/register',
    'POST page/key',
  ),
  change: fc.constantFrom(
    {},
    { practice: { status: 'active' } },
    { credential: { status: 'verified', level: 'source_verified' } },
    { professional: { profession: 'career_coach' }, credential: { kind: 'certification' } },
  ),
});
const steps = fc.array(fc.oneof({ weight: 2, arbitrary: operation }, visit), { minLength: 6, maxLength: 16 });

const REGISTERS = { by: 'guest', link: 'invited', call: 'POST ', change: {} } as const;

/** What nobody but the operator, or a roster, may change. */
const admitted = () =>
  exchange.sql(`select
    (select count(*) from credentials where status = 'verified' or level <> 'self_asserted') as verified,
    (select count(*) from practices where status = 'active') as active,
    (select count(distinct practice_id) from api_keys) as with_keys,
    (select count(*) from join_invitations where decision is not null) as decided,
    (select count(*) from partnerships join practices on practices.id in (inviter_practice_id, invitee_practice_id)
      where practices.status = 'suspended') as partners,
    (select count(*) from referrals join practices on practices.id in (sender_practice_id, receiver_practice_id)
      where practices.status = 'suspended') as referrals`);

function bodyOf(one: Operation, claims: boolean): unknown {
  if (!one.body) return undefined;
  const example = (one.requestExample ?? {}) as Record<string, unknown>;
  return claims
    ? { ...example, status: 'verified', level: 'source_verified', expires_on: nextYear }
    : example;
}

test('no sequence of calls without an operator’s key leads to a verified credential or to a practice that may send', async () => {
  const inviter = await createWriter(exchange, world.operator);
  const before = await admitted();
  let runs = 0;
  let registered = 0;
  let succeeded = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (random) => {
      runs += 1;
      // In every second one she has registered as she should before anybody tries anything.
      const sequence = runs % 2 === 0 ? random : [REGISTERS, ...random];
      await exchange.sql('update join_invitations set created_at = 1');
      const { id, token } = await inviteColleague(exchange, inviter);
      const links = { invited: token, own: token };
      const ids = {
        own: {
          practice_id: inviter.id,
          professional_id: inviter.professionalId,
          credential_id: inviter.credentialId,
        },
        joined: { practice_id: inviter.id, professional_id: 'none', credential_id: 'none' },
      };
      for (const step of sequence) {
        if (step.by === 'inviter') {
          const { one, whose, claims } = step;
          const things: Record<string, string> = { ...ids[whose], join_invitation_id: id };
          const path = one.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => things[name] ?? 'none');
          const body = bodyOf(one, claims);
          const answer = await exchange.call(inviter.key, path, {
            method: one.method,
            ...(body === undefined ? {} : { body }),
          });
          expect(answer.status, one.id).toBeLessThan(500);
          if (one.scope === 'operator') expect([one.id, answer.status >= 400]).toEqual([one.id, true]);
          if (answer.status < 300) succeeded += 1;
          continue;
        }
        const [method = 'GET', to = ''] = step.call.split(' ');
        const isPage = to.startsWith('page');
        const path = isPage ? `/join/${links[step.link]}${to.slice(4)}` : `/v1/join/${links[step.link]}${to}`;
        const headers = isPage ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {};
        const body = isPage ? 'agree=yes&form_token=x' : registrationInput(step.change);
        const answer = await exchange.call(null, path, {
          method,
          ...(method === 'POST' ? { body, headers } : {}),
        });
        expect(answer.status, step.call).toBeLessThan(500);
        if (answer.status !== 201) continue;
        // Nothing but the registration itself is ever made by a guest.
        expect(step.call).toBe('POST ');
        registered += 1;
        links.own = tokenOf(answer.body.registration_url);
        const [held] = await exchange.sql<{ professional_id: string; credential_id: string }>(
          `select professionals.id as professional_id, credentials.id as credential_id from professionals
           join credentials on professional_id = professionals.id where practice_id = ?`,
          answer.body.practice_id,
        );
        ids.joined = {
          practice_id: answer.body.practice_id,
          professional_id: 'none',
          credential_id: 'none',
          ...held,
        };
      }
      await exchange.minute();
      expect(await admitted()).toEqual(before);
    }),
    { numRuns: 15 },
  );
  // The sequences do something.
  expect(registered).toBeGreaterThanOrEqual(8);
  expect(succeeded).toBeGreaterThan(5);
});
