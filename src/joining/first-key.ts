/**
 * The first key of who was admitted, handed over once. Its text is stored nowhere: where the answer was lost on its way,
 * another one is made and takes its place, until one of them was used. So nobody is left without, and two never work.
 */
import { forgetKey } from '../http/authenticate.ts';
import { announceKey } from '../keys/keys.commands.ts';
import { insertKey, type KeyRow, revokeKey } from '../keys/keys.repository.ts';
import { commit, decision, write } from '../ledger/commit.ts';
import type { Exchange } from '../ledger/exchange.ts';
import { PRACTICE_SCOPES } from '../platform/access/scopes.ts';
import { createToken } from '../platform/access/token.ts';
import { newId } from '../platform/db/ids.ts';
import { one } from '../platform/db/plan.ts';
import { notFound, Problem, suspended } from '../platform/problem.ts';
import type { JoinLink } from '../platform/vault/links.ts';
import { guestPlan, toGuest } from './guest.ts';
import { type GuestRow, updateInvitation } from './joining.repository.ts';
import { registrationState } from './state.ts';

const NAME = 'First key';

/** Whether a key is there to be handed over, again where the one before was not used. */
export const mayHaveKey = (row: GuestRow) =>
  row.decision === 'admitted' && row.first_key_used_at === null && row.practice_status === 'active';

/** @throws Problem 403, 409 */
function requireHandOver(row: GuestRow): void {
  if (mayHaveKey(row)) return;
  if (row.decision === 'admitted' && row.practice_status !== 'active') throw suspended();
  const detail =
    row.decision === 'admitted'
      ? 'The first key was used: make others with it (`POST /v1/keys`), or ask the operator for one.'
      : 'The operator has not admitted the practice.';
  throw new Problem('invalid_state', detail, { state: registrationState(row), allowed_moves: [] });
}

/** @returns the key with its text, which is shown this once @throws Problem 403, 404, 409 */
export const handOverKey = (exchange: Exchange, link: JoinLink): Promise<{ key: KeyRow; secret: string }> =>
  commit(exchange, (at) => {
    const { query } = at.database;
    return write({
      subject: link.invitationId,
      read: { row: guestPlan(at, link) },
      decide: async ({ row }) => {
        if (!row || link.holder !== 'registered' || !toGuest(link, row, at.now)) throw notFound();
        requireHandOver(row);
        const practiceId = row.practice_id ?? '';
        const former = row.first_key_id;
        const id = newId('key');
        const { secret, ...hashed } = await createToken();
        const made = {
          ...hashed,
          id,
          practice_id: practiceId,
          name: NAME,
          scopes: [...PRACTICE_SCOPES],
          created_by: 'practice' as const,
          created_at: at.now,
        };
        const told = { key_id: id, created_by: 'practice', scopes: made.scopes };
        return decision({
          writes: {
            key: one(insertKey(query, made)),
            invitation: updateInvitation(query, row, { first_key_id: id }),
            told: announceKey(query, 'key.created', 'practice', practiceId, told, at.now),
            former:
              former === null
                ? undefined
                : [
                    revokeKey(query, former, at.now),
                    announceKey(
                      query,
                      'key.revoked',
                      'practice',
                      practiceId,
                      { key_id: former, revoked_by: 'practice' },
                      at.now,
                    ),
                  ],
          },
          resultOf: ({ key }) => {
            if (former !== null) forgetKey(former);
            return { key: key as KeyRow, secret };
          },
        });
      },
    });
  });
