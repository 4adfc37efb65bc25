import { and, asc, eq, isNull, ne, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import { preparedById } from '../../platform/db/prepared.ts';
import {
  choices,
  client_records,
  consent_requests,
  type PracticeStatus,
  referrals,
} from '../../platform/db/schema.ts';
import type { PracticeRow } from '../../practices/practices.repository.ts';
import { heldCredentialsOf } from '../../verification/credentials.repository.ts';
import { concealed, feedback_until, type ListedReferral, selectNamed } from '../referrals.repository.ts';

type ChoiceRow = typeof choices.$inferSelect;

/** A subquery for the choice that a referral belongs to; null of a referral to one practice. */
export const choiceOf = (referralId: string | SQL | Placeholder) =>
  sql`(select choice_id from ${referrals} where id = ${referralId})`;

/** A subquery for the referral in one place of a choice. */
export const memberAt = (choiceId: SQL, place: number) =>
  sql`(select id from ${referrals} where choice_id = ${choiceId} and choice_place = ${place})`;

export const insertChoice = (query: Query, row: ChoiceRow) => query.insert(choices).values(row);

/** The client has answered; the order is fixed from here on. */
export const decideChoice = (query: Query, choiceId: string, now: number) =>
  query.update(choices).set({ decided_at: now }).where(eq(choices.id, choiceId));

/** A referral of a choice, and when the client answered. */
export type MemberReferral = ListedReferral & { readonly decided_at: number | null };

const decided_at = sql<number | null>`(
  select answered.decided_at from ${choices} as answered where answered.id = referrals.choice_id)`.as(
  'decided_at',
);

/** All of a choice, in the sender's order. */
export const selectMembers = (query: Query, choiceId: string | SQL) =>
  concealed<MemberReferral>(
    selectNamed(query, { feedback_until, decided_at })
      .where(eq(referrals.choice_id, choiceId))
      .orderBy(asc(referrals.choice_place)),
  );

/** The others of the choice that a referral belongs to; none where it belongs to none. */
export const selectOtherMembers = (query: Query, referralId: string) =>
  concealed<MemberReferral>(
    selectNamed(query, { feedback_until, decided_at })
      .where(and(eq(referrals.choice_id, choiceOf(referralId)), ne(referrals.id, referralId)))
      .orderBy(asc(referrals.choice_place)),
  );

const ofChoice = (choiceId: string | SQL) => sql`(
  select member.id from ${referrals} as member where member.choice_id = ${choiceId})`;

/** The clients of a choice's referrals, as far as they were not erased: one person, sealed for each receiver anew. */
export const selectMemberRecords = (query: Query, choiceId: string) =>
  query
    .select()
    .from(client_records)
    .where(sql`${client_records.referral_id} in ${ofChoice(choiceId)}`);

/** The link that is open for a choice. */
export const selectChoiceRequest = (query: Query, choiceId: string | SQL) =>
  query
    .select()
    .from(consent_requests)
    .where(
      and(isNull(consent_requests.ended_at), sql`${consent_requests.referral_id} in ${ofChoice(choiceId)}`),
    )
    .limit(1);

/** One that the client named and that was not asked yet, with what decides whether it can be. */
export type InLine = ListedReferral & {
  /** Until when the consent that names it holds; null: it was taken back. */
  readonly consent_until: number | null;
  readonly partnership_state: 'invited' | 'active' | 'paused' | 'declined' | 'ended';
  readonly receiver_capacity: PracticeRow['capacity'];
  readonly sender_status: PracticeStatus;
  readonly receiver_status: PracticeStatus;
  /** JSON lists of `HeldCredential`. */
  readonly sender_credentials: string;
  readonly receiver_credentials: string;
};

const lineColumns = {
  feedback_until,
  consent_until: sql<number | null>`(
    select given.expires_at from consents as given
    where given.referral_id = referrals.id and given.revoked_at is null)`.as('consent_until'),
  partnership_state: sql<string>`(
    select agreed.state from partnerships as agreed where agreed.id = referrals.partnership_id)`.as(
    'partnership_state',
  ),
  receiver_capacity: sql<string>`receiver.capacity`.as('receiver_capacity'),
  sender_credentials: heldCredentialsOf(sql`referrals.sender_practice_id`).as('sender_credentials'),
  receiver_credentials: heldCredentialsOf(sql`referrals.receiver_practice_id`).as('receiver_credentials'),
};

/** Who waits behind a referral of a choice, in the client's order; nobody where it belongs to none. */
export const selectInLine = preparedById((query, referralId) =>
  concealed<InLine>(
    selectNamed(query, lineColumns)
      .where(
        and(
          eq(referrals.choice_id, choiceOf(referralId)),
          eq(referrals.state, 'awaiting_consent'),
          sql`${referrals.choice_rank} is not null`,
          ne(referrals.id, referralId),
        ),
      )
      .orderBy(asc(referrals.choice_rank)),
  ),
);

/** One that the sender sent to somebody else after this one. */
export const selectFollower = (query: Query, referralId: string) =>
  query.all<{ id: string }>(sql`
    select later.id from ${referrals} as later
    where later.previous_id = ${referralId} and later.sent_at is not null
      and later.sender_practice_id = (select sender_practice_id from ${referrals} where id = ${referralId})
    limit 1`);
