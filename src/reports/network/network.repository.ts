import { and, desc, eq, getTableColumns, gt, isNotNull, isNull, lte, sql } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import {
  network_months,
  partnerships,
  practices,
  referrals,
  webhook_endpoints,
} from '../../platform/db/schema.ts';
import type { Month } from '../months.ts';
import { type Figures, type PracticeFacts, STEPS_PER_DOUBLING } from './figures.ts';

export interface NetworkMonthRow extends Omit<typeof network_months.$inferSelect, 'figures'> {
  readonly figures: Figures;
}

/** Whoever writes them writes figures. */
const rowOf = {
  ...getTableColumns(network_months),
  figures: sql<Figures>`${network_months.figures}`.mapWith(JSON.parse).as('figures'),
};

/** The month that is counted now, or was counted last. */
export const selectNewestMonth = (query: Query) =>
  query
    .select(rowOf)
    .from(network_months)
    .where(gt(network_months.month, ''))
    .orderBy(desc(network_months.month))
    .limit(1);

/** @param month `YYYY-MM`; null: the last that was counted */
export const selectCountedMonth = (query: Query, month: string | null) =>
  query
    .select(rowOf)
    .from(network_months)
    .where(
      and(
        month === null ? lte(network_months.month, '9999-12') : eq(network_months.month, month),
        isNotNull(network_months.counted_at),
      ),
    )
    .orderBy(desc(network_months.month))
    .limit(1);

/** Ids sort by time. */
export const selectFirstPractice = (query: Query) =>
  query
    .select({ created_at: practices.created_at })
    .from(practices)
    .where(gt(practices.id, ''))
    .orderBy(practices.id)
    .limit(1);

/** Of two minutes at the same time one finds it there. */
export const beginMonth = (query: Query, month: string, figures: Figures) =>
  query
    .insert(network_months)
    .values({ month, figures: { ...figures } })
    .onConflictDoNothing();

const stepOf = (time: string) =>
  sql.raw(
    `cast(floor(${STEPS_PER_DOUBLING} * log2(max(1, (${time} - sent_at - needs_info_total_ms) / 1000))) as integer)`,
  );

type FactsRow = {
  readonly [K in keyof PracticeFacts]: PracticeFacts[K] extends boolean | number ? number : string;
} & { readonly id: string };

/** The next practices with what they had in the month: three rows read for each referral, one for each partnership and endpoint. */
export const selectPracticeFacts = (query: Query, { from, until }: Month, afterId: string, limit: number) => {
  const inMonth = (side: 'sender' | 'receiver') => sql`
    from ${referrals} where ${sql.raw(side)}_practice_id = p.id and sent_at >= ${from} and sent_at < ${until} and previous_id is null`;
  const counted = (name: ReturnType<typeof sql>, among: ReturnType<typeof sql>) => sql`(
    select json_group_object(name, count) from (select ${name} as name, count(*) as count ${among} group by 1))`;
  const received = inMonth('receiver');
  const active = (side: 'inviter' | 'invitee') =>
    sql`from ${partnerships} where ${sql.raw(side)}_practice_id = p.id and state = 'active'`;
  return query.all<FactsRow>(sql`
    select p.id as id, p.status = 'active' as is_active,
      exists (select 1 ${inMonth('sender')}) as sends,
      exists (select 1 ${active('inviter')}) or exists (select 1 ${active('invitee')}) as has_partner,
      (select count(*) ${active('inviter')}) as invited_partners,
      ${counted(sql`state`, received)} as states,
      ${counted(stepOf('accepted_at'), sql`${received} and accepted_at is not null`)} as accept,
      ${counted(stepOf('engaged_at'), sql`${received} and engaged_at is not null`)} as engage,
      ${counted(
        sql`format || ' ' || case when enabled = 0 then 'disabled' when failing_since is not null then 'failing'
          when confirmed_at is null then 'unconfirmed' else 'working' end`,
        sql`from ${webhook_endpoints} where practice_id = p.id and deleted_at is null`,
      )} as endpoints
    from ${practices} as p where p.id > ${afterId} order by p.id limit ${limit}`);
};

const countsIn = (text: string) => JSON.parse(text) as Record<string, number>;

export function toFacts(row: FactsRow): PracticeFacts {
  const endpoints: Record<string, Record<string, number>> = {};
  for (const [name, count] of Object.entries(countsIn(row.endpoints))) {
    const [format = '', health = ''] = name.split(' ');
    endpoints[format] = { ...endpoints[format], [health]: count };
  }
  return {
    is_active: row.is_active === 1,
    sends: row.sends === 1,
    has_partner: row.has_partner === 1,
    invited_partners: row.invited_partners,
    states: countsIn(row.states),
    accept: countsIn(row.accept),
    engage: countsIn(row.engage),
    endpoints,
  };
}

/** Only where nobody else went on from the same practice. */
export const goOn = (
  query: Query,
  { month, after_id }: NetworkMonthRow,
  next: { readonly after_id: string; readonly figures: Figures; readonly counted_at: number | null },
) =>
  query
    .update(network_months)
    .set({ ...next, figures: { ...next.figures } })
    .where(
      and(
        eq(network_months.month, month),
        eq(network_months.after_id, after_id),
        isNull(network_months.counted_at),
      ),
    );
