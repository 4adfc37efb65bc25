/** A practice's referrals in both directions, without client data. */

import type { PracticeRequest, Reply } from '../http/operation.ts';
import { pagerOf } from '../http/pagination.ts';
import { many } from '../platform/db/plan.ts';
import type { ReferralState } from '../platform/db/states.ts';
import { type Direction, selectReferrals } from './referrals.repository.ts';
import { presentSummary } from './referrals.view.ts';
import { toldTo } from './told.ts';

interface ListQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly direction?: Direction | undefined;
  readonly state?: ReferralState | undefined;
  readonly partner_practice_id?: string | undefined;
  readonly updated_since?: number | undefined;
}

export async function listReferrals(request: PracticeRequest<ListQuery, unknown>): Promise<Reply> {
  const { exchange, actor, query } = request;
  const { database, now } = exchange;
  const practiceId = actor.practice_id;
  const filter = {
    state: query.state,
    partnerId: query.partner_practice_id,
    updatedSince: query.updated_since,
  };
  const pager = await pagerOf(request, ['number', 'string']);
  const side = (direction: Direction) => {
    // A direction that is not asked for is read with no rows, so that the batch keeps its shape.
    const limit = query.direction === undefined || query.direction === direction ? pager.rowsMax : 0;
    return selectReferrals(database.query, direction, practiceId, filter, pager.after, limit);
  };
  const { sent, received } = await database.read({
    sent: many(side('sent')),
    received: many(side('received')),
  });
  const rows = [...sent, ...received]
    .flatMap((row) => toldTo(row, practiceId, (row.feedback_until ?? 0) > now, now) ?? [])
    .sort((a, b) =>
      query.updated_since === undefined
        ? a.id < b.id
          ? 1
          : -1
        : a.updated_at - b.updated_at || (a.id < b.id ? -1 : 1),
    );
  return {
    status: 200,
    body: await pager.show(rows, presentSummary, (row) => [row.updated_at, row.id]),
  };
}
