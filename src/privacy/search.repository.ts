import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { client_lookups, referrals } from '../platform/db/schema.ts';
import {
  concealed,
  feedback_until,
  type ListedReferral,
  selectNamed,
} from '../referrals/referrals.repository.ts';

/** Sorts after every id. */
const LAST = '~';

/** Newest first. */
export const selectReferralsOfClient = (
  query: Query,
  senderId: string,
  lookups: readonly string[],
  limit: number,
  beforeId = LAST,
) =>
  concealed<ListedReferral>(
    selectNamed(query, { feedback_until })
      .where(
        and(
          sql`${referrals.id} in (
          select referral_id from ${client_lookups}
          where lookup in (select value from json_each(${JSON.stringify(lookups)})))`,
          eq(referrals.sender_practice_id, senderId),
          lt(referrals.id, beforeId),
        ),
      )
      .orderBy(desc(referrals.id))
      .limit(limit),
  );
