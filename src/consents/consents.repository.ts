import { and, asc, eq, isNull, lte, type SQL } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { preparedInsert } from '../platform/db/prepared.ts';
import { consents } from '../platform/db/schema.ts';

export type ConsentRow = typeof consents.$inferSelect;

export const selectConsent = (query: Query, referralId: string | SQL) =>
  query.select().from(consents).where(eq(consents.referral_id, referralId)).limit(1);

export const insertConsent = preparedInsert(consents);

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
