import { sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { partnership_thanks } from '../platform/db/schema.ts';

export const insertThanks = (query: Query, row: typeof partnership_thanks.$inferInsert) =>
  query.insert(partnership_thanks).values(row);

/** When one side of a partnership last thanked the other one. */
export const selectLastThanks = (query: Query, partnershipId: string, byPracticeId: string) =>
  query.all<{ thanked_at: number }>(sql`
    select thanked_at from partnership_thanks
    where by_practice_id = ${byPracticeId} and practice_id = (
      select iif(inviter_practice_id = ${byPracticeId}, invitee_practice_id, inviter_practice_id)
      from partnerships where id = ${partnershipId})
    order by thanked_at desc limit 1`);

/** How often each partner thanked the practice in that time. */
export const selectThanks = (query: Query, practiceId: string, from: number, until: number) =>
  query.all<{ partner_id: string; partner_name: string; count: number }>(sql`
    select counted.by_practice_id as partner_id, practices.name as partner_name, counted.count
    from (select by_practice_id, count(*) as count from partnership_thanks
      where practice_id = ${practiceId} and thanked_at >= ${from} and thanked_at < ${until}
      group by by_practice_id) as counted
    join practices on practices.id = counted.by_practice_id`);
