import { asc, lte, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { practices, referrals, report_months, report_partners } from '../platform/db/schema.ts';
import type { Direction, Fact, Kept } from './kept.ts';
import type { Month } from './months.ts';
import type { BothWays } from './tally.ts';

/** Whose report, and where it is narrowed to one partner, that one. */
export interface Reader {
  readonly practiceId: string;
  readonly partnerId?: string | undefined;
}

const monthsOf = (months: readonly Month[]) => sql`json_each(${JSON.stringify(months)})`;

const keptFor = (practiceId: string, fromAt: SQL) => sql`exists (
  select 1 from ${report_months} as kept
  where kept.practice_id = ${practiceId} and kept.from_at = ${fromAt} and kept.figures is not null)`;

/** Members of a JSON object that are null are left out. */
const withoutNulls = (json: SQL) => sql`json_patch('{}', ${json})`;

/** What the receiver of a referral knows: all of its progress. */
const trueProgress = sql`json_object(
  'state', state, 'sent_at', sent_at, 'respond_by', respond_by, 'needs_info_total_ms', needs_info_total_ms,
  'answered_at', answered_at, 'accepted_at', accepted_at, 'decline_reason', decline_reason, 'engaged_at', engaged_at,
  'outcome_at', outcome_at, 'not_engaged_reason', not_engaged_reason, 'ended_at', ended_at)`;

/** That the client was sent elsewhere is the sender's own knowledge: the receiver's next step is none of it. */
const sentOn = sql`exists (select 1 from ${referrals} as later
  where later.previous_id = referrals.id and later.sender_practice_id = referrals.sender_practice_id)`;

const SIDES = {
  given: {
    mine: sql.raw('sender_practice_id'),
    partner: sql.raw('receiver_practice_id'),
    progress: sql`json_set(sender_progress, '$.state', sender_state)`,
    feedbackUntil: sql`sender_feedback_until`,
    forwarded: sentOn,
    isRoot: sql`previous_id is null`,
  },
  received: {
    mine: sql.raw('receiver_practice_id'),
    partner: sql.raw('sender_practice_id'),
    progress: trueProgress,
    feedbackUntil: sql`null`,
    forwarded: sql`0`,
    // Whom else the client named in a choice is no business of the one that is asked: it counts what it received.
    isRoot: sql`(previous_id is null or choice_id is not null)`,
  },
} as const;

/** The referrals of a month that is not kept. */
export interface CohortRow {
  readonly from_at: number;
  readonly facts: Fact[];
  /** Of the partners, by their ids. */
  readonly names: Readonly<Record<string, string>>;
}

type TextOf<T> = { readonly [K in keyof T]: T[K] extends number ? number : string };

/**
 * One direction of the months of `months` that are not kept, roots of their chains only; a month to a row. The referrals
 * are gathered into one value, and the partners' names are looked up beside it: so each referral is one row read, and
 * what is read is the practice's own index range and nothing else.
 */
export const selectCohorts = (
  query: Query,
  direction: Direction,
  { practiceId, partnerId }: Reader,
  months: readonly Month[],
) => {
  const { mine, partner, progress, feedbackUntil, forwarded, isRoot } = SIDES[direction];
  const fact = sql`json_object(
    'partner_id', ${partner}, 'reason', reason, 'progress', ${withoutNulls(progress)},
    'feedback_until', ${feedbackUntil}, 'forwarded', json(iif(${forwarded}, 'true', 'false')),
    'from_event', json(iif(source_event_id is null, 'false', 'true')))`;
  return query.all<TextOf<CohortRow>>(sql`
    with asked as (select value ->> 'from' as from_at, value ->> 'until' as until_at from ${monthsOf(months)}),
    found as materialized (
      select from_at, (
        select json_object('facts', json_group_array(${fact}), 'partners', json_group_array(distinct ${partner}))
        from ${referrals}
        where ${mine} = ${practiceId} and sent_at >= asked.from_at and sent_at < asked.until_at and ${isRoot}
          ${partnerId === undefined ? sql`` : sql`and ${partner} = ${partnerId}`}
      ) as cohort
      from asked where not ${keptFor(practiceId, sql`asked.from_at`)})
    select from_at, cohort -> 'facts' as facts, (
      select json_group_object(named.id, named.name)
      from json_each(cohort -> 'partners') as partner cross join practices as named on named.id = partner.value
    ) as names
    from found`);
};

/** What is kept of the months, of all partners together. */
export const selectKeptMonths = (query: Query, practiceId: string, months: readonly Month[]) =>
  query.all<{ from_at: number; figures: string }>(sql`
    select kept.from_at as from_at, kept.figures as figures
    from ${monthsOf(months)} as asked cross join ${report_months} as kept
      on kept.practice_id = ${practiceId} and kept.from_at = asked.value ->> 'from'
    where kept.figures is not null`);

/** What is kept of the months, a partner to a row. */
export const selectKeptPartners = (
  query: Query,
  { practiceId, partnerId }: Reader,
  months: readonly Month[],
) =>
  query.all<{ from_at: number; partner_id: string; partner_name: string; figures: string }>(sql`
    select part.from_at as from_at, part.partner_id as partner_id, part.partner_name as partner_name,
      part.figures as figures
    from ${monthsOf(months)} as asked
    cross join ${report_months} as kept
      on kept.practice_id = ${practiceId} and kept.from_at = asked.value ->> 'from'
    cross join ${report_partners} as part on part.practice_id = kept.practice_id and part.from_at = kept.from_at
      ${partnerId === undefined ? sql`` : sql`and part.partner_id = ${partnerId}`}
    where kept.figures is not null`);

export const parseKept = (figures: string) => JSON.parse(figures) as BothWays<Kept>;

export const parseCohorts = (rows: readonly TextOf<CohortRow>[]): CohortRow[] =>
  rows.map(({ from_at, facts, names }) => ({
    from_at,
    facts: JSON.parse(facts) as Fact[],
    names: JSON.parse(names) as Record<string, string>,
  }));

export const selectReportingPractice = (query: Query, practiceId: string, onlyIf = sql`1`) =>
  query.all<{ name: string; time_zone: string }>(
    sql`select name, time_zone from practices where id = ${practiceId} and ${onlyIf}`,
  );

/** Says who computes what will be kept of a month. Whoever began before is too late; what is kept stays. */
export const claimMonth = (query: Query, practiceId: string, { from, until }: Month, token: string) =>
  query.run(sql`
    insert into ${report_months} (practice_id, from_at, until_at, token)
    values (${practiceId}, ${from}, ${until}, ${token})
    on conflict (practice_id, from_at) do update set token = excluded.token where figures is null`);

/** What is to be kept of one partner. */
export interface KeptPartner {
  readonly partner_id: string;
  readonly figures: BothWays<Kept>;
}

/** Only where nothing changed since the claim. */
export const keepMonth = (
  query: Query,
  practiceId: string,
  { from }: Month,
  token: string,
  totals: BothWays<Kept>,
  partners: readonly KeptPartner[],
) => {
  const isMine = sql`exists (select 1 from ${report_months} as mine
    where mine.practice_id = ${practiceId} and mine.from_at = ${from} and mine.token = ${token})`;
  return [
    query.run(
      sql`delete from ${report_partners} where practice_id = ${practiceId} and from_at = ${from} and ${isMine}`,
    ),
    query.run(sql`
      insert into ${report_partners} (practice_id, from_at, partner_id, partner_name, figures)
      select ${practiceId}, ${from}, value ->> 'partner_id',
        (select name from practices where id = value ->> 'partner_id'), value -> 'figures'
      from json_each(${JSON.stringify(partners)}) where ${isMine}`),
    query.run(sql`
      update ${report_months} set figures = ${JSON.stringify(totals)}
      where practice_id = ${practiceId} and from_at = ${from} and token = ${token}`),
  ];
};

export type DuePractice = Pick<
  typeof practices.$inferSelect,
  'id' | 'status' | 'time_zone' | 'report_due_at'
> & {
  /** The last month that was announced; in another zone it may be over once more. */
  readonly told_month: string | null;
};

export const selectDuePractices = (query: Query, now: number, limit: number) =>
  query
    .select({
      id: practices.id,
      status: practices.status,
      time_zone: practices.time_zone,
      report_due_at: practices.report_due_at,
      told_month: sql<string | null>`(select max(share.month) from report_shares as share
        where share.practice_id = practices.id and share.created_by_key_id is null)`.as('told_month'),
    })
    .from(practices)
    .where(lte(practices.report_due_at, now))
    .orderBy(asc(practices.report_due_at))
    .limit(limit);

/** Changes nothing where somebody else was faster, or the practice moved to another zone. */
export const moveDue = (query: Query, { id, report_due_at, time_zone }: DuePractice, nextDueAt: number) =>
  query.run(sql`update ${practices} set report_due_at = ${nextDueAt}
    where id = ${id} and report_due_at = ${report_due_at} and time_zone = ${time_zone}`);
