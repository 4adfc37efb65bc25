/** A practice's referrals in both directions, without client data. */

import type { PracticeRequest, Reply } from '../http/operation.ts';
import { pagerOf } from '../http/pagination.ts';
import { positionAt } from '../ledger/events.repository.ts';
import { many, one } from '../platform/db/plan.ts';
import type { ReferralState } from '../platform/db/states.ts';
import {
  type Direction,
  examinedDownTo,
  LAST_ID,
  selectChangedReferrals,
  selectExaminedDownTo,
  selectExaminedEvents,
  selectReferrals,
} from './referrals.repository.ts';
import { presentSummary } from './referrals.view.ts';
import { toldTo } from './told.ts';

interface ListQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly direction?: Direction | undefined;
  readonly state?: readonly ReferralState[] | undefined;
  readonly partner_practice_id?: string | undefined;
  readonly updated_since?: number | undefined;
  readonly external_id?: string | undefined;
}

const DIRECTIONS = ['sent', 'received'] as const;

type ListRequest = PracticeRequest<ListQuery, unknown>;

const filterOf = ({ state, partner_practice_id, external_id }: ListQuery) => ({
  states: state,
  partnerId: partner_practice_id,
  externalId: external_id,
});
const directionsOf = ({ direction }: ListQuery) => (direction === undefined ? DIRECTIONS : [direction]);

/** In the order of change, as the side was told of it. */
async function listChanged(request: ListRequest, updatedSince: number): Promise<Reply> {
  const { exchange, actor, query } = request;
  const { database, now } = exchange;
  const practiceId = actor.practice_id;
  const pager = await pagerOf(request, ['number', 'string']);
  const after = pager.after?.[0] ?? positionAt(updatedSince) - 1;
  const { rows, examined } = await database.read({
    rows: many(
      selectChangedReferrals(
        database.query,
        directionsOf(query),
        practiceId,
        filterOf(query),
        after,
        pager.rowsMax,
      ),
    ),
    examined: one(selectExaminedEvents(database.query, practiceId, after)),
  });
  const told = rows.flatMap((row) => {
    const mine = toldTo(row, practiceId, (row.feedback_until ?? 0) > now, now);
    return mine ? [{ mine, position: row.position }] : [];
  });
  const end = examined?.end ?? null;
  return {
    status: 200,
    body: await pager.show(
      told,
      ({ mine }) => presentSummary(mine),
      ({ position }) => [position, ''],
      end === null ? null : [end, ''],
    ),
  };
}

/** The newest first. What is looked for by a filter may be rare: a page looks only so far, and the next one goes on. */
async function listNewest(request: ListRequest): Promise<Reply> {
  const { exchange, actor, query } = request;
  const { database, now } = exchange;
  const practiceId = actor.practice_id;
  const pager = await pagerOf(request, ['number', 'string']);
  const before = pager.after?.[1] ?? LAST_ID;
  const filter = filterOf(query);
  const directions = directionsOf(query);
  // By an id of its own a referral is looked up: nothing is looked through.
  const isFiltered =
    filter.externalId === undefined && (filter.states !== undefined || filter.partnerId !== undefined);
  const downTo = isFiltered ? examinedDownTo(directions, practiceId, before) : null;
  const side = (direction: Direction) =>
    directions.includes(direction)
      ? many(selectReferrals(database.query, direction, practiceId, filter, before, downTo, pager.rowsMax))
      : undefined;
  const found = await database.read({
    sent: side('sent'),
    received: side('received'),
    examined: downTo === null ? undefined : one(selectExaminedDownTo(database.query, downTo)),
  });
  const rows = [...(found.sent ?? []), ...(found.received ?? [])]
    .flatMap((row) => toldTo(row, practiceId, (row.feedback_until ?? 0) > now, now) ?? [])
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  const end = found.examined?.id || null;
  return {
    status: 200,
    body: await pager.show(rows, presentSummary, ({ id }) => [0, id], end === null ? null : [0, end]),
  };
}

export const listReferrals = (request: ListRequest): Promise<Reply> =>
  request.query.updated_since === undefined
    ? listNewest(request)
    : listChanged(request, request.query.updated_since);
