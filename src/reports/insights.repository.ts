import { sql } from 'drizzle-orm';
import { isDormant, lastActiveAt } from '../partnerships/partnerships.repository.ts';
import type { Query } from '../platform/db/database.ts';
import { many, one } from '../platform/db/plan.ts';
import { credentials, partnerships, practices, professionals, referrals } from '../platform/db/schema.ts';
import type { HeldCredential, NetworkPace, Present, Standing, UnansweredReferral } from './insights.ts';
import { medianToAccept } from './network/figures.ts';
import { type NetworkMonthRow, selectCountedMonth } from './network/network.repository.ts';

/** Written as the index has it: only so does SQLite see that it holds what is asked for. */
const isWaiting = sql`sender_state in ('awaiting_consent', 'sent', 'needs_info')`;

type StandingRow = Omit<Standing, 'asked' | 'is_dormant'> & {
  readonly is_dormant: number;
  readonly asked: string;
};

type Side = 'inviter' | 'invitee';

/** Of one side's partnerships those in which something is to be done: a row read for each, and for each question that waits. */
const selectStandings = (query: Query, mine: Side, practiceId: string, now: number) => {
  const partnerId = sql.raw(`partnerships.${mine === 'inviter' ? 'invitee' : 'inviter'}_practice_id`);
  const asked = sql`${referrals} as asked
    where asked.receiver_practice_id = ${partnerId} and asked.sender_state = 'needs_info'
      and asked.sender_practice_id = ${practiceId} and asked.${isWaiting}`;
  return query.all<StandingRow>(sql`
    select id as partnership_id, ${partnerId} as practice_id, ${isDormant(now)} as is_dormant,
      ${lastActiveAt} as quiet_since, (select name from ${practices} where id = ${partnerId}) as name, (
        select json_group_array(json_object('referral_id', asked.id, 'sent_at', asked.sender_progress -> 'sent_at'))
        from ${asked}) as asked
    from ${partnerships}
    where ${sql.raw(mine)}_practice_id = ${practiceId} and state in ('active', 'paused', 'ended')
      and (exists (select 1 from ${asked})
        or (${isDormant(now)} and (select status from ${practices} where id = ${partnerId}) = 'active'))`);
};

/** A row read for each. */
const selectUnanswered = (query: Query, practiceId: string) =>
  query.all<UnansweredReferral>(sql`
    select id as referral_id, sender_practice_id as practice_id, sent_at, respond_by,
      (select name from ${practices} where id = referrals.sender_practice_id) as name
    from ${referrals}
    where receiver_practice_id = ${practiceId} and sender_state = 'sent' and ${isWaiting} and state = 'sent'`);

/** Those that count. The plus keeps SQLite from looking through everybody's verified ones. */
const selectHeld = (query: Query, practiceId: string) =>
  query.all<HeldCredential>(sql`
    select held.id as credential_id, person.id as professional_id, person.name as professional_name, held.held_kind as kind,
      held.title as title, held.jurisdiction as jurisdiction, held.ends_on as expires_on
    from ${professionals} as person cross join ${credentials} as held on held.professional_id = person.id
    where person.practice_id = ${practiceId} and +held.status = 'verified' and held.suspended_at is null`);

export const presentPlan = (query: Query, practiceId: string, now: number) => ({
  invited: many(selectStandings(query, 'inviter', practiceId, now)),
  invitedBy: many(selectStandings(query, 'invitee', practiceId, now)),
  unanswered: many(selectUnanswered(query, practiceId)),
  credentials: many(selectHeld(query, practiceId)),
  network: one(selectCountedMonth(query, null)),
});

function paceOf(row: NetworkMonthRow | undefined): NetworkPace | null {
  const median_seconds = row ? medianToAccept(row.figures) : null;
  return row && median_seconds !== null ? { month: row.month, median_seconds } : null;
}

export const toPresent = ({
  invited,
  invitedBy,
  unanswered,
  credentials: held,
  network,
}: {
  readonly invited: readonly StandingRow[];
  readonly invitedBy: readonly StandingRow[];
  readonly unanswered: readonly UnansweredReferral[];
  readonly credentials: readonly HeldCredential[];
  readonly network: NetworkMonthRow | undefined;
}): Present => ({
  network: paceOf(network),
  standings: [...invited, ...invitedBy].map((row) => ({
    ...row,
    is_dormant: row.is_dormant === 1,
    asked: JSON.parse(row.asked) as Standing['asked'],
  })),
  unanswered,
  credentials: held,
});
