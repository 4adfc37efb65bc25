/** A sender prepares a referral, moves it to another invitation or gives it up. Nobody else is told of any of it. */
import { refuseUnknown, unknownPlan, wantedCodes } from '../../catalog/known.ts';
import { selectOwnInvitation } from '../../joining/joining.repository.ts';
import { decision, write } from '../../ledger/commit.ts';
import type { Exchange } from '../../ledger/exchange.ts';
import { requireVersion } from '../../ledger/versions.ts';
import { newId } from '../../platform/db/ids.ts';
import { one } from '../../platform/db/plan.ts';
import { invalidInput, notFound, Problem, suspended } from '../../platform/problem.ts';
import { selectPractice } from '../../practices/practices.repository.ts';
import { toLookups } from '../client.lookups.ts';
import { requireNoClient } from '../own.ts';
import {
  closed,
  insertPrepared,
  PREPARED_MAX,
  selectLastPrepared,
  selectPrepared,
  updatePrepared,
  type WholePreparedRow,
} from './prepared.repository.ts';
import { type NewPrepared, sealWish, showPrepared } from './prepared.schemas.ts';
import { leadsToSomebody, nextLook, PREPARED_MS_MAX, standingOf } from './standing.ts';

/** Whose it is, which one, and `If-Match` of the request: the `ETag` that it is to have; null: any. */
export interface PreparedPlace {
  readonly preparedId: string;
  readonly practiceId: string;
  readonly ifMatch: string | null;
}

type Invitation = Awaited<ReturnType<typeof selectOwnInvitation>>[number];

/** @throws Problem 422 where it is none of the practice's, or leads to nobody (any more) */
function requireInvitation(invitation: Invitation | undefined, now: number): Invitation {
  if (invitation && leadsToSomebody(invitation, now)) return invitation;
  throw invalidInput([
    { pointer: '/invitation_id', detail: 'must be an invitation of yours by which somebody may still come' },
  ]);
}

/** @throws Problem 409 of one that is closed */
export function requireOpen(row: WholePreparedRow, now: number): void {
  const state = standingOf(row, now);
  if (state === 'waiting' || state === 'ready' || state === 'stranded') return;
  const detail =
    state === 'sent' ? `It was sent: the referral is ${row.referral_id}.` : `It is ${state} already.`;
  throw new Problem('invalid_state', detail, { state, allowed_moves: [] });
}

const shownBy =
  ({ vault, now }: Exchange) =>
  ({ row }: { readonly row: unknown }) =>
    showPrepared(row as WholePreparedRow, vault, now);

/** @throws Problem 403, 409 of the limit, 422 */
export const prepareAt =
  (practiceId: string, { invitation_id, ...wish }: NewPrepared) =>
  (exchange: Exchange) => {
    const { database, vault, now } = exchange;
    const { query } = database;
    return write({
      subject: practiceId,
      read: {
        practice: one(selectPractice(query, practiceId)),
        invitation: one(selectOwnInvitation(query, practiceId, invitation_id)),
        last: one(selectLastPrepared(query, practiceId)),
        unknown: unknownPlan(database, [
          { pointer: '/service', kind: 'service', otherKind: 'assessment', code: wish.service },
          ...wantedCodes({ reason: ['reason', wish.reason], languages: ['language', wish.languages] }),
        ]),
      },
      decide: async ({ practice, invitation: found, last, unknown }) => {
        if (practice?.status !== 'active') throw suspended();
        const invitation = requireInvitation(found, now);
        requireNoClient(wish, wish.client);
        const refused = await refuseUnknown(database, unknown);
        if (refused) throw refused;
        if (last)
          throw new Problem('limit_reached', `At most ${PREPARED_MAX} wait at once: send or discard some.`);
        const id = newId('prepared_referral');
        const expires_at = now + PREPARED_MS_MAX;
        const inserted = insertPrepared(query, {
          id,
          practice_id: practiceId,
          invitation_id,
          service: wish.service,
          reason: wish.reason,
          sealed_wish: await sealWish(vault, id, wish),
          lookups: await toLookups(vault, practiceId, wish.client),
          notice_due_at: nextLook({ expires_at, invitation }, now),
          created_at: now,
          updated_at: now,
          expires_at,
        });
        return decision({ writes: { row: one(inserted) }, resourceId: id, resultOf: shownBy(exchange) });
      },
    });
  };

/** @throws Problem 404, 409, 412, 422 */
export const moveToInvitationAt =
  ({ preparedId, practiceId, ifMatch }: PreparedPlace, invitationId: string) =>
  (exchange: Exchange) => {
    const { query } = exchange.database;
    const { now } = exchange;
    return write({
      subject: preparedId,
      read: {
        row: one(selectPrepared(query, practiceId, preparedId)),
        invitation: one(selectOwnInvitation(query, practiceId, invitationId)),
      },
      decide: ({ row, invitation: found }) => {
        if (!row) throw notFound();
        requireVersion(ifMatch, row.version);
        requireOpen(row, now);
        const invitation = requireInvitation(found, now);
        const change = {
          invitation_id: invitation.id,
          told: null,
          notice_due_at: nextLook({ ...row, invitation }, now),
          updated_at: now,
        };
        return decision({
          writes: { row: one(updatePrepared(query, row, change)) },
          resourceId: preparedId,
          resultOf: shownBy(exchange),
        });
      },
    });
  };

/** Again it changes nothing. @throws Problem 404, 409 of one that was sent, 412 */
export const discardAt =
  ({ preparedId, practiceId, ifMatch }: PreparedPlace) =>
  ({ database: { query }, now }: Exchange) =>
    write({
      subject: preparedId,
      read: { row: one(selectPrepared(query, practiceId, preparedId)) },
      decide: ({ row }) => {
        if (!row) throw notFound();
        requireVersion(ifMatch, row.version);
        if (row.state === 'sent') requireOpen(row, now);
        return decision({
          writes: row.state === 'waiting' ? [updatePrepared(query, row, closed('discarded', now))] : [],
          resourceId: preparedId,
          resultOf: () => null,
        });
      },
    });
