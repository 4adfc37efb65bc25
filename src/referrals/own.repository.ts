/**
 * What each side keeps of a referral for itself: the ids under which its systems know it, and its metadata. Never told
 * to the other side, which cannot tell whether there is any.
 */
import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import type { Query, Statement } from '../platform/db/database.ts';
import {
  client_records,
  deliveries,
  external_ids,
  referral_metadata,
  referrals,
  webhook_endpoints,
} from '../platform/db/schema.ts';

export type ExternalIdRow = typeof external_ids.$inferSelect;
export type MetadataRow = typeof referral_metadata.$inferSelect;

const sidesOf = (referralId: string | SQL) => sql`
  select sender_practice_id from ${referrals} where id = ${referralId}
  union all select receiver_practice_id from ${referrals} where id = ${referralId}`;

export const selectExternalIds = (query: Query, referralId: string, practiceId: string) =>
  query
    .select()
    .from(external_ids)
    .where(and(eq(external_ids.practice_id, practiceId), eq(external_ids.referral_id, referralId)))
    .orderBy(asc(external_ids.system));

export const selectMetadata = (query: Query, referralId: string, practiceId: string) =>
  query
    .select()
    .from(referral_metadata)
    .where(and(eq(referral_metadata.practice_id, practiceId), eq(referral_metadata.referral_id, referralId)));

/** What its side says of it itself. */
export const setExternalId = (query: Query, row: Omit<ExternalIdRow, 'client_told'>) =>
  query
    .insert(external_ids)
    .values(row)
    .onConflictDoUpdate({
      target: [external_ids.practice_id, external_ids.referral_id, external_ids.system],
      set: { external_id: row.external_id },
    });

export const removeExternalId = (
  query: Query,
  { practice_id, referral_id, system }: Pick<ExternalIdRow, 'practice_id' | 'referral_id' | 'system'>,
) =>
  query
    .delete(external_ids)
    .where(
      and(
        eq(external_ids.practice_id, practice_id),
        eq(external_ids.referral_id, referral_id),
        eq(external_ids.system, system),
      ),
    );

export const setMetadata = (query: Query, row: MetadataRow) =>
  query
    .insert(referral_metadata)
    .values(row)
    .onConflictDoUpdate({
      target: [referral_metadata.practice_id, referral_metadata.referral_id],
      set: { sealed_metadata: row.sealed_metadata },
    });

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

/**
 * When the client is erased what the sides keep goes with it, the ids too, as each leads to a record about the client. What is still to be
 * delivered takes its record's id along, so that the CRM hears of the erasure; it is deleted when the delivery ends.
 */
export const deleteOwnData = (query: Query, referralId: string): Statement[] =>
  [
    query.run(sql`
      update ${deliveries} set kept = json_object('record_id', known.external_id)
      from ${external_ids} as known, ${webhook_endpoints} as endpoint
      where known.referral_id = ${referralId} and known.practice_id in (${sidesOf(referralId)})
        and known.external_id is not null
        and endpoint.practice_id = known.practice_id and endpoint.deleted_at is null
        and coalesce(endpoint.format_settings ->> 'system', endpoint.format) = known.system
        and deliveries.endpoint_id = endpoint.id and deliveries.state in ('pending', 'held')
        and deliveries.position in (select position from events where events.referral_id = ${referralId})`),
    query.run(sql`
      delete from ${external_ids} where practice_id in (${sidesOf(referralId)}) and referral_id = ${referralId}`),
    query.run(sql`
      delete from ${referral_metadata} where practice_id in (${sidesOf(referralId)}) and referral_id = ${referralId}`),
  ] as Statement[];
