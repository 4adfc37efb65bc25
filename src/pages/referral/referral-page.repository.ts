import { sql } from 'drizzle-orm';
import { isMakerGood } from '../../platform/access/makers.ts';
import type { Query } from '../../platform/db/database.ts';
import { webhook_endpoints } from '../../platform/db/schema.ts';

/** What an endpoint is spared is not shown behind its links either. */
export const withheldOf = (makerId: string) => sql`coalesce(
  (select maker.withheld_categories from ${webhook_endpoints} as maker where maker.id = ${makerId}), '[]')`;

export const selectLinkGood = (query: Query, makerId: string, practiceId: string, now: number) =>
  query.all<{ good: number }>(sql`select ${isMakerGood(makerId, practiceId, now)} as good`);
