import { and, asc, gt, gte, lte, sql } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import { consents, disclosures, ledger_chains, ledger_checks, referrals } from '../../platform/db/schema.ts';
import { feedbackActive } from '../feedback.repository.ts';
import type { LedgerCheck } from './verdict.ts';

/** The check that covers a referral, if one does. */
export const selectCheck = (query: Query, referralId: string) =>
  query
    .select()
    .from(ledger_checks)
    .where(gte(ledger_checks.last_id, referralId))
    .orderBy(asc(ledger_checks.last_id))
    .limit(1);

/**
 * The referrals to check next: those after the last one that was ever checked, else those from the oldest check on
 * that is older than `before`.
 * @param madeUntil those that were made later are left to later, the first time
 */
export const selectNextToCheck = (query: Query, before: number, madeUntil: number, limit: number) =>
  query.all<{ after_id: string; id: string }>(sql`
    with latest as (select coalesce(max(last_id), '') as id from ${ledger_checks}),
    start as (select case
        when exists (select 1 from ${referrals} as fresh, latest where fresh.id > latest.id and fresh.created_at <= ${madeUntil})
        then (select id from latest)
        else (select coalesce((select max(earlier.last_id) from ${ledger_checks} as earlier where earlier.last_id < oldest.last_id), '')
          from ${ledger_checks} as oldest where oldest.checked_at < ${before} order by oldest.checked_at limit 1) end as after_id)
    select (select after_id from start) as after_id, referral.id from ${referrals} as referral
    where referral.id > (select after_id from start)
      and (referral.created_at <= ${madeUntil} or referral.id <= (select id from latest))
    order by referral.id limit ${limit}`);

/** Writes a check in place of those that it covers; one that it covers in part goes on for the rest. */
export const replaceChecks = (query: Query, check: LedgerCheck) =>
  [
    query
      .delete(ledger_checks)
      .where(and(gt(ledger_checks.last_id, check.after_id), lte(ledger_checks.last_id, check.last_id))),
    query.insert(ledger_checks).values(check),
  ] as const;

/**
 * How long the chain is and how much waits for it; no row for a sender that may not know, and no work for it. What there
 * is in all is counted by the last of each kind.
 */
export const selectKnownCounts = (query: Query, referralId: string, practiceId: string, now: number) =>
  query.all<{ sealed_count: number; pending_count: number }>(sql`
    select sealed as sealed_count, max(0, entries - sealed) as pending_count from (
      select coalesce((select number from ${ledger_chains} where referral_id = known.id), 0) as sealed,
        known.version
        + coalesce((select last.number from ${disclosures} as last where last.referral_id = known.id
            order by last.disclosed_at desc, last.number desc limit 1), 0)
        + coalesce((select 1 + (given.revoked_at is not null) from ${consents} as given where given.referral_id = known.id), 0)
        as entries
      from ${referrals} as known
      where known.id = ${referralId}
        and (known.receiver_practice_id = ${practiceId} or ${feedbackActive(sql`known.id`, now)}))`);
