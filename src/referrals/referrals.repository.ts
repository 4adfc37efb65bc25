import { and, asc, desc, eq, getTableColumns, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { RunnableQuery } from 'drizzle-orm/runnable-query';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Query, Statement } from '../platform/db/database.ts';
import { EXAMINED_PER_PAGE } from '../platform/db/pages.ts';
import { prepared, preparedById, preparedInsert } from '../platform/db/prepared.ts';
import {
  client_lookups,
  client_records,
  contacts,
  event_recipients,
  events,
  external_ids,
  type PracticeStatus,
  practices,
  referral_messages,
  referrals,
} from '../platform/db/schema.ts';
import { REFERRAL_STATES, type ReferralState } from '../platform/db/states.ts';
import { isFinal, type Progress, storedProgress } from './lifecycle.ts';
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
export const selectReferral = preparedById((query, referralId) =>
  concealed<TrueReferral>(selectNamed(query, {}).where(eq(referrals.id, referralId)).limit(1)),
);

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

/** Its side's own short messages: those of the other are not even read. */
export const countShortMessages = (query: Query, referralId: string, practiceId: string) =>
  query
    .select({ count: sql<number>`count(*)`.as('count') })
    .from(referral_messages)
    .where(
      and(
        eq(referral_messages.referral_id, referralId),
        sql`${referral_messages.author} = (
          select iif(own.sender_practice_id = ${practiceId}, 'sender', 'receiver')
          from ${referrals} as own where own.id = ${referralId})`,
        eq(referral_messages.kind, 'message'),
      ),
    );

export const selectMessage = (query: Query, referralId: string, messageId: string) =>
  query
    .select()
    .from(referral_messages)
    .where(and(eq(referral_messages.id, messageId), eq(referral_messages.referral_id, referralId)))
    .limit(1);

export const selectContacts = (query: Query, referralId: string) =>
  query.select().from(contacts).where(eq(contacts.referral_id, referralId)).orderBy(asc(contacts.id));

/** So many of one practice may wait for an answer at another. The guard `referrals_waiting_limit` holds the same number. */
export const WAITING_PER_RECEIVER_MAX = 100;

/** Is there where as many wait as may wait. The states are literals so that SQLite sees the partial index. */
export const selectLastWaiting = prepared<{ senderId: string; receiverId: string }>()(
  (query, { senderId, receiverId }) =>
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
      .offset(WAITING_PER_RECEIVER_MAX - 1),
);

/** The states in which, as far as the sender knows, a referral is open. */
const OPEN_STATES = REFERRAL_STATES.filter((state) => !isFinal(state));

export const selectOpenReferralOfClient = prepared<{ clientIndex: string }>()((query, { clientIndex }) =>
  query
    .select({ id: referrals.id })
    .from(referrals)
    .where(and(eq(referrals.client_index, clientIndex), inArray(referrals.sender_state, OPEN_STATES)))
    .limit(1),
);

export interface ReferralFilter {
  readonly states?: readonly ReferralState[] | undefined;
  readonly partnerId?: string | undefined;
  /** Of a system of the practice's own. */
  readonly externalId?: string | undefined;
}

const columnsOf = (direction: Direction) =>
  direction === 'sent'
    ? {
        mine: referrals.sender_practice_id,
        theirs: referrals.receiver_practice_id,
        state: referrals.sender_state,
        version: referrals.sender_version,
      }
    : {
        mine: referrals.receiver_practice_id,
        theirs: referrals.sender_practice_id,
        state: referrals.state,
        version: referrals.receiver_version,
      };

/** What one side's referrals are filtered by: what that side knows. */
function matches(
  direction: Direction,
  practiceId: string,
  { states, partnerId, externalId }: ReferralFilter,
) {
  const columns = columnsOf(direction);
  return and(
    // By its id a referral is one of a few: they are looked up, not found among all of the practice's.
    externalId === undefined
      ? eq(columns.mine, practiceId)
      : sql`+${columns.mine} = ${practiceId} and ${referrals.id} in (
          select known.referral_id from ${external_ids} as known
          where known.practice_id = ${practiceId} and known.external_id = ${externalId})`,
    direction === 'sent' ? undefined : sql`${referrals.sent_at} is not null`,
    states === undefined ? undefined : inArray(columns.state, [...states]),
    partnerId === undefined ? undefined : eq(columns.theirs, partnerId),
  );
}

/** Sorts after every id. */
export const LAST_ID = '~';

/** Newest first. @param downTo no further than this id */
export const selectReferrals = (
  query: Query,
  direction: Direction,
  practiceId: string,
  filter: ReferralFilter,
  beforeId: string,
  downTo: SQL | null,
  limit: number,
) =>
  concealed<ListedReferral>(
    selectNamed(query, { feedback_until })
      .where(
        and(
          matches(direction, practiceId, filter),
          lt(referrals.id, beforeId),
          downTo === null ? undefined : sql`${referrals.id} >= ${downTo}`,
        ),
      )
      .orderBy(desc(referrals.id))
      .limit(limit),
  );

/**
 * The last id that one page looks at, of either direction that is asked for: however rare what it looks for is among a
 * practice's own.
 */
export function examinedDownTo(directions: readonly Direction[], practiceId: string, beforeId: string): SQL {
  const ofSide = (direction: Direction) => {
    const { mine } = columnsOf(direction);
    return sql`coalesce((select ${referrals.id} from ${referrals}
      where ${mine} = ${practiceId} ${direction === 'sent' ? sql`` : sql`and ${referrals.sent_at} is not null`}
        and ${referrals.id} < ${beforeId} order by ${referrals.id} desc limit 1 offset ${EXAMINED_PER_PAGE - 1}), '')`;
  };
  const [one, other] = directions.map(ofSide);
  return one && other ? sql`max(${one}, ${other})` : (one ?? other ?? sql`''`);
}

export const selectExaminedDownTo = (query: Query, downTo: SQL) =>
  query.all<{ id: string }>(sql`select ${downTo} as id`);

/** As of the event by which the practice was told of the last change. */
export type ChangedReferral = ListedReferral & { readonly position: number };

const examinedEvents = (practiceId: string, afterPosition: number) => sql`
  select ahead.position from ${event_recipients} as ahead
  where ahead.practice_id = ${practiceId} and ahead.position > ${afterPosition}
  order by ahead.position limit ${EXAMINED_PER_PAGE}`;

/** In the order of change: an event that a later one of its referral has followed is passed over. */
export function selectChangedReferrals(
  query: Query,
  directions: readonly Direction[],
  practiceId: string,
  filter: ReferralFilter,
  afterPosition: number,
  limit: number,
) {
  const isLatest = (direction: Direction) =>
    and(matches(direction, practiceId, filter), eq(event_recipients.sequence, columnsOf(direction).version));
  const listed = selectNamed(query, {
    feedback_until,
    position: sql<number>`${event_recipients.position}`.as('position'),
  })
    .innerJoin(events, eq(events.referral_id, referrals.id))
    .innerJoin(
      event_recipients,
      and(eq(event_recipients.position, events.position), eq(event_recipients.practice_id, practiceId)),
    )
    .where(
      and(
        sql`${event_recipients.position} in (${examinedEvents(practiceId, afterPosition)})`,
        or(...directions.map(isLatest)),
      ),
    )
    .orderBy(asc(event_recipients.position))
    .limit(limit);
  return concealed<ChangedReferral>(listed);
}

/** Where the looking through ends; null where there is nothing after it. */
export const selectExaminedEvents = (query: Query, practiceId: string, afterPosition: number) =>
  query.all<{ end: number | null }>(sql`
    select iif(count(*) = ${EXAMINED_PER_PAGE}, max(position), null) as end
    from (${examinedEvents(practiceId, afterPosition)})`);

/** A row above about a thousand bytes would get a page of its own for what is more. */
const withShortProgress = <T extends Partial<ReferralRow>>({ sender_progress, ...row }: T) => ({
  ...row,
  ...(sender_progress === undefined ? {} : { sender_progress: storedProgress(sender_progress as Progress) }),
});

const insertReferralRow = preparedInsert(referrals);

export const insertReferral = (query: Query, row: ReferralRow) =>
  insertReferralRow(query, withShortProgress(row) as ReferralRow);

export const insertClientRecord = preparedInsert(client_records);

const insertLookups = prepared<{ referralId: string; lookups: string }>()((query, { referralId, lookups }) =>
  query.run(sql`
    insert into ${client_lookups} (lookup, referral_id)
    select value, ${referralId} from json_each(${lookups})`),
);
export const insertClientLookups = (query: Query, referralId: string, lookups: readonly string[]) =>
  insertLookups(query, { referralId, lookups: JSON.stringify(lookups) });

export const insertMessage = (query: Query, row: MessageRow) => query.insert(referral_messages).values(row);

export const insertContact = (query: Query, row: ContactRow) => query.insert(contacts).values(row);

/** A lost race is refused by the guard on `version`, and by the event's sequence. */
export const updateReferral = (query: Query, referralId: string, change: Partial<ReferralRow>) =>
  query.update(referrals).set(withShortProgress(change)).where(eq(referrals.id, referralId));

export const selectDueReferrals = (query: Query, now: number, limit: number) =>
  query
    .select({ id: referrals.id })
    .from(referrals)
    .where(and(sql`${referrals.deadline_at} is not null`, sql`${referrals.deadline_at} <= ${now}`))
    .orderBy(asc(referrals.deadline_at))
    .limit(limit);
