import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Query, Statement } from '../platform/db/database.ts';
import {
  attempts,
  client_lookups,
  client_records,
  consent_requests,
  consents,
  contacts,
  deliveries,
  event_recipients,
  events,
  plan_items,
  referral_messages,
  referrals,
  retainedSince,
  webhook_endpoints,
} from '../platform/db/schema.ts';

const deliveriesOf = (referralId: string) => sql`
  select delivery.endpoint_id, delivery.position from ${events} as event
  join ${event_recipients} as told on told.position = event.position
    and told.practice_id in (select sender_practice_id from ${referrals} where id = ${referralId}
      union all select receiver_practice_id from ${referrals} where id = ${referralId})
  join ${webhook_endpoints} as endpoint on endpoint.practice_id = told.practice_id
  join ${deliveries} as delivery on delivery.endpoint_id = endpoint.id and delivery.position = event.position
  where event.referral_id = ${referralId}`;

/**
 * Deletes what names or describes the client of one referral. With the row of `client_records` goes the only copy of
 * the data key, so that a ciphertext which survives elsewhere (a backup's page, a forgotten column) stays shut.
 * @param endsLink whether the client's link ends with it: that of a choice leads to the others as long as one is there
 */
export const deleteClientData = (
  query: Query,
  referralId: string,
  endsLink: boolean,
  now: number,
): Statement[] =>
  [
    query.run(sql`
      delete from ${client_lookups} where referral_id = ${referralId} and lookup in (
        select value from json_each((select lookups from ${client_records} where referral_id = ${referralId})))`),
    query.delete(client_records).where(eq(client_records.referral_id, referralId)),
    query.delete(referral_messages).where(eq(referral_messages.referral_id, referralId)),
    query.delete(plan_items).where(eq(plan_items.referral_id, referralId)),
    query.delete(contacts).where(eq(contacts.referral_id, referralId)),
    // Who signed, the proof, the text with its names, and the purposes in the sender's own words. That it was given, for
    // which categories and until when, and the hash of the text, stays.
    query
      .update(consents)
      .set({ sealed_signature: '', sealed_text: null, sealed_purposes: '' })
      .where(eq(consents.referral_id, referralId)),
    query
      .update(consent_requests)
      .set({
        sealed_purposes: '',
        ...(endsLink ? { ended_at: sql`coalesce(${consent_requests.ended_at}, ${now})` } : {}),
      })
      .where(eq(consent_requests.referral_id, referralId)),
    // A receiver's answer to a webhook may repeat what it was sent, and the id of its record leads to the client there.
    query.run(sql`
      update ${attempts} set response_excerpt = null
      where response_excerpt is not null and (endpoint_id, position) in (${deliveriesOf(referralId)})`),
    query.run(sql`
      update ${deliveries} set kept = '{}' where kept <> '{}' and (endpoint_id, position) in (${deliveriesOf(referralId)})`),
  ] as Statement[];

/** Referrals whose client waits since `cutoff` or earlier to be erased, the oldest first. */
export const selectErasable = (query: Query, cutoff: number, limit: number) =>
  query
    .select({ id: referrals.id })
    .from(referrals)
    .where(and(isNull(referrals.erased_at), sql`${retainedSince(referrals)} <= ${cutoff}`))
    .orderBy(asc(retainedSince(referrals)))
    .limit(limit);
