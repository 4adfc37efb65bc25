/** What of a client leaves to the receiver, and the log of it: one statement is both. */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { disclosures, practices, quoted } from '../platform/db/schema.ts';
import { DISCLOSED_STATES } from './lifecycle.ts';

export type DisclosureAttempt = {
  readonly referralId: string;
  readonly practiceId: string;
  /** The referral with its client, as most do, or its action plan alone. */
  readonly shows?: 'file' | 'plan' | undefined;
  readonly now: number;
} & (
  | { readonly way: 'api'; readonly keyId: string }
  | {
      readonly way: 'webhook';
      readonly endpointId: string;
      /** Categories that stay here although the consent covers them. */
      readonly withheld: readonly string[];
      /** Without it no records of substance-use treatment leave (42 CFR 2.32). */
      readonly carriesNotice: boolean;
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
    isGood: attempt.carriesNotice ? sql`1` : sql`c.part2 = 0`,
    withheld: sql`${JSON.stringify(attempt.withheld)}`,
  };
}

/** The categories of the `covered` referral that are shown, one a row. */
const shownCategories = ({ shows }: DisclosureAttempt): SQL =>
  shows === 'plan'
    ? sql`
          select 'plan' as category
          where whole and exists (select 1 from plan_items as item where item.referral_id = covered.referral_id
            and (item.author = 'sender' or item.changed_by = 'sender'))`
    : sql`
          select wanted.value as category from json_each(covered.categories) as wanted
          where whole and case wanted.value
            when 'reason' then reason is not null when 'background' then background is not null
            when 'notes' then notes is not null when 'documents' then documents is not null
            when 'intake' then intake is not null else 1 end
          union all
          select 'messages'
          where exists (select 1 from referral_messages as m
              where m.referral_id = covered.referral_id and m.author = 'sender' and m.kind in ('answer', 'message'))
            and (whole or exists (select 1 from json_each(covered.directions) as d where d.value = 'messages'))`;

/** From the one row of what an active consent lets leave to the receiver at this moment, as `disclosed`, if anything. */
function fromDue(attempt: DisclosureAttempt): SQL {
  const { isGood, withheld } = passage(attempt);
  return sql`
    from (
      select referral_id, (
        select json_group_array(category) from (
          ${shownCategories(attempt)}
        ) where category not in (select value from json_each(${withheld}))) as disclosed
      from (
        select r.id as referral_id, c.categories, c.directions,
          k.reason, k.background, k.notes, k.documents, k.intake,
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
    ) as due
    where json_array_length(disclosed) > 0`;
}

/** Of the referral that is `due`: numbers and times go on in the order of commits, whatever an isolate's clock says. */
const lastDisclosure = (column: 'number' | 'disclosed_at') => sql`(
  select last.${sql.raw(column)} from ${disclosures} as last where last.referral_id = due.referral_id
  order by last.disclosed_at desc, last.number desc limit 1)`;

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
    insert into ${disclosures} (number, referral_id, categories, way, key_id, disclosed_at)
    select 1 + coalesce(${lastDisclosure('number')}, 0), referral_id, disclosed, ${attempt.way}, ${passage(attempt).through}, max(${attempt.now}, coalesce(${lastDisclosure('disclosed_at')}, 0))
    ${fromDue(attempt)}
    returning categories as disclosed`);

/** A row where `discloseToReceiver` would write one: then nothing may be shown without the log. */
export const selectDueDisclosure = (query: Query, attempt: DisclosureAttempt) =>
  query.all<{ disclosed: string }>(sql`select disclosed ${fromDue(attempt)}`);

const isReceiver = (referralId: string, practiceId: string) =>
  sql`exists (select 1 from referrals as told where told.id = ${referralId} and told.receiver_practice_id = ${practiceId})`;

/** The categories that were ever disclosed to the practice, as a JSON list. */
export const selectToldCategories = (query: Query, referralId: string, practiceId: string) =>
  query
    .select({
      categories: sql<string>`json_group_array(distinct told.value)`.as('categories'),
    })
    .from(sql`${disclosures}, json_each(${disclosures.categories}) as told`)
    .where(and(eq(disclosures.referral_id, referralId), isReceiver(referralId, practiceId)));

/** A row where the practice was told who the client is. */
export const selectIdentityDisclosure = (query: Query, referralId: string, practiceId: string) =>
  query
    .select({ id: disclosures.id })
    .from(disclosures)
    .where(
      and(
        eq(disclosures.referral_id, referralId),
        isReceiver(referralId, practiceId),
        sql`exists (select 1 from json_each(${disclosures.categories}) as told where told.value = 'identity')`,
      ),
    )
    .limit(1);
