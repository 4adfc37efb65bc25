import { and, asc, eq, isNull, lte, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../db/database.ts';
import { consents } from '../db/schema.ts';

export type ConsentRow = typeof consents.$inferSelect;

export const selectConsent = (query: Query, referralId: string | SQL) =>
  query.select().from(consents).where(eq(consents.referral_id, referralId)).limit(1);

/** 1 while the consent of the referral lets news reach the sender. @param referralId a column or a subquery */
export const feedbackActive = (referralId: SQL, now: number) =>
  sql<number>`exists (
    select 1 from consents as allowed
    where allowed.referral_id = ${referralId} and allowed.revoked_at is null and allowed.expires_at > ${now}
      and exists (select 1 from json_each(allowed.directions) as direction where direction.value = 'feedback'))`;

export const insertConsent = (query: Query, row: typeof consents.$inferInsert) =>
  query.insert(consents).values(row);

/** Revocation works forward only: the row stays as the proof of what was allowed until then. */
export const revokeConsent = (query: Query, referralId: string, now: number) =>
  query
    .update(consents)
    .set({ revoked_at: now })
    .where(and(eq(consents.referral_id, referralId), isNull(consents.revoked_at)));

/** Consents that ran out and whose end was not told yet. */
export const selectExpiredConsents = (query: Query, now: number, limit: number) =>
  query
    .select({ referral_id: consents.referral_id, expires_at: consents.expires_at })
    .from(consents)
    .where(and(isNull(consents.expiry_noted_at), isNull(consents.revoked_at), lte(consents.expires_at, now)))
    .orderBy(asc(consents.expires_at))
    .limit(limit);

export const noteExpiry = (query: Query, referralId: string, now: number) =>
  query.update(consents).set({ expiry_noted_at: now }).where(eq(consents.referral_id, referralId));
