import { and, asc, desc, eq, getTableColumns, or, type SQL, sql } from 'drizzle-orm';
import { tellableColumns } from '../ledger/events.repository.ts';
import { feedbackActive } from '../ledger/feedback.repository.ts';
import type { Query } from '../platform/db/database.ts';
import { disclosures, event_recipients, events } from '../platform/db/schema.ts';

/** With whom it was to: the referral's receiver. */
export type DisclosureRow = typeof disclosures.$inferSelect & { readonly practice_id: string };

/** Later than every disclosure, and exact in JavaScript. */
const EVER = 9_007_199_254_740_991;

/**
 * Whose view it is: of one practice, or what the sender may see. That is also what the client's page shows, because the
 * sender holds the link to it and knows the name that opens it.
 */
export type Viewer = { readonly practiceId: string } | 'sender';

/**
 * Until when disclosures are shown, `EVER` for all. A sender whose client allows no way back sees them up to the
 * acceptance that it knows of: whether the receiver went on reading would tell how it goes.
 */
const shownUntil = (referralId: string | SQL, viewer: Viewer, now: number) => {
  const isReceiver = viewer === 'sender' ? sql`0` : sql`shown.receiver_practice_id = ${viewer.practiceId}`;
  return sql`(
    select case when ${isReceiver} or ${feedbackActive(sql`shown.id`, now)} then ${EVER}
      else coalesce(shown.sender_progress ->> 'accepted_at', ${EVER}) end
    from referrals as shown where shown.id = ${referralId})`;
};

/** The moment with which the sender's view ends; null where it is whole. */
export const selectShownUntil = (query: Query, referralId: string | SQL, viewer: Viewer, now: number) =>
  query.all<{ shown_until: number | null }>(
    sql`select nullif(${shownUntil(referralId, viewer, now)}, ${EVER}) as shown_until`,
  );

/** The time and number of the last disclosure of the page before. */
export type DisclosureCursor = readonly [at: number, number: number];

/** What may be seen of a referral's disclosures, newest first. What is hidden is not even read, as that takes time. */
export const selectShownDisclosures = (
  query: Query,
  referralId: string | SQL,
  viewer: Viewer,
  now: number,
  limit: number,
  [beforeAt, beforeNumber]: DisclosureCursor = [EVER, EVER],
) =>
  query
    .select({
      ...getTableColumns(disclosures),
      practice_id:
        sql<string>`(select told.receiver_practice_id from referrals as told where told.id = ${referralId})`.as(
          'practice_id',
        ),
    })
    .from(disclosures)
    .where(
      and(
        eq(disclosures.referral_id, referralId),
        sql`${disclosures.disclosed_at} <= min(${shownUntil(referralId, viewer, now)}, ${beforeAt})`,
        or(sql`${disclosures.disclosed_at} < ${beforeAt}`, sql`${disclosures.number} < ${beforeNumber}`),
      ),
    )
    .orderBy(desc(disclosures.disclosed_at), desc(disclosures.number))
    .limit(limit);

/** The events of one referral that the practice was told of, oldest first. */
export const selectToldEvents = (query: Query, referralId: string, practiceId: string, now: number) =>
  query
    .select(tellableColumns(now))
    .from(events)
    .innerJoin(
      event_recipients,
      and(eq(event_recipients.position, events.position), eq(event_recipients.practice_id, practiceId)),
    )
    .where(eq(events.referral_id, referralId))
    .orderBy(asc(events.sequence));
