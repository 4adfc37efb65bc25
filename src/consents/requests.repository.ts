import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { consent_requests } from '../platform/db/schema.ts';
import { ALL_TRIES_MAX, ALL_WINDOW_MS, OWN_TRIES_MAX, OWN_WINDOW_MS, type Place } from './name-tries.ts';

export type ConsentRequestRow = typeof consent_requests.$inferSelect;

/** The link that is open for a referral, named by its id or by a subquery that gives it. */
export const selectOpenRequest = (query: Query, referralId: string | SQL) =>
  query
    .select()
    .from(consent_requests)
    .where(and(eq(consent_requests.referral_id, referralId), isNull(consent_requests.ended_at)))
    .limit(1);

export const selectRequestByToken = (query: Query, tokenHash: string) =>
  query
    .select()
    .from(consent_requests)
    .where(and(eq(consent_requests.token_hash, tokenHash), isNull(consent_requests.ended_at)))
    .limit(1);

/** A subquery for the referral that a link is for. */
export const referralOfToken = (tokenHash: string) =>
  sql`(select referral_id from consent_requests where token_hash = ${tokenHash} and ended_at is null)`;

export const insertRequest = (query: Query, row: ConsentRequestRow) =>
  query.insert(consent_requests).values(row);

export const endRequests = (query: Query, referralId: string, now: number) =>
  query
    .update(consent_requests)
    .set({ ended_at: now })
    .where(and(eq(consent_requests.referral_id, referralId), isNull(consent_requests.ended_at)));

const tries = sql`json_each(${consent_requests.name_tries}) as try`;

/**
 * Counts a try before the name is looked at, so that many at once get no more tries than one after the other. Nothing
 * where the place has to wait: what is refused is not counted.
 */
export const countNameTried = (query: Query, requestId: string, place: Place, now: number) =>
  query
    .update(consent_requests)
    .set({
      names_tried: sql`${consent_requests.names_tried} + 1`,
      name_tries: sql`(select json_group_array(json(kept)) from (
        select try.value as kept from ${tries} where try.value ->> 'at' > ${now - ALL_WINDOW_MS}
        union all select ${JSON.stringify({ at: now, by: place })}))`,
    })
    .where(
      and(
        eq(consent_requests.id, requestId),
        sql`(select count(*) from ${tries}
          where try.value ->> 'by' = ${place} and try.value ->> 'at' > ${now - OWN_WINDOW_MS}) < ${OWN_TRIES_MAX}`,
        sql`(${place} like 'known:%' or (select count(*) from ${tries}
          where try.value ->> 'by' not like 'known:%' and try.value ->> 'at' > ${now - ALL_WINDOW_MS}) < ${ALL_TRIES_MAX})`,
      ),
    )
    .returning({ id: consent_requests.id });

/** The name was right: the place's own tries are forgotten, those of others are not. */
export const forgetNamesTried = (query: Query, requestId: string, place: Place) =>
  query
    .update(consent_requests)
    .set({
      names_tried: sql`${consent_requests.names_tried} - 1`,
      name_tries: sql`(select json_group_array(json(try.value)) from ${tries} where try.value ->> 'by' <> ${place})`,
    })
    .where(eq(consent_requests.id, requestId));

export const selectNameTries = (query: Query, requestId: string) =>
  query
    .select({ name_tries: consent_requests.name_tries })
    .from(consent_requests)
    .where(eq(consent_requests.id, requestId));
