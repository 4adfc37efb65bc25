import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { api_keys, report_shares } from '../platform/db/schema.ts';

export type ShareRow = typeof report_shares.$inferSelect;

export const insertShare = (query: Query, row: typeof report_shares.$inferInsert) =>
  query.insert(report_shares).values(row);

export const selectShare = (query: Query, practiceId: string, shareId: string) =>
  query
    .select()
    .from(report_shares)
    .where(and(eq(report_shares.id, shareId), eq(report_shares.practice_id, practiceId)))
    .limit(1);

export const selectShares = (query: Query, practiceId: string, afterId: string, limit: number) =>
  query
    .select()
    .from(report_shares)
    .where(and(eq(report_shares.practice_id, practiceId), gt(report_shares.id, afterId)))
    .orderBy(asc(report_shares.id))
    .limit(limit);

export const revokeShare = (query: Query, shareId: string, now: number) =>
  query
    .update(report_shares)
    .set({ revoked_at: now })
    .where(and(eq(report_shares.id, shareId), isNull(report_shares.revoked_at)));

/** A share is good until it ends, is revoked, or the key that made it does or is. */
export const isShareGood = (practiceId: string, shareId: string, now: number) => sql`exists (
  select 1 from ${report_shares} as share
  where share.id = ${shareId} and share.practice_id = ${practiceId} and share.revoked_at is null
    and share.expires_at > ${now} and (share.created_by_key_id is null or exists (
      select 1 from ${api_keys} as maker where maker.id = share.created_by_key_id and maker.revoked_at is null
        and (maker.expires_at is null or maker.expires_at > ${now}))))`;
