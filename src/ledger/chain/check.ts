/**
 * Computes chains again and compares them with what is stored: for the cron trigger, and for `npm run verify-ledger`,
 * which reads through wrangler.
 */
import type { SQL } from 'drizzle-orm';
import { CHAIN_START, followChain, judgeChain, type LedgerVerdict } from './chain.ts';
import { type ChainRows, selectChains } from './ledger.repository.ts';
import type { LedgerKeys } from './ledger-keys.ts';

/** Of a chain that is longer the rest is read after it: a poll of the receiver is a disclosure each time. */
const LINKS_PER_READING = 5000;

/** Runs statements one after the other and gives the rows of each. */
export type Read = (statements: readonly SQL[]) => Promise<readonly unknown[][]>;

export interface CheckedReferral extends LedgerVerdict {
  readonly referral_id: string;
  /** False where the chain is longer than what could be read. */
  readonly is_checked: boolean;
}

const read = async (
  reader: Read,
  afterId: string,
  lastId: string,
  afterNumber: number,
): Promise<ChainRows> => {
  const [facts, links, unsealed] = await reader(
    selectChains(afterId, lastId, afterNumber, LINKS_PER_READING),
  );
  return { facts, links, unsealed } as unknown as ChainRows;
};

const isFull = ({ links }: ChainRows) => links.length >= LINKS_PER_READING;

/** One chain, in as many readings as it takes. */
async function checkLongChain(
  reader: Read,
  keys: LedgerKeys,
  afterId: string,
  id: string,
  first: ChainRows,
  readingsMax: number,
): Promise<CheckedReferral[]> {
  let rows = first;
  let followed = await followChain(keys, CHAIN_START, rows.links);
  for (let readings = 1; isFull(rows) && !('fault' in followed) && readings < readingsMax; readings += 1) {
    rows = await read(reader, afterId, id, followed.number);
    followed = await followChain(keys, followed, rows.links);
  }
  const is_checked = 'fault' in followed || !isFull(rows);
  return rows.facts.map((facts) => ({
    referral_id: id,
    is_checked,
    ...judgeChain(followed, facts, rows.unsealed),
    ...(is_checked ? {} : { first_broken: null }),
  }));
}

/**
 * Checks the chains of referrals that follow each other, the first of them at least: as many as one reading takes.
 * @param afterId of the referral before them
 * @param readingsMax how many readings one long chain may take
 */
export async function checkReferrals(
  reader: Read,
  keys: LedgerKeys,
  afterId: string,
  ids: readonly string[],
  readingsMax = Number.POSITIVE_INFINITY,
): Promise<CheckedReferral[]> {
  const lastId = ids.at(-1);
  if (lastId === undefined) return [];
  const rows = await read(reader, afterId, lastId, 0);
  if (isFull(rows) && ids.length > 1)
    return checkReferrals(reader, keys, afterId, ids.slice(0, Math.ceil(ids.length / 2)), readingsMax);
  if (isFull(rows)) return checkLongChain(reader, keys, afterId, lastId, rows, readingsMax);
  const linksOf = Map.groupBy(rows.links, ({ referral_id }) => referral_id);
  const unsealedOf = Map.groupBy(rows.unsealed, ({ referral_id }) => referral_id);
  return Promise.all(
    rows.facts.map(async (facts) => {
      const followed = await followChain(keys, CHAIN_START, linksOf.get(facts.id) ?? []);
      const verdict = judgeChain(followed, facts, unsealedOf.get(facts.id) ?? []);
      return { referral_id: facts.id, is_checked: true, ...verdict };
    }),
  );
}
