import { and, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm';
import { INVITATIONS_PER_DAY_MAX, INVITATIONS_UNANSWERED_MAX } from '../partnerships/quotas.ts';
import type { Query } from '../platform/db/database.ts';
import { one } from '../platform/db/plan.ts';
import { api_keys, join_invitations, type PracticeStatus } from '../platform/db/schema.ts';
import type { RegistrationState } from './state.ts';

export type JoinInvitationRow = typeof join_invitations.$inferSelect;

export const insertInvitation = (query: Query, row: typeof join_invitations.$inferInsert) =>
  query.insert(join_invitations).values(row).returning();

export const updateInvitation = (
  query: Query,
  { id, version }: Pick<JoinInvitationRow, 'id' | 'version'>,
  change: Partial<JoinInvitationRow>,
) =>
  query
    .update(join_invitations)
    .set({ ...change, version: version + 1 })
    .where(eq(join_invitations.id, id))
    .returning();

export const selectOwnInvitation = (query: Query, practiceId: string, invitationId: string) =>
  query
    .select()
    .from(join_invitations)
    .where(and(eq(join_invitations.id, invitationId), eq(join_invitations.inviter_practice_id, practiceId)))
    .limit(1);

/** Newest first. */
export const selectInvitations = (query: Query, practiceId: string, before: string, limit: number) =>
  query
    .select()
    .from(join_invitations)
    .where(and(eq(join_invitations.inviter_practice_id, practiceId), lt(join_invitations.id, before)))
    .orderBy(desc(join_invitations.id))
    .limit(limit);

/** As far as it bounds a further one: see `partnerships/quotas.ts`. */
export const quotaPlan = (query: Query, practiceId: string, now: number) => ({
  oldestOfDay: one(
    query
      .select({ created_at: join_invitations.created_at })
      .from(join_invitations)
      .where(eq(join_invitations.inviter_practice_id, practiceId))
      .orderBy(desc(join_invitations.id))
      .limit(1)
      .offset(INVITATIONS_PER_DAY_MAX - 1),
  ),
  lastUnanswered: one(
    query
      .select({ id: join_invitations.id })
      .from(join_invitations)
      .where(
        and(
          eq(join_invitations.inviter_practice_id, practiceId),
          gt(join_invitations.expires_at, now),
          // Literals: only so does SQLite see the partial index.
          sql`${join_invitations.registered_at} is null and ${join_invitations.revoked_at} is null`,
        ),
      )
      .limit(1)
      .offset(INVITATIONS_UNANSWERED_MAX - 1),
  ),
});

/** What a link leads to: the invitation, who made it, and who registered by it. */
export interface GuestRow extends JoinInvitationRow {
  readonly inviter_name: string;
  readonly inviter_status: PracticeStatus;
  /** Whether the key that made it still works. */
  readonly is_key_good: 0 | 1;
  readonly practice_name: string | null;
  readonly practice_status: PracticeStatus | null;
  /** The first key, and whether it was used. */
  readonly first_key_used_at: number | null;
}

/** Raw: every column is named, and those of the invitation are as they stand. */
export const selectGuest = (query: Query, invitationId: string, now: number) =>
  query.all<GuestRow>(sql`
    select invitation.*, inviter.name as inviter_name, inviter.status as inviter_status,
      exists (select 1 from ${api_keys} as maker where maker.id = invitation.created_by_key_id
        and maker.revoked_at is null and (maker.expires_at is null or maker.expires_at > ${now})) as is_key_good,
      joined.name as practice_name, joined.status as practice_status, first_key.last_used_at as first_key_used_at
    from ${join_invitations} as invitation
    join practices as inviter on inviter.id = invitation.inviter_practice_id
    left join practices as joined on joined.id = invitation.practice_id
    left join ${api_keys} as first_key on first_key.id = invitation.first_key_id
    where invitation.id = ${invitationId}`);

/** A registration as the operator reads it. */
export interface RegistrationRow
  extends Pick<
    JoinInvitationRow,
    | 'id'
    | 'decision'
    | 'registered_at'
    | 'terms_version'
    | 'terms_agreed_by'
    | 'decided_at'
    | 'refusal_reason'
    | 'partnership_id'
    | 'revoked_at'
  > {
  readonly inviter_id: string;
  readonly inviter_name: string;
  readonly practice_id: string;
  readonly practice_name: string;
  readonly contact_email: string | null;
  readonly contact_phone: string | null;
  readonly professional_name: string;
  readonly credential_id: string;
  readonly credential_status: string;
}

const WHERE: Record<RegistrationState, SQL> = {
  waiting: sql`invitation.registered_at is not null and invitation.decision is null`,
  admitted: sql`invitation.decision = 'admitted'`,
  refused: sql`invitation.decision = 'refused'`,
};

/** Each with the first professional and that one's first credential: those that it registered with. */
const registrationOf = (condition: SQL) => sql`
    select invitation.id, invitation.decision, invitation.registered_at, invitation.terms_version, invitation.terms_agreed_by,
      invitation.decided_at, invitation.refusal_reason, invitation.partnership_id, invitation.revoked_at,
      inviter.id as inviter_id, inviter.name as inviter_name, joined.id as practice_id, joined.name as practice_name,
      joined.contact_email, joined.contact_phone, person.name as professional_name,
      held.id as credential_id, held.status as credential_status
    from ${join_invitations} as invitation
    join practices as inviter on inviter.id = invitation.inviter_practice_id
    join practices as joined on joined.id = invitation.practice_id
    join professionals as person on person.id = (
      select min(id) from professionals where practice_id = invitation.practice_id)
    join credentials as held on held.id = (
      select min(id) from credentials where professional_id = person.id)
    where ${condition}`;

/** Oldest first. */
export const selectRegistrations = (query: Query, state: RegistrationState, after: string, limit: number) =>
  query.all<RegistrationRow>(
    sql`${registrationOf(sql`${WHERE[state]} and invitation.id > ${after}`)} order by invitation.id limit ${limit}`,
  );

export const selectRegistration = (query: Query, invitationId: string) =>
  query.all<RegistrationRow>(registrationOf(sql`invitation.id = ${invitationId}`));

/** The practice that registered by an invitation, as a subquery. */
export const joinedPractice = (invitationId: string) =>
  sql`(select practice_id from ${join_invitations} where id = ${invitationId})`;

/** Both practices of an invitation, as a subquery. */
export const partiesOfInvitation = (invitationId: string) => sql`(
  select inviter_practice_id from ${join_invitations} where id = ${invitationId}
  union all select practice_id from ${join_invitations} where id = ${invitationId})`;
