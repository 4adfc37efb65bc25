import { and, eq, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../db/database.ts';
import { consent_requests } from '../db/schema.ts';

export type ConsentRequestRow = typeof consent_requests.$inferSelect;

/** Wrong last names until the link is locked. */
export const NAMES_TRIED_MAX = 5;

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

/** Counts a try before the name is looked at, so that many at once get no more tries than one after the other. */
export const countNameTried = (query: Query, requestId: string) =>
  query
    .update(consent_requests)
    .set({ names_tried: sql`${consent_requests.names_tried} + 1` })
    .where(and(eq(consent_requests.id, requestId), lt(consent_requests.names_tried, NAMES_TRIED_MAX)))
    .returning();

export const forgetNamesTried = (query: Query, requestId: string) =>
  query.update(consent_requests).set({ names_tried: 0 }).where(eq(consent_requests.id, requestId));
