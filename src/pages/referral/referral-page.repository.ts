import { sql } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import { api_keys, webhook_endpoints } from '../../platform/db/schema.ts';

/** A link to a page is as good as the key or endpoint that made it. */
export const isLinkGood = (makerId: string, practiceId: string, now: number) => sql`(
  exists (select 1 from ${api_keys} as maker
    where maker.id = ${makerId} and maker.practice_id = ${practiceId} and maker.revoked_at is null
      and (maker.expires_at is null or maker.expires_at > ${now}))
  or exists (select 1 from ${webhook_endpoints} as maker
    where maker.id = ${makerId} and maker.practice_id = ${practiceId} and maker.deleted_at is null
      and maker.page_links = 1))`;

/** What an endpoint is spared is not shown behind its links either. */
export const withheldOf = (makerId: string) => sql`coalesce(
  (select maker.withheld_categories from ${webhook_endpoints} as maker where maker.id = ${makerId}), '[]')`;

export const selectLinkGood = (query: Query, makerId: string, practiceId: string, now: number) =>
  query.all<{ good: number }>(sql`select ${isLinkGood(makerId, practiceId, now)} as good`);
