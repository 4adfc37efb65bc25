import { and, asc, desc, eq, getTableColumns, gt, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { RunnableQuery } from 'drizzle-orm/runnable-query';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Query, Statement } from '../platform/db/database.ts';
import {
  client_lookups,
  client_records,
  contacts,
  disclosures,
  type PracticeStatus,
  practices,
  quoted,
  referral_messages,
  referrals,
} from '../platform/db/schema.ts';
import type { ReferralState } from '../platform/db/states.ts';
import { DISCLOSED_STATES } from './lifecycle.ts';
import type { ReferralRow, TrueReferral } from './truth.ts';

export type ClientRecordRow = typeof client_records.$inferSelect;
export type MessageRow = typeof referral_messages.$inferSelect;
export type ContactRow = typeof contacts.$inferSelect;
export type Direction = 'sent' | 'received';

const sender = alias(practices, 'sender');
const receiver = alias(practices, 'receiver');

/** Each practice is looked up once for its name and how it stands. Every column is aliased: the rows travel in a batch. */
const named = {
  ...getTableColumns(referrals),
  sender_name: sql<string>`${sender.name}`.as('sender_name'),
  sender_status: sql<PracticeStatus>`${sender.status}`.as('sender_status'),
  receiver_name: sql<string>`${receiver.name}`.as('receiver_name'),
  receiver_status: sql<PracticeStatus>`${receiver.status}`.as('receiver_status'),
};

/** Referrals with what is known of their two practices, and further columns. */
export const selectNamed = <C extends Record<string, SQL.Aliased>>(query: Query, columns: C) =>
  query
    .select({ ...named, ...columns })
    .from(referrals)
    .innerJoin(sender, eq(sender.id, referrals.sender_practice_id))
    .innerJoin(receiver, eq(receiver.id, referrals.receiver_practice_id));

/** 1 where the consent has the way back at all, active or not. */
export const feedback_asked = sql<number>`exists (
  select 1 from consents as allowed, json_each(allowed.directions) as d
  where allowed.referral_id = referrals.id and d.value = 'feedback')`.as('feedback_asked');

/** Until when the consent lets outcomes reach the sender; null where it does not. */
export const feedback_until = sql<number | null>`(
  select allowed.expires_at from consents as allowed
  where allowed.referral_id = referrals.id and allowed.revoked_at is null
    and exists (select 1 from json_each(allowed.directions) as d where d.value = 'feedback'))`.as(
  'feedback_until',
);

/** A statement whose rows are referrals as they truly are: opaque to whoever answers by them. */
export const concealed = <R>(statement: Statement) => statement as RunnableQuery<R[], 'sqlite'>;

/** `feedback_until`: until when the consent lets outcomes reach the sender; null where it does not. */
export type ListedReferral = TrueReferral & { readonly feedback_until: number | null };

/** `referralId` may be a subquery that gives it, here and below. */
export const selectReferral = (query: Query, referralId: string | SQL) =>
  concealed<TrueReferral>(selectNamed(query, {}).where(eq(referrals.id, referralId)).limit(1));

/** A subquery for one of the ids that a referral names. */
export const idNamedBy = (
  referralId: string | SQL,
  column: 'sender_practice_id' | 'receiver_practice_id' | 'partnership_id',
) => sql`(select ${sql.identifier(column)} from referrals where id = ${referralId})`;

export const selectClientRecord = (query: Query, referralId: string | SQL) =>
  query.select().from(client_records).where(eq(client_records.referral_id, referralId)).limit(1);

export const selectMessages = (query: Query, referralId: string) =>
  query
    .select()
    .from(referral_messages)
    .where(eq(referral_messages.referral_id, referralId))
    .orderBy(asc(referral_messages.id));

export const selectContacts = (query: Query, referralId: string) =>
  query.select().from(contacts).where(eq(contacts.referral_id, referralId)).orderBy(asc(contacts.id));

/** So many of one practice may wait for an answer at another. The guard `referrals_waiting_limit` holds the same number. */
export const WAITING_PER_RECEIVER_MAX = 100;

/** Is there where as many wait as may wait. The states are literals so that SQLite sees the partial index. */
export const selectLastWaiting = (query: Query, senderId: string, receiverId: string) =>
  query
    .select({ sender_practice_id: referrals.sender_practice_id })
    .from(referrals)
    .where(
      and(
        eq(referrals.sender_practice_id, senderId),
        eq(referrals.receiver_practice_id, receiverId),
        sql`${referrals.sender_state} in ('awaiting_consent', 'sent', 'needs_info')`,
      ),
    )
    .limit(1)
    .offset(WAITING_PER_RECEIVER_MAX - 1);

export const selectOpenReferralOfClient = (
  query: Query,
  clientIndex: string,
  openStates: readonly ReferralState[],
) =>
  query
    .select({ id: referrals.id })
    .from(referrals)
    .where(and(eq(referrals.client_index, clientIndex), inArray(referrals.sender_state, [...openStates])))
    .limit(1);

export interface ReferralFilter {
  readonly state?: ReferralState | undefined;
  readonly partnerId?: string | undefined;
  readonly updatedSince?: number | undefined;
}

/** In the order of change where `updatedSince` is asked for, else the newest first. */
export type ReferralCursor = readonly [at: number, id: string] | null;

export function selectReferrals(
  query: Query,
  direction: Direction,
  practiceId: string,
  filter: ReferralFilter,
  cursor: ReferralCursor,
  limit: number,
) {
  const sent = direction === 'sent';
  const mine = sent ? referrals.sender_practice_id : referrals.receiver_practice_id;
  const theirs = sent ? referrals.receiver_practice_id : referrals.sender_practice_id;
  const state = sent ? referrals.sender_state : referrals.state;
  const changed = sent ? referrals.sender_updated_at : referrals.receiver_updated_at;
  const byChange = filter.updatedSince !== undefined;
  const listed = selectNamed(query, { feedback_until })
    .where(
      and(
        eq(mine, practiceId),
        sent ? undefined : sql`${referrals.sent_at} is not null`,
        filter.state === undefined ? undefined : eq(state, filter.state),
        filter.partnerId === undefined ? undefined : eq(theirs, filter.partnerId),
        filter.updatedSince === undefined ? undefined : gte(changed, filter.updatedSince),
        cursor === null
          ? undefined
          : byChange
            ? and(gte(changed, cursor[0]), or(gt(changed, cursor[0]), gt(referrals.id, cursor[1])))
            : lt(referrals.id, cursor[1]),
      ),
    )
    .orderBy(...(byChange ? [asc(changed), asc(referrals.id)] : [desc(referrals.id)]))
    .limit(limit);
  return concealed<ListedReferral>(listed);
}

export const insertReferral = (query: Query, row: typeof referrals.$inferInsert) =>
  query.insert(referrals).values(row);

export const insertClientRecord = (query: Query, row: ClientRecordRow) =>
  query.insert(client_records).values(row);

export const insertClientLookups = (query: Query, referralId: string, lookups: readonly string[]) =>
  query.run(sql`
    insert into ${client_lookups} (lookup, referral_id)
    select value, ${referralId} from json_each(${JSON.stringify(lookups)})`);

export const insertMessage = (query: Query, row: MessageRow) => query.insert(referral_messages).values(row);

export const insertContact = (query: Query, row: ContactRow) => query.insert(contacts).values(row);

/** A lost race is refused by the guard on `version`, and by the event's sequence. */
export const updateReferral = (query: Query, referralId: string, change: Partial<ReferralRow>) =>
  query.update(referrals).set(change).where(eq(referrals.id, referralId));

export const selectDueReferrals = (query: Query, now: number, limit: number) =>
  query
    .select({ id: referrals.id })
    .from(referrals)
    .where(and(sql`${referrals.deadline_at} is not null`, sql`${referrals.deadline_at} <= ${now}`))
    .orderBy(asc(referrals.deadline_at))
    .limit(limit);

export type DisclosureAttempt = {
  readonly id: string;
  readonly referralId: string;
  readonly practiceId: string;
  readonly now: number;
} & (
  | { readonly way: 'api'; readonly keyId: string }
  | {
      readonly way: 'webhook';
      readonly endpointId: string;
      /** Categories that stay here although the consent covers them. */
      readonly withheld: readonly string[];
    }
  | {
      readonly way: 'page';
      /** The endpoint or key that made the link. */
      readonly makerId: string;
      /** SQL: whether the link is still good, and the JSON list of the categories that it never shows. */
      readonly isGood: SQL;
      readonly withheld: SQL;
    }
);

/** Through what it left, whether that is allowed at all, and what stays here although the consent covers it. */
function passage(attempt: DisclosureAttempt): { through: string; isGood: SQL; withheld: SQL } {
  if (attempt.way === 'api') return { through: attempt.keyId, isGood: sql`1`, withheld: sql`'[]'` };
  if (attempt.way === 'page') return { ...attempt, through: attempt.makerId };
  return {
    through: attempt.endpointId,
    isGood: sql`1`,
    withheld: sql`${JSON.stringify(attempt.withheld)}`,
  };
}

/** From the one row of what an active consent lets leave to the receiver at this moment, as `disclosed`, if anything. */
function fromDue(attempt: DisclosureAttempt): SQL {
  const { isGood, withheld } = passage(attempt);
  return sql`
    from (
      select referral_id, consent_id, (
        select json_group_array(category) from (
          select wanted.value as category from json_each(covered.categories) as wanted
          where whole and case wanted.value
            when 'reason' then reason is not null when 'background' then background is not null
            when 'notes' then notes is not null when 'documents' then documents is not null else 1 end
          union all
          select 'messages'
          where exists (select 1 from referral_messages as m where m.referral_id = covered.referral_id and m.kind = 'answer')
            and (whole or exists (select 1 from json_each(covered.directions) as d where d.value = 'messages'))
        ) where category not in (select value from json_each(${withheld}))) as disclosed
      from (
        select r.id as referral_id, c.id as consent_id, c.categories, c.directions,
          k.reason, k.background, k.notes, k.documents,
          (r.state in (${quoted(DISCLOSED_STATES)})
            or (r.disclose = 'on_send' and c.disclose_on_send = 1)) as whole
        from referrals as r
        join consents as c on c.referral_id = r.id
        join client_records as k on k.referral_id = r.id
        join ${practices} as receiver on receiver.id = r.receiver_practice_id and receiver.status = 'active'
        join ${practices} as sender on sender.id = r.sender_practice_id
          and (sender.status = 'active' or r.state in (${quoted(DISCLOSED_STATES)}))
        where r.id = ${attempt.referralId} and r.receiver_practice_id = ${attempt.practiceId}
          and r.state in ('sent', 'needs_info', ${quoted(DISCLOSED_STATES)})
          and c.revoked_at is null and c.expires_at > ${attempt.now}
          and exists (select 1 from json_each(c.directions) as d where d.value = 'forward')
          and ${isGood}
      ) as covered
    )
    where json_array_length(disclosed) > 0`;
}

/**
 * The one rule of what leaves to the receiver, and the log of it: writes the disclosure and returns its categories
 * where an active consent covers something at this moment, else writes and returns nothing. Whoever shows client
 * data runs this in the same batch and shows what it returned.
 *
 * All consented categories leave once the referral is accepted (on sending, where sender and consent say so);
 * what the sender answered to a question leaves earlier only with the consent's `messages` direction. A receiver that is
 * suspended is disclosed nothing; while the sender is, only what had been accepted before.
 */
export const discloseToReceiver = (query: Query, attempt: DisclosureAttempt) =>
  query.all<{ disclosed: string }>(sql`
    insert into ${disclosures} (id, referral_id, practice_id, consent_id, categories, way, key_id, disclosed_at)
    select ${attempt.id}, referral_id, ${attempt.practiceId}, consent_id, disclosed, ${attempt.way},
      ${passage(attempt).through}, ${attempt.now}
    ${fromDue(attempt)}
    returning categories as disclosed`);

/** A row where `discloseToReceiver` would write one: then nothing may be shown without the log. */
export const selectDueDisclosure = (query: Query, attempt: DisclosureAttempt) =>
  query.all<{ disclosed: string }>(sql`select disclosed ${fromDue(attempt)}`);

/** A row where the practice was told who the client is. */
export const selectIdentityDisclosure = (query: Query, referralId: string, practiceId: string) =>
  query
    .select({ id: disclosures.id })
    .from(disclosures)
    .where(
      and(
        eq(disclosures.referral_id, referralId),
        eq(disclosures.practice_id, practiceId),
        sql`exists (select 1 from json_each(${disclosures.categories}) as told where told.value = 'identity')`,
      ),
    )
    .limit(1);
