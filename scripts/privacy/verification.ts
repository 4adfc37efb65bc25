/** Checks the chains of all referrals, page by page. */
import {
  checkChain,
  type LedgerEntry,
  type LedgerHead,
  type LedgerLink,
  type LedgerVerdict,
} from '../../src/privacy/ledger/chain.ts';
import { ENTRY_COLUMNS } from '../../src/privacy/ledger/ledger.repository.ts';
import { type Execute, quote } from '../local/database.ts';

const REFERRALS_PER_PAGE = 200;
/** While a page is read, somebody may act on a referral: a fault counts when it is there again. */
const READINGS_MAX = 3;

export interface CheckedReferral extends LedgerVerdict {
  readonly referral_id: string;
}

export async function countReferrals(execute: Execute): Promise<number> {
  const [rows] = await execute(['select count(*) as count from referrals']);
  return Number(rows?.[0]?.count ?? 0);
}

/** `range` is SQL about a referral's id. */
async function checkRange(
  execute: Execute,
  key: CryptoKey,
  range: (column: string) => string,
): Promise<CheckedReferral[]> {
  const results = await execute([
    `select id, version from referrals where ${range('id')} order by id`,
    `select * from ledger_links where ${range('referral_id')} order by referral_id, number`,
    `select * from ledger_heads where ${range('referral_id')}`,
    `select ${ENTRY_COLUMNS.event} from events as entry where ${range('entry.referral_id')}`,
    `select ${ENTRY_COLUMNS.disclosure} from disclosures as entry where ${range('entry.referral_id')}`,
  ]);
  const now = Date.now();
  const [referrals = [], links, heads, events = [], disclosures = []] = results;
  const byReferral = <T extends { referral_id: string }>(rows: unknown) =>
    Map.groupBy((rows ?? []) as T[], ({ referral_id }) => referral_id);
  const linksOf = byReferral<LedgerLink>(links);
  const headOf = byReferral<LedgerHead>(heads);
  const entriesOf = byReferral<LedgerEntry>([...events, ...disclosures]);
  return Promise.all(
    referrals.map(async ({ id, version }) => {
      const referral_id = String(id);
      const file = {
        links: linksOf.get(referral_id) ?? [],
        head: headOf.get(referral_id)?.[0],
        entries: entriesOf.get(referral_id) ?? [],
        version: Number(version),
      };
      return { referral_id, ...(await checkChain(key, file, now)) };
    }),
  );
}

async function checkAgain(
  execute: Execute,
  key: CryptoKey,
  checked: CheckedReferral,
): Promise<CheckedReferral> {
  let latest = checked;
  for (let readings = 1; readings < READINGS_MAX && latest.first_broken; readings += 1) {
    const [again] = await checkRange(execute, key, (column) => `${column} = ${quote(checked.referral_id)}`);
    latest = again ?? latest;
  }
  return latest;
}

/** Yields the verdicts of page after page, by the referrals' ids. */
export async function* checkAll(
  execute: Execute,
  key: CryptoKey,
  referralsPerPage = REFERRALS_PER_PAGE,
): AsyncGenerator<CheckedReferral[]> {
  let after = '';
  for (;;) {
    const from = quote(after);
    const last = `(select max(id) from (select id from referrals where id > ${from} order by id limit ${referralsPerPage}))`;
    const page = await checkRange(execute, key, (column) => `${column} > ${from} and ${column} <= ${last}`);
    const end = page.at(-1);
    if (!end) return;
    after = end.referral_id;
    const sure: CheckedReferral[] = [];
    for (const one of page) sure.push(one.first_broken ? await checkAgain(execute, key, one) : one);
    yield sure;
  }
}
