/** Checks the chains of all referrals, page by page. */
import type { SQL } from 'drizzle-orm';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import { type CheckedReferral, checkReferrals, type Read } from '../../src/ledger/chain/check.ts';
import type { LedgerKeys } from '../../src/ledger/chain/ledger-keys.ts';
import { type Execute, quote } from '../local/database.ts';

const REFERRALS_PER_PAGE = 200;
/** While a page is read, somebody may act on a referral: a fault counts when it is there again. */
const READINGS_MAX = 3;

const dialect = new SQLiteSyncDialect();

/** wrangler takes no values beside the text. */
function toText(statement: SQL): string {
  const { sql, params } = dialect.sqlToQuery(statement);
  let index = 0;
  return sql.replaceAll('?', () => {
    const value = params[index++];
    return typeof value === 'number' ? String(value) : quote(String(value));
  });
}

export async function countReferrals(execute: Execute): Promise<number> {
  const [rows] = await execute(['select count(*) as count from referrals']);
  return Number(rows?.[0]?.count ?? 0);
}

/** Yields the verdicts of page after page, by the referrals' ids. */
export async function* checkAll(
  execute: Execute,
  keys: LedgerKeys,
  referralsPerPage = REFERRALS_PER_PAGE,
): AsyncGenerator<CheckedReferral[]> {
  const read: Read = (statements) => execute(statements.map(toText));
  const checkAgain = async (afterId: string, checked: CheckedReferral) => {
    let latest = checked;
    for (let readings = 1; readings < READINGS_MAX && latest.first_broken; readings += 1)
      [latest = checked] = await checkReferrals(read, keys, afterId, [checked.referral_id]);
    return latest;
  };
  let after = '';
  for (;;) {
    const [rows = []] = await execute([
      `select id from referrals where id > ${quote(after)} order by id limit ${referralsPerPage}`,
    ]);
    if (rows.length === 0) return;
    const page = await checkReferrals(
      read,
      keys,
      after,
      rows.map(({ id }) => String(id)),
    );
    const sure: CheckedReferral[] = [];
    for (const one of page) {
      sure.push(one.first_broken ? await checkAgain(after, one) : one);
      after = one.referral_id;
    }
    yield sure;
  }
}
