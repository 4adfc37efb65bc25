import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
import type { Query } from '../db/database.ts';
import { disclosures, event_recipients, events } from '../db/schema.ts';
import { tellableColumns } from '../events/events.repository.ts';

export type DisclosureRow = typeof disclosures.$inferSelect;

/** Later than every disclosure, and exact in JavaScript. */
const EVER = 9_007_199_254_740_991;
/** Sorts after every id. */
const LAST = '~';

/**
 * Until when the practice may see disclosures. A sender whose client allows no way back sees them up to the acceptance
 * that it knows of: whether the receiver went on reading would tell how it goes.
 */
const shownUntil = (referralId: string, practiceId: string, now: number) => sql`(
  select case
    when shown.receiver_practice_id = ${practiceId} then ${EVER}
    when exists (
      select 1 from consents as allowed
      where allowed.referral_id = shown.id and allowed.revoked_at is null and allowed.expires_at > ${now}
        and exists (select 1 from json_each(allowed.directions) as d where d.value = 'feedback')) then ${EVER}
    else coalesce(shown.sender_progress ->> 'accepted_at', ${EVER}) end
  from referrals as shown where shown.id = ${referralId})`;

/** What the practice may see of a referral's disclosures, newest first. */
export const selectShownDisclosures = (
  query: Query,
  referralId: string,
  practiceId: string,
  now: number,
  limit: number,
  beforeId = LAST,
) =>
  query
    .select()
    .from(disclosures)
    .where(
      and(
        eq(disclosures.referral_id, referralId),
        lt(disclosures.id, beforeId),
        sql`${disclosures.disclosed_at} <= ${shownUntil(referralId, practiceId, now)}`,
      ),
    )
    .orderBy(desc(disclosures.id))
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
