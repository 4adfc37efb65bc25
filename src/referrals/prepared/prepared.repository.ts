import { and, asc, desc, eq, getTableColumns, lt, lte, sql } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import { join_invitations, prepared_referrals } from '../../platform/db/schema.ts';

type StoredRow = typeof prepared_referrals.$inferSelect;
type Invitation = typeof join_invitations.$inferSelect;

/** What its sender may know of the invitation, and no more. */
export type KnownInvitation = Pick<
  Invitation,
  | 'invitee_name'
  | 'registered_at'
  | 'revoked_at'
  | 'expires_at'
  | 'decision'
  | 'practice_id'
  | 'partnership_id'
>;

/** A prepared referral with its invitation, without what is sealed. */
export type PreparedRow = Omit<StoredRow, 'sealed_wish'> & { readonly invitation: KnownInvitation };
/** The same with it. */
export type WholePreparedRow = PreparedRow & Pick<StoredRow, 'sealed_wish'>;

const { sealed_wish, ...columns } = getTableColumns(prepared_referrals);

const invitation = sql<KnownInvitation>`(
  select json_object('invitee_name', invited.invitee_name, 'registered_at', invited.registered_at,
    'revoked_at', invited.revoked_at, 'expires_at', invited.expires_at, 'decision', invited.decision,
    'practice_id', invited.practice_id, 'partnership_id', invited.partnership_id)
  from ${join_invitations} as invited where invited.id = prepared_referrals.invitation_id)`
  .mapWith((text: string) => JSON.parse(text) as KnownInvitation)
  .as('invitation');

const listed = { ...columns, invitation };

export const selectPrepared = (query: Query, practiceId: string, preparedId: string) =>
  query
    .select({ ...listed, sealed_wish })
    .from(prepared_referrals)
    .where(and(eq(prepared_referrals.id, preparedId), eq(prepared_referrals.practice_id, practiceId)))
    .limit(1);

// A literal: only so does SQLite see the partial index.
const isOpen = sql`${prepared_referrals.state} = 'waiting'`;

/** Newest first. */
export const selectPreparedOf = (
  query: Query,
  practiceId: string,
  onlyOpen: boolean,
  before: string,
  limit: number,
) =>
  query
    .select(listed)
    .from(prepared_referrals)
    .where(
      and(
        eq(prepared_referrals.practice_id, practiceId),
        onlyOpen ? isOpen : undefined,
        lt(prepared_referrals.id, before),
      ),
    )
    .orderBy(desc(prepared_referrals.id))
    .limit(limit);

/** So many of one practice wait at once. The guard `prepared_referrals_limit` holds the same number. */
export const PREPARED_MAX = 100;

/** Those of one client: looked for among the few that wait. */
export const selectPreparedOfClient = (query: Query, practiceId: string, lookups: readonly string[]) =>
  query
    .select(listed)
    .from(prepared_referrals)
    .where(
      and(
        eq(prepared_referrals.practice_id, practiceId),
        isOpen,
        sql`exists (select 1 from json_each(${prepared_referrals.lookups}) as known
          where known.value in (select value from json_each(${JSON.stringify(lookups)})))`,
      ),
    )
    .orderBy(desc(prepared_referrals.id))
    .limit(PREPARED_MAX);

/** Is there where as many wait as may wait. */
export const selectLastPrepared = (query: Query, practiceId: string) =>
  query
    .select({ id: prepared_referrals.id })
    .from(prepared_referrals)
    .where(and(eq(prepared_referrals.practice_id, practiceId), isOpen))
    .limit(1)
    .offset(PREPARED_MAX - 1);

export const insertPrepared = (query: Query, row: typeof prepared_referrals.$inferInsert) =>
  query
    .insert(prepared_referrals)
    .values(row)
    .returning({ ...listed, sealed_wish });

export const updatePrepared = (
  query: Query,
  { id, version }: Pick<StoredRow, 'id' | 'version'>,
  change: Partial<StoredRow>,
) =>
  query
    .update(prepared_referrals)
    .set({ ...change, version: version + 1 })
    .where(eq(prepared_referrals.id, id))
    .returning({ ...listed, sealed_wish });

/** What is left of it once it is closed. */
export const closed = (state: Exclude<StoredRow['state'], 'waiting'>, now: number) => ({
  state,
  sealed_wish: null,
  lookups: [] as string[],
  notice_due_at: null,
  updated_at: now,
});

export const selectDuePrepared = (query: Query, now: number, limit: number) =>
  query
    .select(listed)
    .from(prepared_referrals)
    .where(lte(prepared_referrals.notice_due_at, now))
    .orderBy(asc(prepared_referrals.notice_due_at))
    .limit(limit);

/** No change that anybody sees: its version stays. */
export const noteTold = (
  query: Query,
  { id, notice_due_at }: Pick<StoredRow, 'id' | 'notice_due_at'>,
  told: StoredRow['told'],
  nextAt: number,
) =>
  query
    .update(prepared_referrals)
    .set({ told, notice_due_at: nextAt })
    .where(and(eq(prepared_referrals.id, id), sql`${prepared_referrals.notice_due_at} is ${notice_due_at}`));
