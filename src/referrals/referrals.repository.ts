import { and, asc, desc, eq, getTableColumns, gt, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { RunnableQuery } from 'drizzle-orm/runnable-query';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Query, Statement } from '../platform/db/database.ts';
import {
  client_lookups,
  client_records,
  contacts,
  type PracticeStatus,
  practices,
  referral_messages,
  referrals,
} from '../platform/db/schema.ts';
import type { ReferralState } from '../platform/db/states.ts';
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

export interface SenderDesk {
  readonly city: string;
  readonly jurisdiction: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly professional: string | null;
}

/** Who refers, as a person calls them. */
export const selectSenderDesk = (query: Query, referralId: string) =>
  query.all<SenderDesk>(sql`
    select desk.city as city, desk.jurisdiction as jurisdiction, desk.contact_phone as phone,
      desk.contact_email as email, person.name as professional
    from referrals as referral
    join practices as desk on desk.id = referral.sender_practice_id
    left join professionals as person on person.id = referral.sender_professional_id
    where referral.id = ${referralId}`);

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
