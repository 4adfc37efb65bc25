/**
 * The rolling check of all chains: each minute a bounded number of them, those that were never checked first, then
 * those whose check is oldest. Its order and its times do not depend on what anybody does with a referral, so that
 * they tell nobody what is hidden from them.
 */
import type { Database } from '../../platform/db/database.ts';
import { MINUTE_MS } from '../../platform/durations.ts';
import { checkReferrals } from './check.ts';
import { replaceChecks, selectNextToCheck } from './checks.repository.ts';
import type { LedgerKeys } from './ledger-keys.ts';
import { signCheck } from './verdict.ts';

const REFERRALS_PER_CHECK = 100;
const CHECKS_PER_RUN_MAX = 6;
/** A chain of so many times what one reading takes is left to `npm run verify-ledger`. */
const READINGS_PER_CHAIN_MAX = 10;
/** Those that were made since may still be on their way into the database, behind others with a later id. */
const ON_THE_WAY_MS_MAX = MINUTE_MS;

export async function recheckChains(database: Database, keys: LedgerKeys, now: number): Promise<void> {
  const { query } = database;
  for (let checks = 0; checks < CHECKS_PER_RUN_MAX; checks += 1) {
    const [next] = await database.batch([
      selectNextToCheck(query, now, now - ON_THE_WAY_MS_MAX, REFERRALS_PER_CHECK),
    ]);
    const [first] = next;
    if (!first) return;
    const checked = await checkReferrals(
      (statements) => database.batch(statements.map((statement) => query.all(statement))),
      keys,
      first.after_id,
      next.map(({ id }) => id),
      READINGS_PER_CHAIN_MAX,
    );
    const exceptions = checked.flatMap(({ referral_id, is_checked, first_broken }) =>
      first_broken || !is_checked ? [[referral_id, first_broken] as const] : [],
    );
    const check = await signCheck(keys, {
      after_id: first.after_id,
      last_id: checked.at(-1)?.referral_id ?? first.id,
      checked_at: now,
      exceptions: Object.fromEntries(exceptions),
    });
    await database.batch(replaceChecks(query, check));
  }
}
