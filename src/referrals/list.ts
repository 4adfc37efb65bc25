/** A practice's referrals in both directions, without client data. */

import type { ReferralState } from '../db/states.ts';
import type { OperationRequest, Reply } from '../http/operation.ts';
import { decodeCursor, toPage } from '../http/pagination.ts';
import { type Direction, selectReferrals } from './referrals.repository.ts';
import { changedAt, presentSummary } from './referrals.view.ts';

interface ListQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly direction?: Direction | undefined;
  readonly state?: ReferralState | undefined;
  readonly partner_practice_id?: string | undefined;
  readonly updated_since?: number | undefined;
}

export async function listReferrals({
  exchange,
  actor,
  query,
}: OperationRequest<ListQuery, unknown>): Promise<Reply> {
  const { database, now } = exchange;
  const practiceId = actor.practice_id ?? '';
  const filter = {
    state: query.state,
    partnerId: query.partner_practice_id,
    updatedSince: query.updated_since,
  };
  const cursor = decodeCursor(query.cursor, ['number', 'string']);
  const side = (direction: Direction) => {
    // A direction that is not asked for is read with no rows, so that the batch keeps its shape.
    const limit = query.direction === undefined || query.direction === direction ? query.limit + 1 : 0;
    return selectReferrals(database.query, direction, practiceId, filter, cursor, limit);
  };
  const [sent, received] = await database.batch([side('sent'), side('received')]);
  const sortTime = (row: (typeof sent)[number]) =>
    changedAt(row, row.sender_practice_id === practiceId ? 'sender' : 'receiver');
  const rows = [...sent, ...received].sort((a, b) =>
    query.updated_since === undefined
      ? a.id < b.id
        ? 1
        : -1
      : sortTime(a) - sortTime(b) || (a.id < b.id ? -1 : 1),
  );
  return {
    status: 200,
    body: toPage(
      rows,
      query.limit,
      (row) =>
        presentSummary(
          row,
          row.sender_practice_id === practiceId ? 'sender' : 'receiver',
          (row.feedback_until ?? 0) > now,
          now,
        ),
      (row) => [sortTime(row), row.id],
    ),
  };
}
