/** Under which ids a referral is known in the systems of its sides: each side's own, never told to the other. */
import { sql } from 'drizzle-orm';
import type { Query, Statement } from '../platform/db/database.ts';
import {
  client_records,
  deliveries,
  external_ids,
  referrals,
  webhook_endpoints,
} from '../platform/db/schema.ts';

export interface LearnedId {
  readonly practiceId: string;
  readonly referralId: string;
  readonly system: string;
  /** Null where the system did not say. */
  readonly externalId: string | null;
  readonly clientTold: boolean;
  readonly now: number;
}

/** What an endpoint learned of its receiver's record. Nothing of a referral whose client was erased meanwhile. */
export const keepLearnedId = (query: Query, learned: LearnedId) =>
  query.run(sql`
    insert into ${external_ids} (practice_id, referral_id, system, external_id, client_told, created_at)
    select ${learned.practiceId}, ${learned.referralId}, ${learned.system}, ${learned.externalId},
      ${learned.clientTold ? 1 : 0}, ${learned.now}
    where exists (select 1 from ${client_records} where referral_id = ${learned.referralId})
    on conflict do update set external_id = coalesce(excluded.external_id, external_id),
      client_told = max(excluded.client_told, client_told)`);

const sidesOf = (referralId: string) => sql`
  select sender_practice_id from ${referrals} where id = ${referralId}
  union all select receiver_practice_id from ${referrals} where id = ${referralId}`;

/**
 * When the client is erased the ids go with it, as each leads to a record about the client. What is still to be
 * delivered takes its record's id along, so that the CRM hears of the erasure; it is deleted when the delivery ends.
 */
export const deleteExternalIds = (query: Query, referralId: string): Statement[] =>
  [
    query.run(sql`
      update ${deliveries} set kept = json_object('record_id', known.external_id)
      from ${external_ids} as known, ${webhook_endpoints} as endpoint
      where known.referral_id = ${referralId} and known.practice_id in (${sidesOf(referralId)})
        and known.external_id is not null
        and endpoint.practice_id = known.practice_id
        and coalesce(endpoint.format_settings ->> 'system', endpoint.format) = known.system
        and deliveries.endpoint_id = endpoint.id and deliveries.state in ('pending', 'held')
        and deliveries.position in (select position from events where events.referral_id = ${referralId})`),
    query.run(sql`
      delete from ${external_ids} where practice_id in (${sidesOf(referralId)}) and referral_id = ${referralId}`),
  ] as Statement[];
