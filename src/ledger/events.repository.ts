import { and, asc, eq, gt, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { timeOf } from '../platform/db/ids.ts';
import { EXAMINED_PER_PAGE } from '../platform/db/pages.ts';
import { event_recipients, events } from '../platform/db/schema.ts';
import { MINUTE_MS } from '../platform/durations.ts';
import { feedbackActive } from './feedback.repository.ts';

const POSITIONS_PER_MS = 1000;
/** Events that others committed first may push a position on: by less than this. */
const SKEW_MS_MAX = MINUTE_MS;

/** The first position of what happens then. */
export const positionAt = (at: number) => at * POSITIONS_PER_MS;

/** Where an event stands among those that the practice was told of: the time in its id says where to look. */
function isTold(practiceId: string, eventId: string): SQL | undefined {
  const at = timeOf('event', eventId);
  if (at === null) return and(eq(event_recipients.practice_id, practiceId), sql`0`);
  return and(
    eq(event_recipients.practice_id, practiceId),
    gte(event_recipients.position, positionAt(at)),
    lt(event_recipients.position, positionAt(at + SKEW_MS_MAX)),
    eq(events.id, eventId),
  );
}

/** What an event says, with the referral that its row names anyway. */
export const TOLD_DATA = sql<string>`iif(${events.referral_id} is null, ${events.data},
  '{"referral_id":"' || ${events.referral_id} || iif(${events.data} = '{}', '"', '",') || substr(${events.data}, 2))`;

/** Whether the practice may be told of the event now. */
const isTellable = (now: number) =>
  sql`(${event_recipients.needs_feedback} = 0 or ${feedbackActive(sql`${events.referral_id}`, now)})`;

/** One event as one practice may be told of it now. Every column is aliased: the rows travel in a batch. */
export const tellableColumns = (now: number) => ({
  position: sql<number>`${event_recipients.position}`.as('position'),
  id: sql<string>`${events.id}`.as('id'),
  type: sql<string>`${events.type}`.as('type'),
  actor: sql<string>`${events.actor}`.as('actor'),
  data: TOLD_DATA.mapWith((text: string) => JSON.parse(text) as Record<string, unknown>).as('data'),
  occurred_at: sql<number>`${events.occurred_at}`.as('occurred_at'),
  sequence: sql<number | null>`${event_recipients.sequence}`.as('sequence'),
  tellable: sql<number>`${isTellable(now)}`.as('tellable'),
});

export interface FeedFilter {
  /** An event's id; undefined: from the first one on. */
  readonly after?: string | undefined;
  readonly types?: readonly string[] | undefined;
}

/** What comes after, of which the practice may be told now. */
const isAhead = (query: Query, practiceId: string, after: string | undefined, now: number) =>
  and(
    eq(event_recipients.practice_id, practiceId),
    // Left out before they are counted: a short page, or a cursor at one of them, would tell of it.
    isTellable(now),
    after === undefined
      ? undefined
      : gt(
          event_recipients.position,
          sql`(${query
            .select({ position: event_recipients.position })
            .from(event_recipients)
            .innerJoin(events, eq(events.position, event_recipients.position))
            .where(isTold(practiceId, after))
            .limit(1)})`,
        ),
  );

/** The last event that one page looks at; none where fewer are ahead. */
export const selectExaminedTo = (query: Query, practiceId: string, { after }: FeedFilter, now: number) =>
  query
    .select({
      position: sql<number>`${event_recipients.position}`.as('position'),
      id: sql<string>`${events.id}`.as('id'),
    })
    .from(event_recipients)
    .innerJoin(events, eq(events.position, event_recipients.position))
    .where(isAhead(query, practiceId, after, now))
    .orderBy(asc(event_recipients.position))
    .limit(1)
    .offset(EXAMINED_PER_PAGE - 1);

export const selectFeed = (
  query: Query,
  practiceId: string,
  filter: FeedFilter,
  limit: number,
  now: number,
) =>
  query
    .select(tellableColumns(now))
    .from(event_recipients)
    .innerJoin(events, eq(events.position, event_recipients.position))
    .where(
      and(
        isAhead(query, practiceId, filter.after, now),
        filter.types === undefined
          ? undefined
          : and(
              inArray(events.type, [...filter.types]),
              sql`${event_recipients.position} <= coalesce((
                select position from ${selectExaminedTo(query, practiceId, filter, now)}), ${Number.MAX_SAFE_INTEGER})`,
            ),
      ),
    )
    .orderBy(asc(event_recipients.position))
    .limit(limit);

/** Whether the practice was told of this event. */
export const selectKnownEvent = (query: Query, practiceId: string, eventId: string, now: number) =>
  query
    .select(tellableColumns(now))
    .from(event_recipients)
    .innerJoin(events, eq(events.position, event_recipients.position))
    .where(isTold(practiceId, eventId))
    .limit(1);
