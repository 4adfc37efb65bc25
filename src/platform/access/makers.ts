import { sql } from 'drizzle-orm';
import { api_keys, webhook_endpoints } from '../db/schema.ts';

/** A link to a page is as good as the key or endpoint that made it. */
export const isMakerGood = (makerId: string, practiceId: string, now: number) => sql<number>`(
  exists (select 1 from ${api_keys} as maker
    where maker.id = ${makerId} and maker.practice_id = ${practiceId} and maker.revoked_at is null
      and (maker.expires_at is null or maker.expires_at > ${now}))
  or exists (select 1 from ${webhook_endpoints} as maker
    where maker.id = ${makerId} and maker.practice_id = ${practiceId} and maker.deleted_at is null
      and maker.page_links = 1))`;
